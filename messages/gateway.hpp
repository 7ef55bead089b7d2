// SPDX-License-Identifier: BSD-3-Clause
//
// What the gateway's own actors may say to each other: the tutorial's trio of slow sources.
//
// clang-format off
//   outside   ---- trio_wanted ----> collector    answered outside, under its ticket
//   outside   ---- trio_dropped ---> collector    nobody waits for it any more
//   collector ---- source_wanted --> source       one to each of the three; answered by source_read
//   source    ---- source_due -----> itself       when its delay is over, or its answer has come
// clang-format on
#pragma once

#include <cstdint>
#include <string>

#include "runtime/port.hpp"

namespace troupe::gateway {

struct trio_wanted;
struct trio_dropped;
struct source_wanted;
struct source_read;
struct source_due;

/// Reads one source: a file, a database, an API.
using source_actor =
    runtime::interface<caf::result<source_read>(source_wanted), caf::result<void>(source_due)>;

/// Asks all three at once, and answers with what has come by the deadline.
using collector_actor =
    runtime::interface<caf::result<void>(trio_wanted), caf::result<void>(trio_dropped)>;

/// From outside: read all three.
struct trio_wanted {
  std::uint64_t ticket = 0; ///< never 0; each once
};
struct trio_dropped {
  std::uint64_t ticket = 0;
};

/// Collector to source: read it. Reply: source_read.
struct source_wanted {};
struct source_read {
  std::string text;
  std::string error; ///< "" if all went well
  bool late = false;
  std::uint64_t took_ms = 0;
  bool cut = false; ///< there was more text than is told
};

/// A source to itself: go on with this one. Before it is read `result` is empty and `done` false.
struct source_due {
  std::uint64_t number = 0;
  bool done = false;
  source_read result;
};

template <class Inspector>
auto inspect(Inspector& f, trio_wanted& x) {
  return runtime::fields(f, x, "trio_wanted", runtime::field("ticket", x.ticket));
}
template <class Inspector>
auto inspect(Inspector& f, trio_dropped& x) {
  return runtime::fields(f, x, "trio_dropped", runtime::field("ticket", x.ticket));
}
template <class Inspector>
auto inspect(Inspector& f, source_wanted& x) {
  return runtime::fields(f, x, "source_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, source_read& x) {
  return runtime::fields(f, x, "source_read", runtime::field("text", x.text),
                         runtime::field("error", x.error), runtime::field("late", x.late),
                         runtime::field("took_ms", x.took_ms), runtime::field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, source_due& x) {
  return runtime::fields(f, x, "source_due", runtime::field("number", x.number),
                         runtime::field("done", x.done), runtime::field("result", x.result));
}

} // namespace troupe::gateway
