// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::io {

/// A log of one line an event that outlives kill -9: each line is one write of the system, a line
/// that did not fit is taken back, and half a line at the end, left by a crash of the machine, is
/// cut off before anything is added. One process at a time: the file is locked (flock).
/// Known limits: not synced; what the machine loses at a power cut is at most the last lines. Of
/// what is no regular file (a pipe, /dev/full) nothing is read, locked or cut.
class job_log {
public:
  enum class mode : std::uint8_t {
    create, ///< it must not be there, or be empty
    resume, ///< what is there is read first; it need not be there
  };

  /// Takes: `old_line`, called for each whole line that is there, without its line feed, with its
  /// number from 1; it returns "" or what is wrong with it.
  /// Throws: std::runtime_error with one clear line.
  job_log(std::string path, mode how,
          const std::function<std::string(std::string_view line, std::uint64_t number)>& old_line);
  ~job_log();
  job_log(const job_log&) = delete;
  job_log& operator=(const job_log&) = delete;

  /// Takes: a line with its line feed. Returns: "" or why it is not in the log.
  std::string append(std::string_view line);

  static constexpr std::size_t line_bytes_max = 16u << 20; ///< of one that is there

private:
  void read_old(const std::function<std::string(std::string_view, std::uint64_t)>& old_line);

  std::string path_;
  int fd_ = -1;
  bool regular_ = false;
  std::uint64_t end_ = 0; // of the last whole line, in a regular file
};

} // namespace troupe::io
