// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/utf8.hpp"

#include <cstddef>

namespace troupe::jobs {

namespace {

// Length of the UTF-8 sequence at `i` (RFC 3629), 0 if there is none.
std::size_t utf8_at(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) {
    return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0u;
  };
  const auto tail = [&](std::size_t k) { return (byte(k) & 0xc0u) == 0x80u; };
  const unsigned a = byte(0);
  if (a < 0x80)
    return 1;
  if (a >= 0xc2 && a <= 0xdf)
    return tail(1) ? 2 : 0;
  if (a >= 0xe0 && a <= 0xef) {
    const bool in_range = !(a == 0xe0 && byte(1) < 0xa0) && !(a == 0xed && byte(1) > 0x9f);
    return in_range && tail(1) && tail(2) ? 3 : 0;
  }
  if (a >= 0xf0 && a <= 0xf4) {
    const bool in_range = !(a == 0xf0 && byte(1) < 0x90) && !(a == 0xf4 && byte(1) > 0x8f);
    return in_range && tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

} // namespace

std::string as_utf8(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    const auto n = utf8_at(s, i);
    out += n ? s.substr(i, n) : std::string_view{"\xef\xbf\xbd"};
    i += n ? n : 1;
  }
  return out;
}

} // namespace troupe::jobs
