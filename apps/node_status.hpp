// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "apps/node_options.hpp"

namespace troupe::apps {

/// Prints who is there, as a table or as JSON. Returns: the exit code; 1 if no coordinator answers.
int show_status(const node_options& options);
/// Returns: the exit code, once the node has left; 1 if it has not.
int drain_node(const node_options& options);

} // namespace troupe::apps
