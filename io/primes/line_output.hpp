// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string_view>

#include "io/primes/stop_event.hpp"

namespace troupe::io {

/// Writes whole lines to a descriptor whose reader may be slow, asleep or gone.
///
/// A pipe or terminal is written to without blocking, by a description of our own, so that a reader
/// who has gone to sleep cannot keep us from a stop. Into a pipe that is not empty goes at most
/// PIPE_BUF at a time, up to the end of a line: POSIX has that written whole or not at all. So what
/// a stop leaves in a pipe ends with a line, if no line is longer than PIPE_BUF (4096 bytes).
/// Known limits: a terminal, or a socket, takes what it takes.
/// Threads: one at a time.
class line_output {
public:
  enum class outcome { written, stopped, reader_gone, failed };

  /// Takes: `fd`, which stays the caller's; `grace`, how long after a stop what is begun is still
  /// tried.
  line_output(int fd, std::stop_token stop, std::chrono::milliseconds grace);
  ~line_output();
  line_output(const line_output&) = delete;
  line_output& operator=(const line_output&) = delete;

  /// Takes: whole lines. Returns: failed with errno as write() left it; after anything but written,
  /// write no more.
  outcome write(std::string_view lines);

private:
  std::size_t piece_of(std::string_view lines) const;
  bool wait_until_writable();

  stop_event stop_;
  std::chrono::milliseconds grace_;
  int fd_;
  bool own_fd_;
  std::size_t pipe_bytes_ = 0;                                     // 0: it is no pipe
  std::optional<std::chrono::steady_clock::time_point> grace_end_; // once a stop was seen
};

} // namespace troupe::io
