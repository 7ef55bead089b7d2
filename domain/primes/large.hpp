// SPDX-License-Identifier: BSD-3-Clause
//
// Is a number of any size prime? Below 2^64 by primality.hpp, above by FLINT.
//
// `fast` above 2^64 is the test of Baillie, Pomerance, Selfridge and Wagstaff: a strong test to
// base 2 and a Lucas test. Nobody knows a composite that passes it, and nobody has proved that
// there is none: so the verdict is `probable_prime`. `prove` goes on from there with FLINT's proofs
// (n - 1, n + 1, then APR-CL; Adleman, Pomerance and Rumely, Ann. of Math. 117, 1983).
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "domain/primes/verdict.hpp"

namespace troupe::primes {

struct judge_limits {
  std::size_t digits_max = 20'000;    ///< of any number, leading zeros apart
  std::size_t proof_digits_max = 400; ///< of a number to be proved; 4 s of a processor
};

/// Takes: decimal digits, nothing else; leading zeros are allowed. `trial` is refused as too_large
/// at 2^64. `stop`, if given, is asked between the steps and ends it as `cancelled` once it returns
/// true. It cannot interrupt a step: one ladder takes two seconds at 7,000 digits and ten
/// times as long at 20,000, one proof four seconds at 400. Who must be able to end that, runs it in
/// a process that can be killed: this is a pure function, which leaves nothing behind. Cost: below
/// 2^64, what is_prime costs; for a prime about 10 us at 40 digits, 1 ms at 300, 0.5 s at 3,000, 4
/// s at 7,000. A proof: 0.3 s at 200 digits. Threads: any number at once. FLINT keeps some memory
/// for each thread that used it.
verdict judge(std::string_view decimal, method how, const std::function<bool()>& stop = {},
              const judge_limits& limits = {});

} // namespace troupe::primes
