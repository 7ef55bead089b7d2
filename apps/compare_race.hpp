// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-compare race: counts all orders of a small race, or draws some, tells the shortest that
/// fails step by step, and writes it as JSON, timeline and page. Returns: the exit code, 0 also
/// where an order fails, since that is an answer; 1 if it is not what --expect said.
/// Throws: compare_usage_error, std::runtime_error.
int compare_race(int argc, char** argv);

} // namespace troupe::apps
