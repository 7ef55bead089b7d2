// SPDX-License-Identifier: BSD-3-Clause
#include "domain/gateway/crawl_request.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace troupe::gateway {

namespace {

namespace json = boost::json;

// What is thrown inside this file only: the first complaint is the one that is told.
struct complaint : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string shown(std::string_view text) {
  constexpr std::size_t bytes_max = 100;
  return "'" + std::string{text.substr(0, bytes_max)} + (text.size() > bytes_max ? "...'" : "'");
}

class reader {
public:
  reader(const json::object& given, const crawl_request_limits& bounds)
      : given_(given), bounds_(bounds) {}

  crawl::crawl_plan read() {
    refuse_unknown();
    read_urls();
    read_scope();
    read_expression();
    auto& to = plan_.bounds;
    to.pages_max = number("max_pages", 1, bounds_.pages_max)
                       .value_or(std::min(bounds_.pages_default, bounds_.pages_max));
    to.bytes_max = number("max_bytes", 1, bounds_.bytes_max).value_or(bounds_.bytes_max);
    to.depth_max = static_cast<std::uint32_t>(
        number("max_depth", 0, bounds_.depth_max).value_or(bounds_.depth_max));
    take("concurrency", 1, bounds_.concurrency_max, to.concurrency);
    take("per_host", 1, bounds_.concurrency_max, to.per_host);
    take("delay_ms", 0, bounds_.delay_ms_max, to.delay_ms);
    plan_.user_agent = bounds_.user_agent;
    return std::move(plan_);
  }

private:
  void refuse_unknown() const {
    constexpr std::string_view known[] = {"url",       "urls",      "scope",    "max_pages",
                                          "max_depth", "max_bytes", "per_host", "concurrency",
                                          "delay_ms",  "select",    "xpath"};
    for (const auto& member : given_) {
      const std::string_view name{member.key().data(), member.key().size()};
      if (std::find(std::begin(known), std::end(known), name) == std::end(known))
        throw complaint{shown(name) + " is no member of a crawl request."};
    }
  }

  std::optional<std::string_view> text(const char* name) const {
    const auto* value = given_.if_contains(name);
    if (!value)
      return std::nullopt;
    if (!value->is_string())
      throw complaint{std::string{name} + " has to be a string."};
    return std::string_view{value->get_string().data(), value->get_string().size()};
  }

  std::optional<std::uint64_t> number(const char* name, std::uint64_t least,
                                      std::uint64_t most) const {
    const auto* value = given_.if_contains(name);
    if (!value)
      return std::nullopt;
    std::optional<std::uint64_t> n;
    if (value->is_uint64())
      n = value->get_uint64();
    else if (value->is_int64() && value->get_int64() >= 0)
      n = static_cast<std::uint64_t>(value->get_int64());
    if (!n || *n < least || *n > most)
      throw complaint{std::string{name} + " has to be a whole number from " + std::to_string(least)
                      + " to " + std::to_string(most) + "."};
    return n;
  }

  void take(const char* name, std::uint32_t least, std::uint32_t most, std::uint32_t& to) const {
    to = static_cast<std::uint32_t>(number(name, least, most).value_or(std::min(to, most)));
  }

  void add_url(std::string_view typed) {
    if (typed.size() > bounds_.url_bytes_max)
      throw complaint{shown(typed) + " is longer than " + std::to_string(bounds_.url_bytes_max)
                      + " bytes."};
    auto u = crawl::parse_url(typed);
    // What a password may stand in is not said back.
    if (!u)
      throw complaint{(typed.find('@') == typed.npos ? shown(typed) : "What was given")
                      + " is no URL to crawl: " + std::string{to_string(u.error())} + "."};
    plan_.seeds.push_back(std::move(*u));
  }

  void read_urls() {
    const auto one = text("url");
    const auto* many = given_.if_contains("urls");
    if (one.has_value() == (many != nullptr))
      throw complaint{"A crawl request has to have either url or urls."};
    if (one)
      return add_url(*one);
    if (!many->is_array() || many->get_array().empty()
        || many->get_array().size() > bounds_.urls_max)
      throw complaint{"urls has to be a list of 1 to " + std::to_string(bounds_.urls_max)
                      + " URLs."};
    for (const auto& each : many->get_array()) {
      if (!each.is_string())
        throw complaint{"urls has to be a list of strings."};
      add_url({each.get_string().data(), each.get_string().size()});
    }
  }

  void read_scope() {
    const auto name = text("scope").value_or("host");
    using kind = crawl::scope_kind;
    constexpr std::pair<std::string_view, kind> known[] = {{"host", kind::host},
                                                           {"prefix", kind::prefix},
                                                           {"domain", kind::domain},
                                                           {"any", kind::any}};
    for (const auto& [word, what] : known)
      if (word == name) {
        plan_.scope = what;
        return;
      }
    throw complaint{shown(name) + " is no scope: host, prefix, domain or any."};
  }

  void read_expression() {
    const auto css = text("select"), xpath = text("xpath");
    if (css && xpath)
      throw complaint{"A crawl request may have select or xpath, not both."};
    if (!css && !xpath)
      return;
    using kind = crawl::extract_spec::kind;
    const auto expression = css ? *css : *xpath;
    const std::string name = css ? "select" : "xpath";
    if (expression.size() > bounds_.expression_bytes_max)
      throw complaint{name + " is longer than " + std::to_string(bounds_.expression_bytes_max)
                      + " bytes."};
    plan_.extract = {css ? kind::css : kind::xpath, std::string{expression}};
    if (const auto wrong = crawl::check_extract(plan_.extract); !wrong.empty())
      throw complaint{name + ": " + wrong + "."};
  }

  const json::object& given_;
  const crawl_request_limits& bounds_;
  crawl::crawl_plan plan_;
};

} // namespace

crawl_request read_crawl_request(std::string_view text, const crawl_request_limits& bounds) {
  boost::system::error_code error;
  json::parse_options strict;
  strict.max_depth = 3;
  const auto given = json::parse({text.data(), text.size()}, error, {}, strict);
  if (error)
    return {{}, "The body is no JSON: " + error.message() + "."};
  if (!given.is_object())
    return {{}, "The body has to be a JSON object."};
  try {
    return {reader{given.get_object(), bounds}.read(), ""};
  } catch (const complaint& e) {
    return {{}, e.what()};
  }
}

} // namespace troupe::gateway
