// SPDX-License-Identifier: BSD-3-Clause
//
// The timelines of several programs, as each writes its own (--trace): put into one, and made small
// enough for a page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

namespace troupe::compare {

/// What one program wrote.
struct traced_run {
  std::size_t workload = 0; ///< which of the report's
  std::string title;        ///< "crawl, near: threads x4"
  std::string label;        ///< "threads x4"
  std::string command;
  std::string text; ///< Trace Event Format, as a JSON object
};

/// Returns: one timeline with a process for each run, all of which begin at 0, so that engines lie
/// one below the other. Throws: std::runtime_error if a text is no timeline.
std::string merged_timeline(const std::vector<traced_run>& runs);

/// Of the picture of one run on a page.
struct picture_limits {
  std::size_t rows_max = 18;    ///< the busiest
  std::size_t slices_max = 250; ///< of a row: the longest
  std::size_t letters_max = 150;
};

/// Returns: what a page draws, one object a workload, in order:
///
///     [{"workload":0,"runs":[{"label","command","took_us","left_out","names":[TEXT..],
///       "rows":[{"name","more":N,"slices":[[begin_us, us, name, kind, depth]..]}..],
///       "letters":[[from row, sent_us, to row, taken_us, name]..]}..]}..]
///
/// `name` is a place in "names"; kind is 0 for work, 1 for waiting, 2 for a lock that is held.
/// `more` counts what there was no room for.
/// Throws: std::runtime_error if a text is no timeline.
boost::json::array timeline_pictures(const std::vector<traced_run>& runs,
                                     const picture_limits& bounds = {});

} // namespace troupe::compare
