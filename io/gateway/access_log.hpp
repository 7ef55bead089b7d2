// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "io/http_server/server.hpp"

namespace troupe::gateway {

enum class log_format : std::uint8_t { text, json };

struct access_log_options {
  std::string path = "-"; ///< appended to; "-": standard error
  log_format format = log_format::text;
  std::uint32_t flush_ms = 1'000;           ///< a line waits no longer than this
  std::size_t waiting_bytes_max = 4u << 20; ///< a thread; lines above are dropped, and counted
  std::size_t word_bytes_max = 1u << 10;    ///< of a target or an agent; what is cut ends in "..."
};

/// A line a finished request:
///
///     127.0.0.1 - - [26/Nov/2026:13:05:18 +0000] "GET /is_prime/17" 200 12 "-" "curl/7.88"
///     0.000123 /is_prime/{list}
///
/// (in one line; the last two are seconds and the route, "-" where there is none) or, as JSON,
/// {"time","peer","method","target","status","bytes","seconds","route","agent"}. Status 0: the
/// client went before its answer. Whatever a client sent is escaped (\x1b, \" in text; \u001b in
/// JSON), so that no line is anyone's but ours.
///
/// A thread writes into a buffer of its own, whose lock only the writing thread of the log takes
/// besides, once a second: lines of different threads may change places within that second.
class access_log {
public:
  /// Throws: std::runtime_error, one line, if the file cannot be opened.
  explicit access_log(access_log_options options);
  /// Writes what waits.
  ~access_log();
  access_log(const access_log&) = delete;
  access_log& operator=(const access_log&) = delete;

  /// Never waits for the disk. Threads: any.
  void write(const io::request_report& r);
  /// Opens the file anew before the next lines, for whoever moved it away. If that fails, says so
  /// on standard error and keeps the old one. Threads: any.
  void reopen();
  /// Lines that are lost: too many waited, or the file could not be written. Threads: any.
  std::uint64_t lost() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Appends the line of one request that ended at `unix_ms`.
void append_log_line(std::string& out, const io::request_report& r, std::int64_t unix_ms,
                     log_format format, std::size_t word_bytes_max);

} // namespace troupe::gateway
