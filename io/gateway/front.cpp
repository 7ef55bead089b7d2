// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/front.hpp"

#include <algorithm>
#include <exception>

#include "io/gateway/answers.hpp"
#include "io/gateway/front_rules.hpp"
#include "io/gateway/json_rows.hpp"
#include "io/gateway/route_tree.hpp"

namespace troupe::gateway {

using io::http_method;

struct front::impl {
  std::vector<route> routes;
  route_tree tree;
  token_check may;
  std::vector<std::string> origins;
  std::vector<std::string> hosts;

  bool host_is_ours(const io::server_request& request) const;
  const route* route_for(const route_tree::leaf& leaf, http_method method) const;
  void refuse_method(const route_tree::leaf& leaf, const io::server_request& request,
                     const io::answerer& answer) const;
  bool shows_token(const io::server_request& request, const io::answerer& answer) const;
  bool may_write(const io::server_request& request, const io::answerer& answer) const;
};

namespace {

constexpr std::size_t parameters_usual = 2;

std::size_t place(http_method m) { return static_cast<std::size_t>(m); }

std::string allowed_methods(const route_tree::leaf& leaf) {
  std::string out;
  for (std::size_t i = 0; i < route_tree::methods; ++i) {
    const auto m = static_cast<http_method>(i);
    const bool there =
        leaf.by_method[i] != route_tree::none || m == http_method::options
        || (m == http_method::head && leaf.by_method[place(http_method::get)] != route_tree::none);
    if (there)
      out.append(out.empty() ? "" : ", ").append(io::to_string(m));
  }
  return out;
}

} // namespace

front::front() : impl_(std::make_unique<impl>()) {}
front::~front() = default;

void front::add(route r) {
  impl_->tree.add(r.method, r.pattern, impl_->routes.size());
  impl_->routes.push_back(std::move(r));
}

void front::set_token_check(token_check check) { impl_->may = std::move(check); }
void front::allow_origin(std::string origin) { impl_->origins.push_back(std::move(origin)); }
void front::allow_host(std::string name) { impl_->hosts.push_back(std::move(name)); }
const std::vector<route>& front::routes() const { return impl_->routes; }

void front::handle(const io::server_request& request, const io::answerer& answer) const {
  if (!impl_->host_is_ours(request))
    return answer.send(problem(421, "wrong_host",
                               "This server does not answer for the host that was asked (Host: "
                                   + in_quotes(request.field("Host"))
                                   + "); whoever runs it can add the name: --host NAME."));
  if (request.method() == http_method::other)
    return answer.send(problem(501, "unknown_method", "No such method is known here."));

  // The server as a whole: RFC 9110, 9.3.7.
  if (request.method() == http_method::options && request.path() == "*") {
    io::server_answer a;
    a.status = 204;
    return answer.send(std::move(a));
  }
  std::vector<std::string_view> parameters;
  parameters.reserve(parameters_usual);
  const auto* leaf = impl_->tree.find(request.path(), parameters);
  if (!leaf)
    return answer.send(problem(404, "not_found", "There is nothing at this path."));
  answer.set_label(impl_->routes[leaf->any].pattern);
  const auto* way = impl_->route_for(*leaf, request.method());
  if (!way)
    return impl_->refuse_method(*leaf, request, answer);
  answer.set_label(way->pattern);
  if (way->who == access::guarded && !impl_->shows_token(request, answer))
    return;
  if (way->writes && !impl_->may_write(request, answer))
    return;
  try {
    way->handle(exchange{request, answer, std::move(parameters)});
  } catch (const std::exception&) { // what it says may be nobody's business
    answer.send(problem(fault::none));
  }
}

bool front::impl::host_is_ours(const io::server_request& request) const {
  const auto count = request.field_count("Host");
  // HTTP/1.0 may leave it out; no browser does.
  if (hosts.empty() || count == 0)
    return true;
  const auto name = host_name(request.field("Host"));
  return count == 1 && std::any_of(hosts.begin(), hosts.end(), [&](const auto& ours) {
           return same_word(ours, name);
         });
}

const route* front::impl::route_for(const route_tree::leaf& leaf, http_method method) const {
  auto number = leaf.by_method[place(method)];
  if (number == route_tree::none && method == http_method::head)
    number = leaf.by_method[place(http_method::get)];
  return number == route_tree::none ? nullptr : &routes[number];
}

void front::impl::refuse_method(const route_tree::leaf& leaf, const io::server_request& request,
                                const io::answerer& answer) const {
  const auto allow = allowed_methods(leaf);
  io::server_answer a;
  if (request.method() == http_method::options)
    a.status = 204;
  else
    a = problem(405, "method_not_allowed", "Here only: " + allow + ".");
  a.fields += "Allow: " + allow + "\r\n";
  answer.send(std::move(a));
}

bool front::impl::shows_token(const io::server_request& request, const io::answerer& answer) const {
  if (!may)
    return true;
  const auto count = request.field_count("Authorization");
  if (count == 1 && may(request.field("Authorization")))
    return true;
  constexpr std::string_view scheme = "Bearer ";
  const bool bearer =
      count == 1 && same_word(request.field("Authorization").substr(0, scheme.size()), scheme);
  auto a = count == 0  ? problem(401, "no_token", "This needs 'Authorization: Bearer TOKEN'.")
           : count > 1 ? problem(401, "wrong_token", "Authorization may come once.")
           : bearer    ? problem(401, "wrong_token", "This token opens nothing here.")
                       : problem(401, "wrong_token",
                                 "This takes 'Authorization: Bearer TOKEN', and no other scheme.");
  // RFC 6750, 3: who showed nothing is not told that something was wrong with it.
  a.fields += count == 0 ? "WWW-Authenticate: Bearer realm=\"troupe\"\r\n"
                         : "WWW-Authenticate: Bearer realm=\"troupe\", error=\"invalid_token\"\r\n";
  answer.send(std::move(a));
  return false;
}

bool front::impl::may_write(const io::server_request& request, const io::answerer& answer) const {
  if (const auto why = foreign_page(request, origins); !why.empty()) {
    answer.send(problem(403, "foreign_page", why));
    return false;
  }
  const auto method = request.method();
  const bool needs_body =
      method == http_method::post || method == http_method::put || method == http_method::patch;
  if (!needs_body && request.body().empty())
    return true;
  if (request.field_count("Content-Type") != 1 || !names_json(request.field("Content-Type"))) {
    answer.send(problem(
        415, "not_json",
        "This takes a body with Content-Type: application/json ({} where there is nothing to "
        "say)."));
    return false;
  }
  if (request.field_count("Content-Encoding") > 0
      && !same_word(request.field("Content-Encoding"), "identity")) {
    auto a = problem(415, "encoded", "This takes a body without Content-Encoding.");
    a.fields += "Accept-Encoding: identity\r\n"; // RFC 9110, 12.5.3
    answer.send(std::move(a));
    return false;
  }
  return true;
}

} // namespace troupe::gateway
