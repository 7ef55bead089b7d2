// SPDX-License-Identifier: BSD-3-Clause
//
// A program's own timeline: who did what from when to when, who waited for whom, which letter went
// where. Off unless it was asked for; then every place that could tell something costs one look at
// a pointer.
//
//   row      a line of the picture: a thread, an actor, a lock
//   slice    something done, in a row; slices of a row are inside each other or apart
//   span     something that goes on beside what is done: a request that is under way
//   letter   from the row that sent it to the slice that handles it: an arrow, and a span in the
//            mailbox
//
// Everything that is told is whole when it is told (a letter when it is taken, a span when it
// ends), so a timeline that is full, or that ends in the middle, has no half of anything. What is
// told is kept in memory, in one place a thread, and written when the program ends: nothing is
// written meanwhile, which would show.
//
// Known limits: the first `events_max` are kept and the rest is counted; a program that is killed
// leaves an empty file. Clocks are the machine's monotonic one: timelines of several processes of
// one machine fit together.
// Source: Trace Event Format (Google, 2016), which Perfetto (ui.perfetto.dev) reads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::trace {

struct limits {
  std::size_t events_max = 200'000;       ///< slices, spans and letters together
  std::size_t texts_bytes_max = 16 << 20; ///< of different names and details
  std::size_t rows_max = 5'000;           ///< what further threads, actors and locks do is left out
};

using row_id = std::uint32_t;
using text_id = std::uint32_t;
/// Of those that are too many: what is told of it is left out.
constexpr row_id no_row = ~row_id{0};
/// Nanoseconds of the monotonic clock.
using moment = std::int64_t;

/// Returns: now.
moment now() noexcept;

/// See the head of this file. One is there at a time, made by start(); it stays until the process
/// ends, so that whoever still holds it can. Threads: any.
class recorder {
public:
  ~recorder();
  recorder(const recorder&) = delete;
  recorder& operator=(const recorder&) = delete;

  /// Takes: what it is called there, e.g. "fetcher 3". Returns: a new row, or
  /// no_row.
  row_id add_row(std::string_view name);
  /// Returns: the row of the calling thread, made at the first call, or whose work it does just
  /// now.
  row_id here();
  /// From now on what the calling thread tells is in `row`. Returns: which it was.
  row_id enter(row_id row);

  /// Returns: the number of a text, which is kept once; of "" if there is no room left.
  text_id text(std::string_view words);

  void slice(row_id row, text_id name, text_id detail, moment begin, moment end);
  /// Likewise in a lock's row: the name is that of the row of who held it.
  void held(row_id lock, row_id by, moment begin, moment end);
  /// Takes: `kind`, what spans are drawn together.
  void span(row_id row, text_id kind, text_id name, text_id detail, moment begin, moment end);

  /// A letter goes into a mailbox: tell it before it can be taken.
  /// Takes: `letter`, its address, the same until it is taken.
  void sent(const void* letter);
  /// It is taken: its receiver, in `to`, begins with it now.
  void taken(const void* letter, row_id to, text_id name, moment when);

private:
  friend recorder* start(std::string_view, const limits&);
  friend std::string finish(const std::string&, std::size_t&);
  recorder(std::string_view process, const limits& bounds);
  struct impl;
  std::unique_ptr<impl> impl_;
};

namespace detail {
extern std::atomic<recorder*> current;
}

/// Returns: who takes it down, or null: nobody does.
inline recorder* on() noexcept { return detail::current.load(std::memory_order_acquire); }

/// Begins to take down. Takes: `process`, the program's name. Call it before the threads and actors
/// that are to be seen.
recorder* start(std::string_view process, const limits& bounds = {});

/// Ends it and writes the file. Takes: `path`, which is replaced; `left_out`, set to how many
/// events were too many.
/// Returns: "" or why it could not be written.
std::string finish(const std::string& path, std::size_t& left_out);

/// A child that was forked, and goes on as a program of its own, calls this: its parent tells the
/// story.
void forget() noexcept;

} // namespace troupe::trace
