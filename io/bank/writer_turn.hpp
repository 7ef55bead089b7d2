// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace troupe::io {

/// With whom a turn is had: with nobody, or with all who share it too.
enum class turn_kind { alone, shared };

/// The turn to write to a ledger, which one process has at a time: an advisory lock (flock) on the
/// file PATH-lock. The kernel ends it with the process, however that ends. Whoever has it tells its
/// process id in the file; the file goes when the turn ends.
///
/// The nodes of a cluster share one, against all who write alone: a node that was stopped keeps its
/// share, and others have to be able to take its partitions meanwhile. Which of them writes to a
/// partition is between them, and the epoch's part.
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
              const std::stop_token& stop = {}, turn_kind kind = turn_kind::alone);
  ~writer_turn();
  writer_turn(const writer_turn&) = delete;
  writer_turn& operator=(const writer_turn&) = delete;

private:
  std::string file_;
  int fd_ = -1;
};

} // namespace troupe::io
