// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/jobs/command.hpp"
#include "domain/jobs/job.hpp"

namespace troupe::io {

/// Where a job list comes from.
struct job_list {
  std::vector<std::string> words; ///< the command; none: each line of the file is one
  /// Lists of arguments (:::); each job has one of each, the last list turning fastest.
  std::vector<std::vector<std::string>> groups;
  std::string file;   ///< arguments, or commands, one a line; "-": standard input; "": none
  bool nul = false;   ///< they end in a zero byte, not in a line feed
  bool shell = false; ///< each is run by sh -c
};

/// Reads a job list as it is wanted: its length does not matter.
///
///   a command and groups   one job for each combination
///   a command and a file   one job a line, which is its argument as it is, also if empty
///   a command alone        one job
///   a file alone           one job a line, split into words (domain/jobs/words.hpp) or, with
///                          `shell`, given to the shell; blank lines and those that begin with #
///                          are passed over
///
/// Threads: next() from one at a time; cancel() from any.
class job_source {
public:
  struct batch {
    std::vector<jobs::job> jobs;
    bool end = false;
    std::string error; ///< why it ended early, one line with file and line number; "" if not
  };

  /// Throws: std::runtime_error with one clear line.
  job_source(job_list list, jobs::job_limits bounds = {});
  ~job_source();
  job_source(const job_source&) = delete;
  job_source& operator=(const job_source&) = delete;

  /// Waits until there is a job, or the end, or cancel(). Returns: 1 to `count` jobs, or none with
  /// `end`. Takes no more from a pipe than is there, so that jobs start while it is being written.
  batch next(std::size_t count);

  /// Returns: how many jobs there are, if that is known without reading.
  std::optional<std::uint64_t> total() const;
  /// Whether it can be read again from the begin, by another job_source.
  bool repeatable() const;
  /// Lets next() return with `end`, now and from now on.
  void cancel();

private:
  bool from_file() const { return !list_.file.empty(); }
  std::string file_name() const { return list_.file == "-" ? "standard input" : list_.file; }
  bool next_combination(std::vector<std::string>& arguments);
  enum class read_result { line, nothing_yet, end, failed };
  read_result next_line(std::string& line, bool may_wait, std::string& error);
  std::string add_line(const std::string& line, batch& into);
  std::string add(std::vector<std::string> argv, std::string tag, batch& into);

  job_list list_;
  jobs::job_limits bounds_;
  std::optional<jobs::command> command_;
  std::uint64_t seq_ = 0;
  std::vector<std::size_t> at_; // of each group; which combination is next
  bool combinations_over_ = false;
  int fd_ = -1;
  int wake_ = -1; // an eventfd: readable once canceled
  std::string buffer_;
  std::size_t taken_ = 0; // of buffer_
  std::uint64_t line_number_ = 0;
  bool file_over_ = false;
};

} // namespace troupe::io
