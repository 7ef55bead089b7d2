// SPDX-License-Identifier: BSD-3-Clause
// For batch_ifma*.cpp: eight numbers side by side in AVX-512 registers, multiplied by the 52-bit
// multiply-add instructions (IFMA).
//
// Montgomery's arithmetic with the radix R = 2^104, a number being two digits of 52 bits; or, for
// numbers below 2^45, R = 2^52 and one digit. Values are not kept below n: a reduction gives
//
//     (a b - q n) / R + n,   0 <= q < R,
//
// which lies in (0, n + a b / R]. R is so much larger than n^2 that values may grow to 2^72 in two
// digits, or 2^48 in one, before that sum exceeds n by more than a little. So nothing is compared
// or corrected on the way, and a subtraction just adds a multiple of n in the place of that n.
// A high digit may be negative for a moment; a digit that is multiplied never is.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#define TROUPE_HAS_IFMA 1

#include <immintrin.h>

// The file is compiled for any x86-64; only what bears this is for the newer ones. No lambdas in
// such functions: they would not inherit it.
#define TROUPE_IFMA __attribute__((target("avx512f,avx512dq,avx512cd,avx512ifma")))
#define TROUPE_IFMA_INLINE TROUPE_IFMA __attribute__((always_inline)) inline

namespace troupe::primes::ifma {

using words = __m512i;
using mask = __mmask8;

TROUPE_IFMA_INLINE words all(long long value) { return _mm512_set1_epi64(value); }
TROUPE_IFMA_INLINE words digit_mask() { return all((1LL << 52) - 1); }
TROUPE_IFMA_INLINE words add(words a, words b) { return _mm512_add_epi64(a, b); }
TROUPE_IFMA_INLINE words subtract(words a, words b) { return _mm512_sub_epi64(a, b); }
TROUPE_IFMA_INLINE words carry(words a) { return _mm512_srai_epi64(a, 52); }
TROUPE_IFMA_INLINE words low_digit(words a) { return _mm512_and_si512(a, digit_mask()); }
/// sum + the low, or the high, 52 bits of the product of the low 52 bits of a and b.
TROUPE_IFMA_INLINE words low(words sum, words a, words b) {
  return _mm512_madd52lo_epu64(sum, a, b);
}
TROUPE_IFMA_INLINE words high(words sum, words a, words b) {
  return _mm512_madd52hi_epu64(sum, a, b);
}
TROUPE_IFMA_INLINE words zero() { return _mm512_setzero_si512(); }

/// 1/n modulo 2^64; see montgomery::inverse_of.
TROUPE_IFMA_INLINE words inverse_of(words n) {
  words x = _mm512_xor_si512(add(n, add(n, n)), all(2));
  for (int i = 0; i < 4; ++i)
    x = _mm512_mullo_epi64(x, subtract(all(2), _mm512_mullo_epi64(n, x)));
  return x;
}

/// How many bits each has, and in how many zeros it ends.
TROUPE_IFMA_INLINE words length_of(words a) { return subtract(all(64), _mm512_lzcnt_epi64(a)); }
TROUPE_IFMA_INLINE words zeros_below(words a) {
  const words lowest = _mm512_and_si512(a, subtract(zero(), a));
  return subtract(all(63), _mm512_lzcnt_epi64(lowest));
}

/// Arithmetic modulo n < 2^45.
struct one_digit {
  static constexpr int radix_bits = 52;
  static constexpr int start_bits = 5; ///< how much of an exponent the first value may hold

  struct value {
    words low;
  };
  words n, inverse;

  TROUPE_IFMA_INLINE void begin(words modulus) {
    n = modulus;
    inverse = inverse_of(n);
  }

  TROUPE_IFMA_INLINE static value power_of_two(words exponent) {
    return {_mm512_sllv_epi64(all(1), exponent)};
  }
  TROUPE_IFMA_INLINE static value select(mask which, value no, value yes) {
    return {_mm512_mask_blend_epi64(which, no.low, yes.low)};
  }
  /// many * n - a
  TROUPE_IFMA_INLINE value negative(int many, value a) const {
    return {subtract(_mm512_mullo_epi64(n, all(many)), a.low)};
  }
  /// (c1 2^52 + c0) / R, plus `bias`; doubled for some; the lanes that are not `active` stay.
  TROUPE_IFMA_INLINE value reduce(words c0, words c1, value bias, value old, mask active,
                                  mask twice) const {
    const words q = low(zero(), c0, inverse);
    const words r = subtract(add(c1, bias.low), high(zero(), q, n));
    const words doubled = _mm512_mask_add_epi64(r, twice, r, r);
    return {_mm512_mask_mov_epi64(old.low, active, doubled)};
  }
  TROUPE_IFMA_INLINE value multiply(value a, value b, value bias, value old, mask active) const {
    return reduce(low(zero(), a.low, b.low), high(zero(), a.low, b.low), bias, old, active, 0);
  }
  TROUPE_IFMA_INLINE value square(value a, value bias, value old, mask active,
                                  mask twice = 0) const {
    return reduce(low(zero(), a.low, a.low), high(zero(), a.low, a.low), bias, old, active, twice);
  }
  TROUPE_IFMA_INLINE value once_n() const { return {n}; }

