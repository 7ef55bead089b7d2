// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

void append_escaped(std::string& out, std::string_view bytes, std::uint8_t mask) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::size_t kept = 0; // start of the run that needs no work
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((class_of(bytes[i]) & mask) == 0)
      continue;
    out.append(bytes, kept, i - kept);
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};
    out.append(escape, 3);
    kept = i + 1;
  }
  out.append(bytes, kept);
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high << 4 | low));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

} // namespace troupe::crawl
