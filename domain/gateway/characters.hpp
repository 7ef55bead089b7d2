// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace troupe::gateway {

/// What a byte may be part of in a request's head. Source: RFC 9110, 5.6.2 and 5.5; RFC 3986, 3.3.
enum head_byte : std::uint8_t {
  in_token = 1,
  in_value = 2, ///< a field's value: blanks, visible, above ASCII
  in_path = 4,  ///< pchar and '/', without '%'
  in_query = 8, ///< visible ASCII but '#' and '%': browsers send more than the RFC has
  in_host = 16, ///< a registered name, an IPv4 address
};

constexpr std::array<std::uint8_t, 256> make_head_bytes() {
  std::array<std::uint8_t, 256> t{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto one_of = [c](std::string_view set) {
      return set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    const bool visible = c > 0x20 && c < 0x7f;
    if (alnum || (visible && one_of("!#$%&'*+-.^_`|~")))
      t[c] |= in_token;
    if (visible || c == ' ' || c == '\t' || c >= 0x80)
      t[c] |= in_value;
    if (alnum || (visible && one_of("-._~!$&'()*+,;=:@/")))
      t[c] |= in_path;
    if (visible && !one_of("#%"))
      t[c] |= in_query;
    if (alnum || (visible && one_of("-._~")))
      t[c] |= in_host;
  }
  return t;
}

inline constexpr std::array<std::uint8_t, 256> head_bytes = make_head_bytes();

constexpr bool is(char c, head_byte what) {
  return (head_bytes[static_cast<unsigned char>(c)] & what) != 0;
}
constexpr bool all_are(std::string_view text, head_byte what) {
  std::uint8_t common = what;
  for (const char c : text)
    common &= head_bytes[static_cast<unsigned char>(c)];
  return common != 0;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
/// Takes: `word` in lower case.
constexpr bool is_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size())
    return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(text[i]) != word[i])
      return false;
  return true;
}

/// Returns: 0 to 15, or -1.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

/// Takes the next element, trimmed, off a list with commas. Returns: false at the end.
constexpr bool next_element(std::string_view& list, std::string_view& element) {
  if (list.empty())
    return false;
  const auto comma = list.find(',');
  element = trim(list.substr(0, comma));
  list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  return true;
}

} // namespace troupe::gateway