  /// What is congruent to R.
  TROUPE_IFMA_INLINE value one() const {
    const words q =
        _mm512_cvttpd_epu64(_mm512_div_pd(_mm512_set1_pd(0x1p52), _mm512_cvtepu64_pd(n)));
    const words r = low_digit(subtract(n, low(zero(), q, n)));
    return multiply({r}, {r}, once_n(), {r}, 0xff);
  }
  /// a times a small number, reduced. Takes: one().
  TROUPE_IFMA_INLINE value scale(value one, words small) const {
    return multiply({low(zero(), one.low, small)}, one, once_n(), one, 0xff);
  }
  /// Out of Montgomery's form, in [1, n].
  TROUPE_IFMA_INLINE words plain(value a) const {
    return reduce(a.low, zero(), once_n(), a, 0xff, 0).low;
  }
};

/// Arithmetic modulo n, 2^45 <= n < 2^64.
struct two_digits {
  static constexpr int radix_bits = 104;
  static constexpr int start_bits = 6;

  struct value {
    words low, high;
  };
  words n, n0, n1, inverse;

  TROUPE_IFMA_INLINE void begin(words modulus) {
    n = modulus;
    n0 = low_digit(n);
    n1 = _mm512_srli_epi64(n, 52);
    inverse = inverse_of(n);
  }

  TROUPE_IFMA_INLINE static value power_of_two(words exponent) {
    // A shift by 64 or more, negative ones among them, gives zero.
    return {low_digit(_mm512_sllv_epi64(all(1), exponent)),
            _mm512_sllv_epi64(all(1), subtract(exponent, all(52)))};
  }
  TROUPE_IFMA_INLINE static value select(mask which, value no, value yes) {
    return {_mm512_mask_blend_epi64(which, no.low, yes.low),
            _mm512_mask_blend_epi64(which, no.high, yes.high)};
  }
  /// Digits of many * n - a, not normalized: to be a bias.
  TROUPE_IFMA_INLINE value negative(int many, value a) const {
    return {subtract(_mm512_mullo_epi64(n0, all(many)), a.low),
            subtract(_mm512_mullo_epi64(n1, all(many)), a.high)};
  }
  /// (c2 2^104 + c1 2^52 + c0) / R, plus `bias`; doubled for some; the lanes that are not `active`
  /// stay. Takes: c0 < 2^52.
  TROUPE_IFMA_INLINE value reduce(words c0, words c1, words c2, value bias, value old, mask active,
                                  mask twice) const {
    // q n is subtracted, so its low digit cancels that of the product and is not computed.
    const words q0 = low(zero(), c0, inverse);
    const words t0 = subtract(c1, low(high(zero(), q0, n0), q0, n1));
    const words t1 = subtract(add(c2, bias.low), high(zero(), q0, n1));
    const words q1 = low(zero(), t0, inverse);
    const words r0 = subtract(add(t1, carry(t0)), low(high(zero(), q1, n0), q1, n1));
    const words r1 = subtract(bias.high, high(zero(), q1, n1));
    const words d0 = _mm512_mask_add_epi64(r0, twice, r0, r0);
    const words d1 = _mm512_mask_add_epi64(r1, twice, r1, r1);
    return {_mm512_mask_and_epi64(old.low, active, d0, digit_mask()),
            _mm512_mask_add_epi64(old.high, active, d1, carry(d0))};
  }
  TROUPE_IFMA_INLINE value multiply(value a, value b, value bias, value old, mask active) const {
    const words c0 = low(zero(), a.low, b.low);
    const words c1 = low(low(high(zero(), a.low, b.low), a.low, b.high), a.high, b.low);
    const words c2 = low(high(high(zero(), a.low, b.high), a.high, b.low), a.high, b.high);
    return reduce(c0, c1, c2, bias, old, active, 0);
  }
  TROUPE_IFMA_INLINE value square(value a, value bias, value old, mask active,
                                  mask twice = 0) const {
    const words twice_high = add(a.high, a.high);
    const words c0 = low(zero(), a.low, a.low);
    const words c1 = low(high(zero(), a.low, a.low), a.low, twice_high);
    const words c2 = low(high(zero(), a.low, twice_high), a.high, a.high);
    return reduce(c0, c1, c2, bias, old, active, twice);
  }
  TROUPE_IFMA_INLINE value once_n() const { return {n0, n1}; }

  /// What is congruent to R: q = R / n in floating point is so good that |R - q n| < 128 n.
  TROUPE_IFMA_INLINE value one() const {
    const words q =
        _mm512_cvttpd_epu64(_mm512_div_pd(_mm512_set1_pd(0x1p104), _mm512_cvtepu64_pd(n)));
    const words product0 = low(zero(), q, n0);
    const words product1 = low(low(high(zero(), q, n0), q, n1), _mm512_srli_epi64(q, 52), n0);
    const value many = negative(128, {product0, product1});
    const value r{low_digit(many.low), low_digit(add(many.high, carry(many.low)))};
    return square(r, once_n(), r, 0xff);
  }
  TROUPE_IFMA_INLINE value scale(value one, words small) const {
    const value product{low(zero(), one.low, small),
                        low(high(zero(), one.low, small), one.high, small)};
    return multiply(product, one, once_n(), one, 0xff);
  }
  TROUPE_IFMA_INLINE words plain(value a) const {
    const value r = reduce(a.low, a.high, zero(), once_n(), a, 0xff, 0);
    return add(r.low, _mm512_slli_epi64(r.high, 52));
  }
};

} // namespace troupe::primes::ifma

#endif
