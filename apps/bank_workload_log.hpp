// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <mutex>
#include <string>

#include "domain/bank/history.hpp"

namespace troupe::apps {

/// The file that a history is written to (domain/bank/history.hpp): whole lines, each of them given
/// to the kernel before write() returns, so that killing this process takes no event away.
/// Threads: several at once; times in the file never run back.
class history_log {
public:
  /// Throws: std::runtime_error with one line "PATH: reason".
  explicit history_log(const std::string& path);
  ~history_log();
  history_log(const history_log&) = delete;
  history_log& operator=(const history_log&) = delete;

  void write_setting(const std::string& json);
  /// Sets the event's type and time, and writes it. Throws: likewise.
  void write(bank::history_event& e, bank::event_type type);

private:
  void put(const std::string& line);
  std::string path_;
  std::mutex lock_;
  std::FILE* file_;
};

} // namespace troupe::apps
