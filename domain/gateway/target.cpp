// SPDX-License-Identifier: BSD-3-Clause
// The rules of a request's target; declared in framing.hpp.
#include "domain/gateway/characters.hpp"
#include "domain/gateway/framing.hpp"

namespace troupe::gateway {

namespace {

constexpr std::size_t port_digits_max = 5;
constexpr unsigned port_max = 65'535;

// Takes off the last segment of `path`, and the slash before it, if it is one of dots. `from`:
// where this path's text begins. Returns: false if it would leave the root.
bool resolve_last(std::string& path, std::size_t from, bool at_end) {
  const auto slash = path.rfind('/');
  const std::string_view last = std::string_view(path).substr(slash + 1);
  if (last == ".") {
    path.resize(slash);
  } else if (last == "..") {
    path.resize(slash);
    if (path.size() == from)
      return false;
    path.resize(path.rfind('/'));
  } else {
    return true;
  }
  if (at_end)
    path += '/';
  return true;
}

} // namespace

const char* append_path(std::string_view text, std::string& path) {
  constexpr const char* outside = "the path leaves the root";
  const auto from = path.size();
  if (text.empty() || text[0] != '/')
    return "the path does not begin with a slash";
  // The usual case has nothing to decode and no dot.
  if (all_are(text, in_path) && text.find("/.") == text.npos) {
    path += text;
    return nullptr;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return "a % without two hexadecimal digits";
      const int octet = high * 16 + low;
      if (octet == '/' || octet == '\\')
        return "an encoded slash or backslash";
      if (octet < 0x20 || octet == 0x7f)
        return "an encoded control character";
      c = static_cast<char>(octet);
      i += 2;
    } else if (!is(c, in_path)) {
      return "a character that no path has";
    } else if (c == '/' && i > 0 && !resolve_last(path, from, false)) {
      return outside;
    }
    path += c;
  }
  return resolve_last(path, from, true) ? nullptr : outside;
}

const char* check_query(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0)
        return "a % without two hexadecimal digits";
    } else if (!is(text[i], in_query)) {
      return "a character that no query has";
    }
  }
  return nullptr;
}

bool is_authority(std::string_view text) {
  std::string_view host, port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos)
      return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (host.size() < 2)
      return false;
    for (const char c : host)
      if (hex_digit(c) < 0 && c != ':' && c != '.')
        return false;
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view{} : text.substr(colon);
    if (host.empty() || !all_are(host, in_host))
      return false;
  }
  if (port.empty())
    return true;
  port.remove_prefix(1);
  if (text[text.size() - port.size() - 1] != ':' || port.empty() || port.size() > port_digits_max)
    return false;
  unsigned number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9')
      return false;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number <= port_max;
}

} // namespace troupe::gateway
