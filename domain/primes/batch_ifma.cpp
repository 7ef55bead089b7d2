// SPDX-License-Identifier: BSD-3-Clause
// Whole batches with AVX-512 IFMA. Several registers of eight numbers go side by side, so that the
// multipliers never wait.
#include "domain/primes/batch_kernels.hpp"
#include "domain/primes/ifma.hpp"
#include "domain/primes/small_primes.hpp"

#ifdef TROUPE_HAS_IFMA

namespace troupe::primes {

namespace {

using namespace ifma;

constexpr auto divisors = odd_divisors<541>();
constexpr std::size_t divisors_first = 12; // after them, most registers hold nothing but composites

constexpr std::uint64_t short_end = std::uint64_t{1} << 45;

TROUPE_IFMA_INLINE words load(const std::uint64_t* from) { return _mm512_loadu_si512(from); }

TROUPE_IFMA_INLINE void write(std::uint8_t* to, mask which) {
  for (int i = 0; i < 8; ++i)
    to[i] = static_cast<std::uint8_t>(which >> i & 1);
}

/// Which lanes of `n` have one of the divisors [from, to).
TROUPE_IFMA_INLINE mask have_divisor(words n, std::size_t from, std::size_t to) {
  mask found = 0;
  for (std::size_t i = from; i < to; ++i) {
    const words quotient = _mm512_mullo_epi64(n, all(static_cast<long long>(divisors[i].inverse)));
    found |=
        _mm512_cmple_epu64_mask(quotient, all(static_cast<long long>(divisors[i].quotient_max)));
  }
  return found;
}

TROUPE_IFMA void sieve(const std::uint64_t* numbers, std::size_t count, std::uint8_t* survived) {
  for (std::size_t i = 0; i < count; i += 8) {
    const auto lanes = static_cast<mask>(count - i >= 8 ? 0xff : (1U << (count - i)) - 1);
    const words n = _mm512_maskz_loadu_epi64(lanes, numbers + i);
    mask open = _mm512_mask_test_epi64_mask(lanes, n, all(1));
    open &= static_cast<mask>(~have_divisor(n, 0, divisors_first));
    for (std::size_t at = divisors_first; open != 0 && at < divisors.size(); at += 22)
      open &= static_cast<mask>(
          ~have_divisor(n, at, at + 22 < divisors.size() ? at + 22 : divisors.size()));
    write(survived + i, open);
  }
}

/// The powers of 1/2 instead of those of 2: they are 1 and -1 for the same exponents, and a ladder
/// can begin at 2^-t for any t below R's length, as R 2^-t is then a small power of two.
template <class Modulus>
struct strong_lanes {
  Modulus m;
  typename Modulus::value x;
  words twos, steps, doublings;

  TROUPE_IFMA_INLINE void begin(words n) {
    m.begin(n);
    const words even = subtract(n, all(1));
    twos = zeros_below(even);
    const words d = _mm512_srlv_epi64(even, twos);
    steps = subtract(length_of(d), all(Modulus::start_bits));
    // d = t 2^steps - doublings, 0 <= doublings < 2^steps
    const words below = subtract(_mm512_sllv_epi64(all(1), steps), all(1));
    const words t = add(_mm512_srlv_epi64(subtract(d, all(1)), steps), all(1));
    doublings = _mm512_and_si512(subtract(zero(), d), below);
    x = Modulus::power_of_two(subtract(all(Modulus::radix_bits), t));
  }
  TROUPE_IFMA_INLINE void step(words place, words bit) {
    const mask active = _mm512_cmpgt_epi64_mask(steps, place);
    const mask twice = _mm512_test_epi64_mask(doublings, bit);
    x = m.square(x, m.once_n(), x, active, twice);
  }
  /// Of a prime, the last x that is not 1 is -1.
  TROUPE_IFMA_INLINE mask end() {
    const words minus_one = subtract(m.n, all(1));
    words plain = m.plain(x);
    mask passed =
        _mm512_cmpeq_epi64_mask(plain, all(1)) | _mm512_cmpeq_epi64_mask(plain, minus_one);
    for (int i = 1;; ++i) {
      const mask open = _mm512_mask_cmpgt_epi64_mask(static_cast<mask>(~passed), twos, all(i));
      if (open == 0)
        return passed;
      x = m.square(x, m.once_n(), x, 0xff);
      plain = m.plain(x);
      passed |= _mm512_mask_cmpeq_epi64_mask(open, plain, minus_one);
    }
  }
};

/// V_k and V_(k+1), of which `first` is the one that the next step squares; see lucas_lane.
template <class Modulus>
struct lucas_lanes {
  Modulus m;
  words parameter, twos, steps, turns;
  typename Modulus::value first, second, minus_two, minus_parameter;

