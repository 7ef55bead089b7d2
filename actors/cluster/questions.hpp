// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "actors/cluster/process.hpp"

namespace troupe::cluster {

/// One question to a coordinator, from outside of any actor: waits for the answer.
/// Takes: a process that was started; the coordinator's addresses, of which each is tried once.
/// Returns: the answer, or why there is none, in words.
tl::expected<cluster_report, std::string>
who_is_there(process& here, const std::vector<std::string>& addresses, cluster_limits bounds);
tl::expected<node_drained, std::string> have_drained(process& here,
                                                     const std::vector<std::string>& addresses,
                                                     const std::string& node,
                                                     cluster_limits bounds);

} // namespace troupe::cluster
