// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace troupe::apps {

/// Turns the first SIGINT, SIGTERM or SIGHUP into a request to stop, the second into one to kill,
/// the third into the process' end. Make it first in main(), before any thread: it blocks the
/// signals, and threads inherit that. Ignores SIGPIPE and SIGXFSZ, so that a reader that goes away
/// and a file that may not grow are errors to report and no death. A signal that was ignored when
/// we were started stays so (nohup); but not SIGCHLD, without which no exit code can be had.
class jobs_signals {
public:
  jobs_signals();
  ~jobs_signals();
  jobs_signals(const jobs_signals&) = delete;
  jobs_signals& operator=(const jobs_signals&) = delete;
  std::stop_token stop() const { return stop_.get_token(); }
  std::stop_token kill() const { return kill_.get_token(); }
  /// Returns: 128 and the first signal (130 after SIGINT, 143 after SIGTERM), 0 if there was none.
  int exit_code() const { return code_.load(); }

private:
  std::stop_source stop_;
  std::stop_source kill_;
  std::atomic<int> code_{0};
  std::atomic<bool> over_{false};
  std::thread waiter_;
};

} // namespace troupe::apps
