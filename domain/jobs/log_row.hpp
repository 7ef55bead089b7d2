// SPDX-License-Identifier: BSD-3-Clause
//
// A run's log: one line of JSON (RFC 8259) an attempt, in the order in which they were over.
//
//   {"seq":3,"attempt":1,"final":true,"argv":["gzip","a.txt"],"key":"9ae1...","start":1764115200.25,
//    "seconds":0.013,"cpu":0.004,"end":"exited","exit":0,"signal":0,"reason":"","bytes":12}
//
// `final`: no further attempt was planned. `key` is key_of(argv) in hexadecimal: it is what a
// resumed run compares, since bytes in argv that are no UTF-8 are shown as U+FFFD. `exit` is there
// if `end` is "exited", `signal` is 0 if none had a part in it. `"node":"anna"` is there if a node
// of a cluster ran it; `start` is then by that node's clock. Unknown members are ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "domain/jobs/job.hpp"

namespace troupe::jobs {

/// What resuming needs of a row.
struct log_row {
  std::uint64_t seq = 0;
  std::uint64_t key = 0;
  bool final = false;
  attempt what;
  std::vector<std::string> argv; ///< as shown
};

/// Returns: the row with its line feed.
std::string log_line(const job& work, const attempt& what, bool final);

/// Takes: a line without its line feed. Returns: the row, or what is wrong with it.
tl::expected<log_row, std::string> parse_log_line(std::string_view line);

} // namespace troupe::jobs
