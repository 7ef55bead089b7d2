// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "actors/cluster/process.hpp"
#include "io/primes/stream.hpp"

namespace troupe::apps {

/// Where the checkers are, if they are not here.
struct far_options {
  std::vector<std::string> coordinators; ///< empty: here
  cluster::process_options process;
};

/// Checks a stream with the checkers of a cluster: reads and writes here. If the coordinator is
/// lost, what has no answer is asked again at the next one; after a minute without any it ends with
/// an error. Throws: as cluster::process.
io::prime_summary check_far(const far_options& options, const io::prime_plan& plan,
                            const io::prime_setting& setting);

} // namespace troupe::apps
