// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/openapi.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include <boost/json.hpp>

#include "io/gateway/page_routes.hpp"

namespace troupe::gateway {

namespace json = boost::json;

namespace {

constexpr std::string_view parts_folder = "api/";
constexpr std::string_view own_path = "/openapi.json";

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_routed(const std::vector<route>& routes, std::string_view path, std::string_view method) {
  return std::any_of(routes.begin(), routes.end(), [&](const route& r) {
    return r.pattern == path && lower(io::to_string(r.method)) == method;
  });
}

/// Returns: does this key of a path stand for a method? Its other keys tell of all of them.
bool is_method(std::string_view key) {
  constexpr std::string_view methods[] = {"get",   "head",   "post",    "put",
                                          "patch", "delete", "options", "trace"};
  return std::find(std::begin(methods), std::end(methods), key) != std::end(methods);
}

/// Returns: what there is of this path.
json::object routed_part(const std::vector<route>& routes, std::string_view path,
                         const json::object& item) {
  json::object out;
  bool any = false;
  for (const auto& [key, value] : item) {
    const bool method = is_method(key);
    if (method && !is_routed(routes, path, key))
      continue;
    any = any || method;
    out[key] = value;
  }
  return any ? out : json::object{};
}

void put(json::object& to, std::string_view key, json::value value) {
  if (!to.emplace(key, std::move(value)).second)
    throw std::logic_error("web/api has two of '" + std::string(key) + "'");
}

json::object& object_in(json::object& of, std::string_view key) {
  return of.emplace(key, json::object{}).first->value().as_object();
}

void add_part(json::object& document, const json::object& part, const std::vector<route>& routes) {
  const auto* paths = part.if_contains("paths");
  if (paths) {
    bool any = false;
    for (const auto& [path, item] : paths->as_object())
      if (auto kept = routed_part(routes, path, item.as_object()); !kept.empty()) {
        put(object_in(document, "paths"), path, std::move(kept));
        any = true;
      }
    if (!any)
      return;
  }
  for (const auto& [key, value] : part) {
    if (key == "paths")
      continue;
    if (key == "tags") {
      auto& tags = document.emplace("tags", json::array{}).first->value().as_array();
      tags.insert(tags.end(), value.as_array().begin(), value.as_array().end());
    } else if (key == "components") {
      for (const auto& [kind, things] : value.as_object())
        for (const auto& [name, thing] : things.as_object())
          put(object_in(object_in(document, "components"), kind), name, thing);
    } else {
      put(document, key, value);
    }
  }
}

} // namespace

std::string make_openapi(const std::vector<route>& routes, std::span<const embedded_file> files) {
  json::object document;
  for (const auto& f : files) {
    if (!f.name.starts_with(parts_folder))
      continue;
    json::error_code e;
    const auto part = json::parse({f.bytes.data(), f.bytes.size()}, e);
    if (e || !part.is_object())
      throw std::logic_error("web/" + std::string(f.name) + " is no JSON object");
    add_part(document, part.get_object(), routes);
  }
  return json::serialize(document) + "\n";
}

void add_openapi_route(front& f) {
  const auto text = std::make_shared<std::unique_ptr<const held_page>>();
  f.add({.pattern = std::string(own_path),
         .handle = [text](const exchange& x) { (*text)->send(x); }});
  *text = std::make_unique<const held_page>("application/json", make_openapi(f.routes()));
}

} // namespace troupe::gateway
