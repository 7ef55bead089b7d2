// SPDX-License-Identifier: BSD-3-Clause
//
// A story as a timeline in the Trace Event Format, which Perfetto (ui.perfetto.dev) and
// chrome://tracing open: a row for everybody with a slice a step, a row for each lock with a slice
// for each who held it, arrows from the sending of a letter to its handling, spans of waiting, a
// curve for each account, and a mark where it goes wrong.
//
//   {"displayTimeUnit":"ms","traceEvents":[EVENT, ...]}
//   EVENT   M names rows; X is a slice (ts, dur); s and f are an arrow's ends, by id; b and e a
//   span's,
//           by id; C is a value of a curve; i is a mark
//
// A step takes a millisecond there: the order is what counts, and no clock has been looked at.
// Source: Trace Event Format (Google, 2016), as Perfetto reads it.
#pragma once

#include <string>

#include "domain/race/report.hpp"

namespace troupe::race {

/// Returns: the story that the report shows, as the text of a file. scripts/check_trace.py checks
/// such files.
std::string trace_json(const report& r);

} // namespace troupe::race
