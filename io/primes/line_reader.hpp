// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "io/primes/stop_event.hpp"

namespace troupe::io {

/// Reads a descriptor in blocks of whole lines. What there is comes at once: it waits for more only
/// where it has no whole line, so that a slow writer's lines are not held back.
///
/// A line of more than `line_bytes_max` bytes is cut to one byte more, and the rest of it is read
/// and forgotten: memory is bounded, and whoever checks the line sees that it is too long.
/// Cost: one read() for 64 KiB of a pipe, more of a file; each byte is copied once.
/// Threads: one at a time.
class line_reader {
public:
  /// Takes: `fd`, which stays the caller's; `name`, for error().
  line_reader(int fd, std::string name, std::size_t line_bytes_max, std::stop_token stop);

  /// Takes: how many bytes are worth gathering while they come without waiting; at least one line
  /// is given. Returns: none at the end, after a stop, or if reading failed.
  std::optional<std::string> read(std::size_t bytes_wanted);

  // The same in two steps, for those who wait for other things as well.
  /// Reads once; waits if nothing is there. After a failure or the end it does nothing.
  void fill(std::size_t bytes_wanted);
  /// Returns: whole lines of what was read, none if there is no whole line.
  std::optional<std::string> take(std::size_t bytes_wanted);

  /// Returns: whether nothing more will be read. There may still be something to take.
  bool at_end() const { return at_end_; }
  /// Returns: whether all was read, and taken.
  bool done() const { return at_end_ && begin_ == end_; }
  /// Returns: "" or why reading failed, in one line.
  const std::string& error() const { return error_; }

private:
  void make_room(std::size_t bytes_wanted);
  void bound_last_line(std::size_t old_end);

  int fd_;
  std::string name_;
  std::size_t line_bytes_max_;
  stop_event stop_;
  std::string buffer_; // room; what was read and not taken is from begin_ to end_
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t lines_end_ = 0; // behind the last newline; not above begin_: there is none
  bool forgetting_ = false;   // the rest of a line that is too long
  bool at_end_ = false;
  std::string error_;
};

} // namespace troupe::io
