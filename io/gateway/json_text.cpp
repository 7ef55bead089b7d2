// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/json_text.hpp"

#include <algorithm>
#include <cstdint>

#include "domain/crawl/utf8.hpp"

namespace troupe::gateway {

namespace {

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += digits[unit >> shift & 0xf];
}

bool stays(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

} // namespace

void append_json_string(std::string& out, std::string_view bytes) {
  out += '"';
  for (std::size_t i = 0; i < bytes.size();) {
    const auto rest = bytes.substr(i);
    const auto plain =
        static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), stays) - rest.begin());
    out += rest.substr(0, plain);
    i += plain;
    if (i == bytes.size())
      break;
    if (bytes[i] == '"' || bytes[i] == '\\') {
      out += '\\';
      out += bytes[i++];
      continue;
    }
    const auto step = crawl::read_utf8(bytes, i);
    const std::uint32_t c = step.valid ? step.code_point : crawl::replacement_character;
    i += step.bytes;
    if (c < 0x10000) {
      append_unit(out, c);
    } else { // two halves (RFC 8259, 7)
      append_unit(out, 0xd800 + ((c - 0x10000) >> 10));
      append_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  out += '"';
}

} // namespace troupe::gateway
