// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-primes tutorial: takes argc and argv from its own name on. Returns: the exit code.
int primes_tutorial(int argc, char** argv);

} // namespace troupe::apps
