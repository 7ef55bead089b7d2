// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "io/gateway/front.hpp"

namespace troupe::gateway {

/// Adds, both open,
///
///     GET /races                    which small races there are
///     GET /races/{model}/{engine}   the order of it that fails soonest, or the first one, with the
///                                   world after each step: what `troupe-compare race --json` says
///
/// for /ui/race.html. Cost: all of them are explored once, here: tens of milliseconds.
void add_race_routes(front& to);

} // namespace troupe::gateway
