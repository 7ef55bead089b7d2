// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::jobs {

/// One command to run.
struct job {
  std::uint64_t seq = 0;         ///< its place in the job list, from 1
  std::vector<std::string> argv; ///< program and arguments, never read by a shell of ours
  std::string tag;               ///< what its lines are marked with: its arguments as given
  std::uint64_t key = 0;         ///< key_of(argv)

  bool operator==(const job&) const = default;
};

/// Returns: 64 bits that tell one command from another (FNV-1a over the words and their lengths).
/// Guards a log against being resumed with another job list by mistake; no defence against malice.
std::uint64_t key_of(const std::vector<std::string>& argv);

/// How an attempt at a job ended.
enum class job_end : std::uint8_t {
  exited,       ///< by itself; its exit status tells the rest
  signaled,     ///< by a signal that was not ours
  timed_out,    ///< we ended it: it ran longer than --timeout
  not_started,  ///< no such program, no permission, no process left to be had
  output_limit, ///< we ended it: it wrote more than --output-max
  output_lost,  ///< what it wrote could not be kept (the disk of the temporary folder is full)
  stopped,      ///< we ended it: Ctrl-C, or --halt
  worker_lost,  ///< the actor that ran it died, or its node was lost: it may have been done
};

/// Returns: its name in logs: "exited", "timed_out", ...
std::string_view to_string(job_end end);
/// Returns: the end of that name; not_started's for a name that is none of them.
job_end job_end_of(std::string_view name);

/// What came of one attempt at one job.
struct attempt {
  std::uint64_t seq = 0;
  std::uint32_t number = 1; ///< from 1
  job_end end = job_end::exited;
  int exit_code = 0;  ///< of exited
  int signal = 0;     ///< that ended it, ours or not; 0: none
  std::string reason; ///< in words where the above does not say it all
  double start_s = 0; ///< since 1970
  double seconds = 0;
  double cpu_s = 0; ///< user and system, of the process and of the children that it waited for
  std::uint64_t bytes = 0; ///< that it wrote, to both outputs
  std::string node;        ///< that ran it; "": this process

  bool good() const { return end == job_end::exited && exit_code == 0; }
  bool operator==(const attempt&) const = default;
};

/// Returns: how it ended, for a person: "exit status 3", "killed by signal 9 (KILL)", ...
std::string in_words(const attempt& what);

/// How far a run is.
struct job_counts {
  std::uint64_t started = 0; ///< jobs that a slot has had
  std::uint64_t running = 0;
  std::uint64_t done = 0;          ///< ended well
  std::uint64_t failed = 0;        ///< for good
  std::uint64_t retried = 0;       ///< attempts after a failed one
  std::uint64_t skipped = 0;       ///< done in an earlier run, says the log
  std::uint64_t failed_before = 0; ///< failed in an earlier run, and not run again
  std::uint64_t waiting = 0;       ///< read from the source, not started

  bool operator==(const job_counts&) const = default;
};

/// How a run ended.
struct job_summary {
  job_counts counts;
  double seconds = 0;
  double cpu_s = 0;
  std::uint64_t bytes = 0;
  bool stopped = false;      ///< by a signal
  bool halted = false;       ///< by --halt
  std::string first_failure; ///< in words, "" if none
  std::string error;         ///< what was wrong with the run itself, one line; "" if nothing
};

/// Bounds of a run that are not of a single job.
struct job_limits {
  std::size_t word_bytes_max = 128u << 10; ///< one argument; Linux takes no longer one
  std::size_t argv_bytes_max = 1u << 20;   ///< one command in all
  std::size_t ahead_max = 64;              ///< jobs read before a slot is free for them
  std::size_t outputs_waiting_max = 256;   ///< finished, not yet printed; then no more start
  std::size_t output_memory_bytes_max = 64u << 10; ///< of one output; the rest is in a file
  std::uint32_t restarts_max = 1'000;              ///< workers replaced in one run; then it ends
};

/// Takes: how many descriptors the process may have. Returns: how many of `slots` jobs can run at
/// the same time; lowers `bounds` to outputs that can wait in files besides. A job has three
/// descriptors, and its two outputs one each, while it runs and while they wait to be printed.
std::uint32_t fit_descriptors(std::uint32_t slots, job_limits& bounds, std::uint64_t descriptors);

} // namespace troupe::jobs
