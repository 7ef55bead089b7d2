// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace troupe::io {

/// The turn to write to a ledger, which one process has at a time: an advisory lock (flock) on the
/// file PATH-lock. The kernel ends it with the process, however that ends. Whoever has it tells its
/// process id in the file; the file goes when the turn ends.
///
/// It keeps programs that write one operation each from fencing each other off (io/bank's epoch
/// lets the last one in, at the cost of the one before). It protects nothing: that is the epoch's
/// part, which also holds against those that do not ask here.
class writer_turn {
public:
  /// Waits until the turn is ours.
  /// Throws: std::runtime_error with one line "PATH: ...", after `wait_max`, when it is to stop, or
  /// if the file cannot be made.
  writer_turn(const std::string& path, std::chrono::milliseconds wait_max,
              const std::stop_token& stop = {});
  ~writer_turn();
  writer_turn(const writer_turn&) = delete;
  writer_turn& operator=(const writer_turn&) = delete;

private:
  std::string file_;
  int fd_ = -1;
};

} // namespace troupe::io
