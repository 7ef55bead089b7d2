// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "io/trace/watched_mutex.hpp"

namespace troupe::baselines {

/// A bounded queue between threads: put waits while it is full, get waits while it is empty.
/// Unlike Python's queue.Queue it can be closed, so that its consumers end instead of waiting for
/// ever for an item that nobody will send.
///
/// Cost: one lock a call; wakes one waiter a call.
/// Threads: any number on both ends.
/// Source: the tutorial's queue.Queue (q.put, q.get).
template <class T>
class blocking_queue {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Takes: how many items may wait; at least 1.
  explicit blocking_queue(std::size_t items_max) : items_max_(items_max == 0 ? 1 : items_max) {}
  blocking_queue(const blocking_queue&) = delete;
  blocking_queue& operator=(const blocking_queue&) = delete;

  /// Waits for room. Returns: false, the item dropped, if the queue is closed, or if it is full
  /// and `stop` was requested.
  bool push(T item, const std::stop_token& stop = {}) {
    std::unique_lock lock(mutex_);
    const auto ready = [&] { return closed_ || items_.size() < items_max_; };
    const bool room = trace::waiting("waits for room in the queue", ready,
                                     [&] { return not_full_.wait(lock, stop, ready); });
    if (!room || closed_)
      return false;
    items_.push_back(std::move(item));
    lock.unlock();
    not_empty_.notify_one();
    return true;
  }

  /// Waits for an item; what was pushed before close() is still given out.
  /// Returns: none if the queue is closed and empty, or if `stop` was requested or `until` has
  /// come before there was an item.
  std::optional<T> pop(const std::stop_token& stop = {}, time_point until = time_point::max()) {
    const auto something = [&] { return closed_ || !items_.empty(); };
    std::unique_lock lock(mutex_);
    trace::waiting("waits for an item of the queue", something, [&] {
      return until == time_point::max() ? not_empty_.wait(lock, stop, something)
                                        : not_empty_.wait_until(lock, stop, until, something);
    });
    if (items_.empty())
      return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    not_full_.notify_one();
    return item;
  }

  /// Lets every waiter go: push() refuses from now on, pop() gives out what is left.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    not_full_.notify_all();
    not_empty_.notify_all();
  }

private:
  const std::size_t items_max_;
  trace::watched_mutex mutex_{"queue"};
  std::condition_variable_any not_full_;
  std::condition_variable_any not_empty_;
  std::deque<T> items_;
  bool closed_ = false;
};

} // namespace troupe::baselines
