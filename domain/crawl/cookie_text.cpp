// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/cookie_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

constexpr std::string_view http_only_mark = "#HttpOnly_";

// Returns: "" or what is wrong.
std::string read_line(std::string_view line, cookie_jar& into, std::int64_t now) {
  cookie c;
  c.http_only = line.starts_with(http_only_mark);
  if (c.http_only)
    line.remove_prefix(http_only_mark.size());
  else if (line.empty() || line.starts_with('#'))
    return "";
  std::array<std::string_view, 7> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto end = i + 1 < fields.size() ? std::min(line.find('\t'), line.size()) : line.size();
    fields[i] = line.substr(0, end);
    if (end == line.size() && i < 5) // an empty value may have lost its tab
      return "has fewer than seven fields with tabs between";
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  auto [domain, below, path, secure, expires, name, value] = fields;
  for (const auto flag : {below, secure})
    if (flag != "TRUE" && flag != "FALSE")
      return "needs TRUE or FALSE in its second and fourth field";
  const auto [end, error] =
      std::from_chars(expires.data(), expires.data() + expires.size(), c.expires_unix_s);
  if (error != std::errc{} || end != expires.data() + expires.size() || c.expires_unix_s < 0)
    return "has no time in its fifth field: seconds since 1970, or 0";
  if (domain.starts_with('.'))
    domain.remove_prefix(1);
  for (const auto text : {domain, path, name, value})
    for (const char x : text)
      if (static_cast<unsigned char>(x) < 0x20 || x == 0x7f)
        return "has a control character in it";
  if (domain.empty() || !path.starts_with('/') || (name.empty() && value.empty())
      || name.find_first_of("=;") != name.npos || value.find(';') != value.npos)
    return "is no cookie: a domain, a path that begins with '/', a name and a value";
  c.domain = domain;
  std::transform(c.domain.begin(), c.domain.end(), c.domain.begin(), ascii_lower);
  c.host_only = below == "FALSE";
  c.path = path;
  c.secure = secure == "TRUE";
  c.name = name;
  c.value = value;
  if (c.expires_unix_s != 0 && c.expires_unix_s <= now)
    return "";
  return into.put(std::move(c), now)
             ? ""
             : "is longer than a cookie may be, or is for a whole public suffix";
}

} // namespace

std::string read_cookies(std::string_view text, cookie_jar& into, std::int64_t now_unix_s) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (const auto wrong = read_line(line, into, now_unix_s); !wrong.empty())
      return "line " + std::to_string(number) + " " + wrong;
  }
  return "";
}

std::string cookies_text(const cookie_jar& jar, std::int64_t now_unix_s) {
  std::string out = "# Netscape HTTP Cookie File\n";
  const auto yes = [](bool b) { return b ? "TRUE\t" : "FALSE\t"; };
  for (const auto& c : jar.all(now_unix_s)) {
    if ((c.path + c.name + c.value).find('\t') != std::string::npos)
      continue;
    if (c.http_only)
      out += http_only_mark;
    out += (c.host_only ? "" : ".") + c.domain + "\t" + yes(!c.host_only) + c.path + "\t"
           + yes(c.secure) + std::to_string(c.expires_unix_s) + "\t" + c.name + "\t" + c.value
           + "\n";
  }
  return out;
}

} // namespace troupe::crawl
