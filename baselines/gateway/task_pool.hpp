// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "baselines/gateway/pool.hpp"
#include "io/trace/watched_mutex.hpp"

namespace troupe::baselines {

/// Threads that take tasks from one queue, in order. Its destructor ends those that run by their
/// stop token, and drops those that wait: whoever needs to hear of that keeps his own list.
class task_pool {
public:
  using task = std::function<void(const std::stop_token& stop)>;

  explicit task_pool(const pool_options& options) : options_(options) {}
  ~task_pool();
  task_pool(const task_pool&) = delete;
  task_pool& operator=(const task_pool&) = delete;

  /// Returns: false if too many wait, or no thread can be had for the first of them.
  bool add(task t);

  struct counts {
    std::size_t threads = 0, waiting = 0;
    std::uint64_t done = 0;
  };
  counts count() const;

private:
  void work(const std::stop_token& stop);

  const pool_options options_;
  mutable trace::watched_mutex lock_{"task queue"};
  std::condition_variable_any wake_;
  std::deque<task> tasks_;
  std::size_t idle_ = 0;
  std::uint64_t done_ = 0;
  std::vector<std::jthread> threads_; // last: they use all of the others
};

} // namespace troupe::baselines
