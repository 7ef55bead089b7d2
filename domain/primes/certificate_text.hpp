// SPDX-License-Identifier: BSD-3-Clause
// For certificate*.cpp: a certificate's text taken apart. The grammar is in certificate.hpp.
#pragma once

#include <gmpxx.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "domain/primes/certificate.hpp"

namespace troupe::primes {

struct small_step {
  mpz_class n;
};
struct minus_one_step {
  mpz_class n;
  std::vector<std::pair<mpz_class, mpz_class>> factors; ///< q, a
};
struct elliptic_step {
  mpz_class n, t, s, a, x, y;
};

struct certificate_step {
  std::size_t line = 0; ///< on which it begins
  std::variant<small_step, minus_one_step, elliptic_step> what;

  const mpz_class& number() const {
    return std::visit([](const auto& s) -> const mpz_class& { return s.n; }, what);
  }
};

/// Returns: at least one step.
tl::expected<std::vector<certificate_step>, certificate_flaw>
read_certificate(std::string_view text, const certificate_limits& limits);

} // namespace troupe::primes
