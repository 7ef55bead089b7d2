// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/trace/letters.hpp"
#include "io/trace/recorder.hpp"

namespace troupe::apps {

/// If there is a timeline, the letters of the actors that are made from now on are in it.
inline void trace_letters() {
  if (trace::on())
    runtime::observe_letters(&trace::letters_told());
}

} // namespace troupe::apps
