// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/compare/report.hpp"

namespace troupe::compare {

/// Returns: how many processors this process may use, their model, the kernel's name and version,
/// today's date (UTC), and the load of the last minute as load_before. No host name and no path: a
/// report is to be shown to others.
machine_facts this_machine();

/// Returns: the load average of the last minute (getloadavg), 0 if there is none.
double load_now();

/// Returns: seconds that all processors together have been busy since the machine began
/// (/proc/stat, in steps of 0.01 s each), 0 if that cannot be read.
double busy_s();

/// Returns: CPU seconds that our only child has used so far; 0 if we have none.
double child_cpu_s();

/// Gives memory that is not used back to the kernel, and has it forget how much we once used: Linux
/// counts our peak as that of every program that we start.
void lower_own_peak();

/// Returns: peak RSS of this process since lower_own_peak(), KiB.
std::uint64_t own_rss_kib();

} // namespace troupe::compare
