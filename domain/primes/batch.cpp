// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/batch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "domain/primes/batch_kernels.hpp"
#include "domain/primes/lucas.hpp"
#include "domain/primes/primality.hpp"

namespace troupe::primes {

namespace {

constexpr std::size_t chunk = 1024; // all of its arrays together stay in the first cache
constexpr std::size_t room = chunk + lanes_max;

/// Numbers that are still in question, and where each stands in its chunk.
struct candidates {
  std::array<std::uint64_t, room> number;
  std::array<std::uint16_t, room> place;
  std::size_t count = 0;

  void add(std::uint64_t n, std::size_t at) {
    number[count] = n;
    place[count++] = static_cast<std::uint16_t>(at);
  }
};

class chunk_test {
public:
  chunk_test(const batch_kernel& kernel, const std::uint64_t* numbers, std::size_t count,
             std::uint8_t* verdicts)
      : kernel_(kernel), verdicts_(verdicts) {
    sieve(numbers, count);
    for (candidates* some : {&short_, &long_}) {
      test_strongly(*some);
      test_by_lucas(*some);
    }
  }

private:
  void sieve(const std::uint64_t* numbers, std::size_t count) {
    kernel_.sieve(numbers, count, passed_.data());
    for (std::size_t i = 0; i < count; ++i) {
      const auto n = numbers[i];
      verdicts_[i] = 0;
      if (n < kernel_number_min)
        verdicts_[i] = is_prime(n) ? 1 : 0;
      else if (passed_[i] != 0 && (n - 1) >> std::countr_zero(n - 1) < odd_part_min)
        verdicts_[i] = is_prime(n) ? 1 : 0;
      else if (passed_[i] != 0)
        (n < kernel_.short_end ? short_ : long_).add(n, i);
    }
  }

  /// Leaves those that pass, together with their Lucas parameters.
  void test_strongly(candidates& some) {
    kernel_.strong(some.number.data(), some.count, passed_.data());
    const auto count = some.count;
    some.count = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (passed_[i] == 0)
        continue;
      const auto n = some.number[i];
      const auto parameter = lucas_parameter(n);
      if (parameter > lucas_parameter_max)
        verdicts_[some.place[i]] = is_prime(n) ? 1 : 0;
      else if (parameter != 0) {
        parameters_[some.count] = static_cast<std::uint8_t>(parameter);
        some.add(n, some.place[i]);
      }
    }
  }

  void test_by_lucas(candidates& some) {
    kernel_.lucas(some.number.data(), parameters_.data(), some.count, passed_.data());
    for (std::size_t i = 0; i < some.count; ++i)
      verdicts_[some.place[i]] = passed_[i];
  }

  const batch_kernel& kernel_;
  std::uint8_t* verdicts_;
  candidates short_, long_;
  std::array<std::uint8_t, room> passed_, parameters_;
};

const batch_kernel* kernel_of(batch_path path) {
  static const batch_kernel* const ifma = find_ifma_kernel();
  switch (path) {
  case batch_path::best:
    return ifma != nullptr ? ifma : &portable_kernel;
  case batch_path::portable:
    return &portable_kernel;
  case batch_path::ifma:
    return ifma;
  }
  return nullptr;
}

} // namespace

std::string_view to_string(batch_path path) {
  switch (path) {
  case batch_path::best:
    return "best";
  case batch_path::portable:
    return "portable";
  case batch_path::ifma:
    return "ifma";
  }
  return "?";
}

bool has_path(batch_path path) { return kernel_of(path) != nullptr; }

void are_prime(std::span<const std::uint64_t> numbers, std::span<std::uint8_t> verdicts,
               batch_path path) {
  assert(numbers.size() == verdicts.size());
  const auto* kernel = kernel_of(path);
  assert(kernel != nullptr);
  for (std::size_t at = 0; at < numbers.size(); at += chunk)
    chunk_test{*kernel, numbers.data() + at, std::min(chunk, numbers.size() - at),
               verdicts.data() + at};
}

void are_prime(std::span<const std::uint64_t> numbers, std::span<std::uint8_t> verdicts) {
  are_prime(numbers, verdicts, batch_path::best);
}

} // namespace troupe::primes
