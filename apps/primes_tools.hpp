// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "apps/primes_options.hpp"
#include "apps/stop_signal.hpp"

namespace troupe::apps {

// What troupe-primes can say of a number in place of a verdict. Each returns the exit code.

/// "60: 2 2 3 5", a line a number.
int factor_numbers(const primes_options& options, const stop_signal& stop);
/// A certificate a prime, an empty line between two.
int certify_numbers(const primes_options& options, const stop_signal& stop);
/// "N prime" for a certificate that holds, or what is wrong, in which line.
int check_certificates(const primes_options& options, const stop_signal& stop);
/// The primes of a range, a line each, or how many they are.
int list_range(const primes_options& options, const stop_signal& stop);

} // namespace troupe::apps
