// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

namespace troupe::io {

/// A stop token as a file descriptor: readable once a stop was requested, so that poll() can wait
/// for it beside others.
class stop_event {
public:
  /// Throws: std::system_error if there is no descriptor left.
  explicit stop_event(std::stop_token stop);
  ~stop_event();
  stop_event(const stop_event&) = delete;
  stop_event& operator=(const stop_event&) = delete;
  int fd() const { return fd_; }
  bool stopped() const { return stop_.stop_requested(); }

private:
  std::stop_token stop_;
  int fd_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

/// Waits until `fd` can be read or written (`events` as of poll()), or a stop was requested.
/// Takes: `timeout_ms`, -1: as long as it takes. Returns: whether `fd` is ready, or has failed.
bool wait_for(int fd, short events, const stop_event& stop, int timeout_ms = -1);

} // namespace troupe::io
