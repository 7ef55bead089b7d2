// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-compare crawl|bank|primes|jobs|web|all: has every engine do the same work, and reports.
/// Returns: the exit code; 130 or 143 if it was stopped. Throws: compare_usage_error,
/// std::runtime_error.
int compare_engines(int argc, char** argv);

} // namespace troupe::apps
