// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "apps/node_options.hpp"
#include "apps/stop_signal.hpp"

namespace troupe::apps {

/// The coordinator's process: shows who may work and who has work to each other, until it is
/// stopped. Returns: the exit code, 0 after a stop.
int coordinate(const node_options& options, const stop_signal& stop);

/// A worker's process: works for whichever coordinator there is. Told to stop, or drained by the
/// coordinator, it finishes what it has. Returns: the exit code; 1 if that took too long.
int work(const node_options& options, const stop_signal& stop);

} // namespace troupe::apps
