// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/money.hpp"

#include <algorithm>

namespace troupe::bank {

currency parse_currency(std::string_view code) {
  if (code.size() < 3 || code.size() > 4)
    return currency::none;
  std::uint32_t packed = 0;
  for (const char c : code) {
    if (c < 'A' || c > 'Z')
      return currency::none;
    packed = packed << 8 | static_cast<unsigned char>(c);
  }
  return static_cast<currency>(packed);
}

std::string to_string(currency c) {
  std::string code;
  for (auto packed = static_cast<std::uint32_t>(c); packed != 0; packed >>= 8)
    code += static_cast<char>(packed & 0xff);
  std::reverse(code.begin(), code.end());
  return code;
}

std::string account_name(account_id a) {
  if (!is_system(a))
    return std::to_string(a);
  const auto unit = to_string(static_cast<currency>(a & 0xffffffff));
  switch (static_cast<system_account>(a >> 32 & 0xff)) {
  case system_account::outside:
    return "outside:" + unit;
  case system_account::in_flight:
    return "in-flight:" + unit;
  }
  return std::to_string(a);
}

std::optional<op_id> parse_op_id(std::string_view text) {
  op_id id;
  int digits = 0;
  for (const char c : text) {
    if (c == '-')
      continue;
    std::uint64_t digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<std::uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<std::uint64_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<std::uint64_t>(c - 'A' + 10);
    else
      return std::nullopt;
    if (++digits > 32)
      return std::nullopt;
    id.high = id.high << 4 | id.low >> 60;
    id.low = id.low << 4 | digit;
  }
  return digits == 32 && id ? std::optional{id} : std::nullopt;
}

std::string to_string(const op_id& id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(32, '0');
  for (unsigned i = 0; i < 16; ++i) {
    text[15 - i] = digits[id.high >> (4 * i) & 15];
    text[31 - i] = digits[id.low >> (4 * i) & 15];
  }
  return text;
}

} // namespace troupe::bank