  TROUPE_IFMA_INLINE void begin(words n, words p) {
    m.begin(n);
    parameter = p;
    const words even = add(n, all(1));
    twos = zeros_below(even);
    const words d = _mm512_srlv_epi64(even, twos);
    steps = subtract(length_of(d), all(1));
    // where a bit of d is not like the one above it
    turns = _mm512_xor_si512(d, _mm512_srli_epi64(d, 1));
    const auto one = m.one();
    const auto p_value = m.scale(one, p);
    minus_two = m.negative(4, m.scale(one, all(2)));
    minus_parameter = m.negative(4, p_value);
    second = p_value;
    first = m.square(second, minus_two, second, 0xff);
  }
  TROUPE_IFMA_INLINE void step(words place, words bit) {
    const mask active = _mm512_cmpgt_epi64_mask(steps, place);
    const mask turn = _mm512_mask_test_epi64_mask(active, turns, bit);
    const auto squared = Modulus::select(turn, first, second);
    const auto other = Modulus::select(turn, second, first);
    first = m.square(squared, minus_two, squared, active);
    second = m.multiply(squared, other, minus_parameter, other, active);
  }
  /// Of a prime, V_d is 2 or -2 and U_d is 0, or one of V_d, V_2d ... V_(n+1)/4 is 0.
  TROUPE_IFMA_INLINE mask end() {
    // d is odd: the last step squared the larger.
    const words larger = m.plain(first);
    words v = m.plain(second);
    mask passed =
        _mm512_mask_cmpeq_epi64_mask(_mm512_cmpeq_epi64_mask(v, all(2)), larger, parameter);
    passed |= _mm512_mask_cmpeq_epi64_mask(_mm512_cmpeq_epi64_mask(v, subtract(m.n, all(2))),
                                           larger, subtract(m.n, parameter));
    for (int i = 1;; ++i) {
      const mask open = _mm512_mask_cmpgt_epi64_mask(static_cast<mask>(~passed), twos, all(i));
      if (open == 0)
        return passed;
      passed |= _mm512_mask_cmpeq_epi64_mask(open, v, m.n); // zero
      second = m.square(second, minus_two, second, 0xff);
      v = m.plain(second);
    }
  }
};

/// Has all lanes do the most steps that one of them needs.
template <class Lanes, int registers>
TROUPE_IFMA_INLINE void run(Lanes* lanes) {
  words most = lanes[0].steps;
  for (int i = 1; i < registers; ++i)
    most = _mm512_max_epi64(most, lanes[i].steps);
  words place = all(_mm512_reduce_max_epi64(most));
  words bit = _mm512_sllv_epi64(all(1), place);
  for (long long left = _mm512_cvtsi512_si32(place); left > 0; --left) {
    place = subtract(place, all(1));
    bit = _mm512_srli_epi64(bit, 1);
    for (int i = 0; i < registers; ++i)
      lanes[i].step(place, bit);
  }
}

template <class Modulus, int registers>
TROUPE_IFMA void strong_block(const std::uint64_t* numbers, std::uint8_t* passed) {
  strong_lanes<Modulus> lanes[registers];
  for (int i = 0; i < registers; ++i)
    lanes[i].begin(load(numbers + 8 * i));
  run<strong_lanes<Modulus>, registers>(lanes);
  for (int i = 0; i < registers; ++i)
    write(passed + 8 * i, lanes[i].end());
}

template <class Modulus, int registers>
TROUPE_IFMA void lucas_block(const std::uint64_t* numbers, const std::uint8_t* parameters,
                             std::uint8_t* passed) {
  lucas_lanes<Modulus> lanes[registers];
  for (int i = 0; i < registers; ++i) {
    const auto eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(parameters + 8 * i));
    lanes[i].begin(load(numbers + 8 * i), _mm512_cvtepu8_epi64(eight));
  }
  run<lucas_lanes<Modulus>, registers>(lanes);
  for (int i = 0; i < registers; ++i)
    write(passed + 8 * i, lanes[i].end());
}

/// Lanes without a number of their own repeat the last one.
void fill_up(std::uint64_t* numbers, std::size_t count) {
  for (std::size_t i = count; i < count + lanes_max; ++i)
    numbers[i] = numbers[count - 1];
}

template <class Modulus>
void strong_all(const std::uint64_t* numbers, std::size_t count, std::uint8_t* passed) {
  for (std::size_t i = 0; i < count;) {
    if (count - i > 16) {
      strong_block<Modulus, 4>(numbers + i, passed + i);
      i += 32;
    } else {
      strong_block<Modulus, 1>(numbers + i, passed + i);
      i += 8;
    }
  }
}

template <class Modulus>
void lucas_all(const std::uint64_t* numbers, const std::uint8_t* parameters, std::size_t count,
               std::uint8_t* passed) {
  for (std::size_t i = 0; i < count;) {
    if (count - i > 8) {
      lucas_block<Modulus, 2>(numbers + i, parameters + i, passed + i);
      i += 16;
    } else {
      lucas_block<Modulus, 1>(numbers + i, parameters + i, passed + i);
      i += 8;
    }
  }
}

void strong(std::uint64_t* numbers, std::size_t count, std::uint8_t* passed) {
  if (count == 0)
    return;
  fill_up(numbers, count);
  if (numbers[0] < short_end)
    strong_all<one_digit>(numbers, count, passed);
  else
    strong_all<two_digits>(numbers, count, passed);
}

void lucas(std::uint64_t* numbers, std::uint8_t* parameters, std::size_t count,
           std::uint8_t* passed) {
  if (count == 0)
    return;
  fill_up(numbers, count);
  for (std::size_t i = count; i < count + lanes_max; ++i)
    parameters[i] = parameters[count - 1];
  if (numbers[0] < short_end)
    lucas_all<one_digit>(numbers, parameters, count, passed);
  else
    lucas_all<two_digits>(numbers, parameters, count, passed);
}

constexpr batch_kernel kernel{short_end, sieve, strong, lucas};

} // namespace

const batch_kernel* find_ifma_kernel() {
  __builtin_cpu_init();
  const bool there = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
                     && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512ifma");
  return there ? &kernel : nullptr;
}

} // namespace troupe::primes

#else

namespace troupe::primes {
const batch_kernel* find_ifma_kernel() { return nullptr; }
} // namespace troupe::primes

#endif
