// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/http/connection.hpp"

namespace troupe::io {

/// Idle keep-alive connections. The last used is the first to be used again: it is the least
/// likely to have been closed, and the others can grow old and go.
/// Threads: the loop's.
class connection_pool {
public:
  connection_pool(std::uint32_t idle_ms_max, std::uint32_t per_key_max, std::uint32_t total_max)
      : idle_max_(idle_ms_max), per_key_max_(per_key_max), total_max_(total_max) {}

  /// Returns: a connection that its peer has not closed as far as can be seen, or null.
  std::shared_ptr<connection> take(const std::string& key);
  void put(std::shared_ptr<connection> idle, steady::time_point now);
  void expire(steady::time_point now); ///< closes those unused for idle_ms_max
  void clear();
  bool empty() const { return total_ == 0; }

private:
  using shelf = std::vector<std::shared_ptr<connection>>; // oldest first
  void drop_oldest();

  std::chrono::milliseconds idle_max_;
  std::size_t per_key_max_;
  std::size_t total_max_;
  std::size_t total_ = 0;
  std::unordered_map<std::string, shelf> shelves_;
};

} // namespace troupe::io
