// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/front_rules.hpp"

#include <algorithm>

namespace troupe::gateway {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(" \t");
  if (first == s.npos)
    return {};
  return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

// "https://a.example" without the port that its scheme has anyway.
std::string_view without_default_port(std::string_view authority, bool tls) {
  const std::string_view port = tls ? ":443" : ":80";
  return authority.ends_with(port) ? authority.substr(0, authority.size() - port.size())
                                   : authority;
}

bool own_origin(std::string_view origin, const io::server_request& request) {
  constexpr std::string_view http = "http://", https = "https://";
  const bool tls = same_word(origin.substr(0, https.size()), https);
  if (!tls && (request.over_tls() || !same_word(origin.substr(0, http.size()), http)))
    return false;
  origin.remove_prefix(tls ? https.size() : http.size());
  return !origin.empty()
         && same_word(without_default_port(origin, tls),
                      without_default_port(request.field("Host"), tls));
}

} // namespace

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return lower(x) == lower(y);
         });
}

std::string_view host_name(std::string_view host) {
  if (host.starts_with('['))
    return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

std::string_view foreign_page(const io::server_request& request,
                              std::span<const std::string> allowed) {
  if (request.field_count("Origin") > 1 || request.field_count("Sec-Fetch-Site") > 1)
    return "Origin and Sec-Fetch-Site may come once.";
  const bool has_origin = request.field_count("Origin") == 1;
  const auto origin = request.field("Origin");
  if (has_origin && std::any_of(allowed.begin(), allowed.end(), [&](const auto& one) {
        return same_word(one, origin);
      }))
    return "";
  if (has_origin && !own_origin(origin, request))
    return "A page of another origin may not change anything here.";
  const auto site = request.field("Sec-Fetch-Site");
  if (request.field_count("Sec-Fetch-Site") == 1 && site != "same-origin" && site != "none")
    return "A page of another site may not change anything here.";
  return "";
}

bool names_json(std::string_view content_type) {
  const auto end = content_type.find(';');
  if (!same_word(trimmed(content_type.substr(0, end)), "application/json"))
    return false;
  if (end == content_type.npos)
    return true;
  // The only parameter that could change how the body is read.
  auto rest = content_type.substr(end + 1);
  while (!rest.empty()) {
    const auto one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const auto equals = one.find('=');
    if (equals == one.npos || !same_word(trimmed(one.substr(0, equals)), "charset"))
      continue;
    const auto value = trimmed(one.substr(equals + 1));
    if (!same_word(value, "utf-8") && !same_word(value, "\"utf-8\""))
      return false;
  }
  return true;
}

} // namespace troupe::gateway
