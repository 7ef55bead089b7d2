// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/robots_pattern.hpp"

#include <array>
#include <cstring>

#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

enum class spelling : unsigned char { literal, unreserved, escaped };

constexpr std::array<spelling, 256> make_spellings() {
  std::array<spelling, 256> table{};
  for (auto& entry : table)
    entry = spelling::escaped;
  for (const char c : std::string_view{":/?#[]@!$&'()*+,;="})
    table[static_cast<unsigned char>(c)] = spelling::literal;
  for (const char c : std::string_view{"-._~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    table[static_cast<unsigned char>(c)] = spelling::unreserved;
  return table;
}

constexpr auto spellings = make_spellings();

spelling spelling_of(char c) { return spellings[static_cast<unsigned char>(c)]; }

void append_escaped(std::string& out, unsigned char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += '%';
  out += digits[c >> 4];
  out += digits[c & 15];
}

/// `wild`: "*" and a last "$" are kept as what they mean in a rule.
std::string comparable(std::string_view in, bool wild) {
  std::string out;
  out.reserve(in.size() + 8);
  bool in_query = false;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const char c = in[i];
    if (c == '%' && i + 2 < in.size() && hex_value(in[i + 1]) >= 0 && hex_value(in[i + 2]) >= 0) {
      const int octet = hex_value(in[i + 1]) * 16 + hex_value(in[i + 2]);
      const char decoded = static_cast<char>(octet);
      const bool separates_nothing = in_query && octet != 0 && std::strchr(":/?@'", decoded);
      if (spelling_of(decoded) == spelling::unreserved || separates_nothing)
        out += decoded;
      else
        append_escaped(out, static_cast<unsigned char>(octet));
      i += 2;
      continue;
    }
    const bool special = c == '*' || c == '$';
    if (special && !(wild && (c == '*' || i + 1 == in.size())))
      append_escaped(out, static_cast<unsigned char>(c));
    else if (spelling_of(c) == spelling::escaped)
      append_escaped(out, static_cast<unsigned char>(c));
    else
      out += c;
    in_query = in_query || c == '?';
  }
  return out;
}

/// std::string_view::find is quadratic in the worst case, which a hostile file would be; memmem is
/// not.
std::size_t find_from(std::string_view text, std::string_view piece, std::size_t from) {
  const void* at = ::memmem(text.data() + from, text.size() - from, piece.data(), piece.size());
  return at ? static_cast<std::size_t>(static_cast<const char*>(at) - text.data())
            : std::string_view::npos;
}

} // namespace

std::string comparable_pattern(std::string_view written) { return comparable(written, true); }

std::string comparable_target(std::string_view target) { return comparable(target, false); }

bool matches_pattern(std::string_view pattern, std::string_view target) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end)
    pattern.remove_suffix(1);

  const std::size_t first_star = pattern.find('*');
  const std::string_view head = pattern.substr(0, first_star);
  if (!target.starts_with(head))
    return false;
  if (first_star == std::string_view::npos)
    return !to_the_end || target.size() == head.size();

  const std::size_t last_star = pattern.rfind('*');
  const std::string_view tail = pattern.substr(last_star + 1);
  std::size_t at = head.size();
  std::size_t begin = first_star + 1;
  while (begin <= last_star) {
    const std::size_t end = pattern.find('*', begin);
    const std::string_view piece = pattern.substr(begin, end - begin);
    at = find_from(target, piece, at);
    if (at == std::string_view::npos)
      return false;
    at += piece.size();
    begin = end + 1;
  }
  if (!to_the_end)
    return find_from(target, tail, at) != std::string_view::npos;
  return target.size() - at >= tail.size() && target.ends_with(tail);
}

} // namespace troupe::crawl
