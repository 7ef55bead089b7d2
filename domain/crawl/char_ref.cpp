// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/char_ref.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "domain/crawl/percent.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t bare_name_bytes_max = 6; // the longest without a semicolon: "Aacute"

struct name_entry {
  std::string_view name;
  char32_t first = 0;
  char32_t second = 0; // 0: none
  bool bare = false;   // counts without its semicolon
};

std::vector<name_entry> read_names() {
  std::vector<name_entry> out;
  out.reserve(2'200);
  std::string_view rest = char_ref_names;
  while (!rest.empty()) {
    const std::size_t sign = rest.find_first_of("=!");
    name_entry e{rest.substr(0, sign), 0, 0, rest[sign] == '!'};
    char32_t value = 0;
    for (rest.remove_prefix(sign + 1); rest[0] != ' '; rest.remove_prefix(1)) {
      if (rest[0] == '+') {
        e.first = value;
        value = 0;
      } else {
        value = value * 16 + static_cast<char32_t>(hex_value(rest[0]));
      }
    }
    (e.first == 0 ? e.first : e.second) = value;
    rest.remove_prefix(1);
    out.push_back(e);
  }
  return out;
}

const name_entry* find_name(std::string_view name) {
  static const std::vector<name_entry> names = read_names();
  const auto at =
      std::lower_bound(names.begin(), names.end(), name,
                       [](const name_entry& e, std::string_view n) { return e.name < n; });
  return at != names.end() && at->name == name ? &*at : nullptr;
}

/// What a number means: windows-1252 for the C1 controls, U+FFFD for what is no character.
char32_t number_meaning(char32_t n) {
  static constexpr char16_t c1[32] = {
      0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
      0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};
  if (n >= 0x80 && n < 0xa0)
    return c1[n - 0x80];
  const bool surrogate = n >= 0xd800 && n < 0xe000;
  return n == 0 || surrogate || n > 0x10ffff ? replacement_character : n;
}

std::size_t read_number(std::string_view after, std::string& out) {
  const bool hex = after.size() > 1 && ascii_lower(after[1]) == 'x';
  const std::size_t begin = hex ? 2 : 1;
  std::size_t at = begin;
  char32_t n = 0;
  for (; at < after.size() && (hex ? hex_value(after[at]) >= 0 : ascii_digit(after[at])); ++at) {
    if (n <= 0x10ffff) // more digits cannot make it smaller
      n = n * (hex ? 16 : 10) + static_cast<char32_t>(hex_value(after[at]));
  }
  if (at == begin)
    return 0;
  append_utf8(out, number_meaning(n));
  return at < after.size() && after[at] == ';' ? at + 1 : at;
}

std::size_t put(const name_entry& e, std::size_t bytes, std::string& out) {
  append_utf8(out, e.first);
  if (e.second != 0)
    append_utf8(out, e.second);
  return bytes;
}

} // namespace

std::size_t read_char_ref(std::string_view after, bool in_attribute, std::string& out) {
  if (!after.empty() && after[0] == '#')
    return read_number(after, out);
  constexpr std::size_t name_bytes_max = 32;
  std::size_t run = 0;
  while (run < after.size() && run < name_bytes_max
         && (ascii_alpha(after[run]) || ascii_digit(after[run])))
    ++run;
  if (run < after.size() && after[run] == ';') {
    if (const name_entry* e = find_name(after.substr(0, run)))
      return put(*e, run + 1, out);
  }
  for (std::size_t n = std::min(run, bare_name_bytes_max); n >= 2; --n) {
    const name_entry* e = find_name(after.substr(0, n));
    if (e == nullptr || !e->bare)
      continue;
    const char next = n < after.size() ? after[n] : ' ';
    if (in_attribute && (next == '=' || ascii_alpha(next) || ascii_digit(next)))
      return 0;
    return put(*e, n, out);
  }
  return 0;
}

std::string decode_char_refs(std::string_view text, bool in_attribute) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t amp = std::min(text.find('&'), text.size());
    out.append(text.substr(0, amp));
    text.remove_prefix(amp);
    if (text.empty())
      break;
    const std::size_t used = read_char_ref(text.substr(1), in_attribute, out);
    if (used == 0)
      out += '&';
    text.remove_prefix(1 + used);
  }
  return out;
}

} // namespace troupe::crawl
