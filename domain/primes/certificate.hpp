// SPDX-License-Identifier: BSD-3-Clause
//
// Certificates of primality: what another program needs to see for itself that a number is prime.
//
// A certificate is lines of text. Its steps each prove one number, from primes below 2^64, which
// whoever checks it tests directly, and from numbers that later steps prove. The first step's
// number is the one that the certificate is about.
//
//     certificate = "primality-certificate 1" LF 1*step
//     step        = small / minus-one / elliptic
//     small       = "small" SP N LF
//     minus-one   = "n-1" SP N LF 1*( "factor" SP q SP a LF )
//     elliptic    = "ec" SP N SP t SP s SP A SP x SP y LF
//     N, q, a, s, x, y = number;  t, A = [ "-" ] number
//     number      = %x31-39 *DIGIT / "0"
//
// small: N is below 2^64, and whoever checks it sees for himself.
//
// minus-one (Pocklington, 1914; Brillhart, Lehmer and Selfridge, "New primality criteria", Math.
// Comp. 29, 1975): the q are different primes that divide N - 1, F is the product of their powers
// in N - 1, and for each q
//     a^(N - 1) = 1 modulo N,  gcd(a^((N - 1) / q) - 1, N) = 1.
// Then every prime divisor of N is 1 modulo F. N is prime if F^2 > N; or if F^3 > N and, with
// N = c2 F^2 + c1 F + 1, c1^2 - 4 c2 is no square.
//
// elliptic (Goldwasser and Kilian, J. ACM 46, 1999; Atkin and Morain, Math. Comp. 61, 1993): with
// m = N + 1 - t = s q, where q is a prime above (N^(1/4) + 1)^2, the point P = (x, y) is on a curve
// y^2 = x^3 + A x + B modulo N, s P is not its zero, and q s P is. Then N is prime. These five
// numbers are those of a step of PARI/GP's primecert().
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "domain/primes/verdict.hpp"

namespace troupe::primes {

struct certificate_limits {
  std::size_t digits_max = 2000;    ///< of a certificate's numbers
  std::size_t steps_max = 10'000;   ///< of a certificate
  std::size_t hard_digits_max = 70; ///< of what is left of n - 1 that we would factor fully
};

/// Makes a certificate of n - 1 steps.
/// Takes: decimal digits. `stop` is asked between the steps (see factor.hpp).
/// Faults: invalid; not_prime; too_large; cancelled; out_of_reach if too little of an n - 1 could
/// be factored, which happens above hard_digits_max only, and mostly at 100 digits.
/// Cost: about a second at 60 digits, nearly all of it for factoring.
tl::expected<std::string, fault> make_certificate(std::string_view decimal,
                                                  const std::function<bool()>& stop = {},
                                                  const certificate_limits& limits = {});

/// Takes: what PARI/GP prints of primecert(N): [[N, t, s, A, [x, y]], ...], or just a prime below
/// 2^64. Returns: the same as a certificate of elliptic steps; it is read, not checked.
/// Faults: invalid if it is not of this form; too_large.
tl::expected<std::string, fault> certificate_from_pari(std::string_view printed,
                                                       const certificate_limits& limits = {});

/// What is wrong with a certificate.
struct certificate_flaw {
  std::size_t line = 0; ///< from 1; 0 if it is about the whole
  std::string why;      ///< a few words without a full stop
};

/// Checks a certificate without any help by what made it: it trusts is_prime below 2^64, GMP's
/// arithmetic, and nothing else.
/// Returns: the number that it proves prime, in decimal digits.
/// Cost: milliseconds up to 100 digits, a minute at 1000.
tl::expected<std::string, certificate_flaw>
check_certificate(std::string_view text, const certificate_limits& limits = {});

} // namespace troupe::primes
