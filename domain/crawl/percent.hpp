// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::crawl {

/// What a byte means while a URL is read; a byte may have several of these bits.
/// Source: WHATWG URL Standard, percent-encode sets of special URLs and forbidden host code
/// points.
enum byte_class : std::uint8_t {
  escaped_in_path = 1,
  escaped_in_query = 2,
  slash_like = 4,         ///< '/' and '\'
  plain_in_host = 8,      ///< a-z 0-9 - . _ : stays as it is in a host name
  forbidden_in_host = 16, ///< also after percent-decoding
  dropped = 32,           ///< tab, LF, CR: removed wherever they stand
  above_ascii = 64,
  scheme_char = 128, ///< letters, digits, + - .
};

constexpr std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> t{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    const bool digit = c >= '0' && c <= '9';
    const bool control_or_high = c < 0x20 || c > 0x7e;
    const auto one_of = [c](std::string_view set) {
      return set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    const bool in_query = control_or_high || one_of(" \"#<>'");
    if (in_query)
      t[c] |= escaped_in_query;
    if ((in_query && c != '\'') || one_of("?^`{}"))
      t[c] |= escaped_in_path;
    if (one_of("/\\"))
      t[c] |= slash_like;
    if (lower || digit || one_of("-._"))
      t[c] |= plain_in_host;
    if (c < 0x20 || c == 0x7f || one_of(" #/:<>?@[\\]^|%"))
      t[c] |= forbidden_in_host;
    if (one_of("\t\n\r"))
      t[c] |= dropped;
    if (c >= 0x80)
      t[c] |= above_ascii;
    if (lower || upper || digit || one_of("+-."))
      t[c] |= scheme_char;
  }
  return t;
}

inline constexpr std::array<std::uint8_t, 256> byte_classes = make_byte_classes();

constexpr std::uint8_t class_of(char c) { return byte_classes[static_cast<unsigned char>(c)]; }

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
constexpr bool ascii_alpha(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
constexpr bool ascii_digit(char c) { return c >= '0' && c <= '9'; }

/// Returns: 0 to 15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (ascii_digit(c))
    return c - '0';
  const char l = ascii_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Appends `bytes`; those whose class has a bit of `mask` are written as %XX.
void append_escaped(std::string& out, std::string_view bytes, std::uint8_t mask);

/// Returns: `text` with each %XX turned into its byte; a '%' without two hex digits stays.
std::string percent_decode(std::string_view text);

} // namespace troupe::crawl
