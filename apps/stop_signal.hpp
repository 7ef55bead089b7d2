// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <functional>
#include <latch>
#include <mutex>
#include <stop_token>
#include <thread>

namespace troupe::apps {

/// Turns Ctrl-C (SIGINT), SIGTERM and SIGHUP into a stop request; the second one ends the process
/// at once. Make it first in main(), before any thread: it blocks the signals, and threads inherit
/// that. Also ignores SIGPIPE and SIGXFSZ, so that a reader that goes away and a file that may not
/// grow are errors to report and no death.
class stop_signal {
public:
  stop_signal();
  ~stop_signal();
  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;
  /// From now on SIGHUP calls this, on a thread of its own, in place of stopping; empty: it stops.
  /// When it returns, no call of what was there before runs any more.
  void on_hangup(std::function<void()> hangup);
  /// From now on a second signal calls this, on that thread, before it ends the process.
  void before_hard_exit(std::function<void()> last);
  std::stop_token token() const { return stop_.get_token(); }
  /// Returns: 128 and the signal (130 after SIGINT, 143 after SIGTERM), 0 if there was none.
  int exit_code() const { return code_.load(); }

private:
  std::stop_source stop_;
  std::atomic<int> code_{0};
  std::atomic<bool> over_{false};
  std::mutex hangup_lock_;
  std::function<void()> hangup_;
  std::function<void()> last_; // under the same lock
  std::latch begun_{1};
  std::thread waiter_;
};

} // namespace troupe::apps
