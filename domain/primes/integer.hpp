// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <flint/fmpz.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::primes {

/// One of FLINT's integers, of any size, that frees itself. For .cpp files: public headers speak
/// decimal.
class integer {
public:
  integer() { fmpz_init(value_); }
  explicit integer(ulong value) { fmpz_init_set_ui(value_, value); }
  integer(const integer& other) { fmpz_init_set(value_, other.value_); }
  integer(integer&& other) noexcept : integer() { fmpz_swap(value_, other.value_); }
  integer& operator=(integer other) noexcept {
    fmpz_swap(value_, other.value_);
    return *this;
  }
  ~integer() { fmpz_clear(value_); }

  fmpz* get() { return value_; }
  const fmpz* get() const { return value_; }

  bool fits_word() const { return fmpz_abs_fits_ui(value_) != 0; }
  ulong word() const { return fmpz_get_ui(value_); }
  std::string decimal() const {
    char* digits = fmpz_get_str(nullptr, 10, value_);
    std::string text = digits;
    flint_free(digits);
    return text;
  }
  friend bool operator==(const integer& a, const integer& b) {
    return fmpz_equal(a.value_, b.value_) != 0;
  }
  friend bool operator<(const integer& a, const integer& b) {
    return fmpz_cmp(a.value_, b.value_) < 0;
  }

private:
  fmpz_t value_;
};

/// Returns: the digits without leading zeros, "0" for zero; nothing if it is not all digits.
inline std::optional<std::string_view> plain_digits(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos)
    return std::nullopt;
  const auto first = text.find_first_not_of('0');
  return first == text.npos ? text.substr(text.size() - 1) : text.substr(first);
}

/// Takes: plain_digits.
inline integer to_integer(std::string_view digits) {
  integer n;
  fmpz_set_str(n.get(), std::string{digits}.c_str(), 10);
  return n;
}

} // namespace troupe::primes
