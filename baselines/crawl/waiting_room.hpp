// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <list>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace troupe::baselines {

/// Where the coroutines of one thread wait for each other: a condition variable without a lock,
/// since between two co_awaits nobody else runs. First come, first called.
/// Threads: the loop's.
class waiting_room {
public:
  using time_point = std::chrono::steady_clock::time_point;

  waiting_room() = default;
  waiting_room(const waiting_room&) = delete;
  waiting_room& operator=(const waiting_room&) = delete;

  /// Waits to be called. Returns: false if `until` came before a call did.
  boost::asio::awaitable<bool> wait(time_point until = time_point::max()) {
    place mine{boost::asio::steady_timer(co_await boost::asio::this_coro::executor, until)};
    mine.at = waiting_.insert(waiting_.end(), &mine);
    boost::system::error_code ended;
    co_await mine.timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
    if (!mine.called)
      waiting_.erase(mine.at);
    co_return mine.called;
  }

  /// Calls the first that waits. Returns: false if nobody does.
  bool call_one() {
    if (waiting_.empty())
      return false;
    auto* first = waiting_.front();
    waiting_.pop_front();
    first->called = true;
    first->timer.cancel();
    return true;
  }

  void call_all() {
    while (call_one()) {
    }
  }

  std::size_t size() const { return waiting_.size(); }

private:
  struct place {
    boost::asio::steady_timer timer;
    bool called = false;
    std::list<place*>::iterator at{};
  };
  std::list<place*> waiting_;
};

/// A counting semaphore for coroutines of one thread. A permit that is released while somebody
/// waits goes to the first who does, so that nobody can overtake.
/// Threads: the loop's.
/// Source: the tutorial's asyncio.Semaphore(10).
class async_semaphore {
public:
  explicit async_semaphore(std::size_t permits) : free_(permits) {}

  boost::asio::awaitable<void> acquire() {
    if (free_ > 0)
      --free_;
    else
      co_await room_.wait(); // release() hands its permit over
  }

  void release() {
    if (!room_.call_one())
      ++free_;
  }

  std::size_t free() const { return free_; }
  std::size_t waiting() const { return room_.size(); }

private:
  std::size_t free_;
  waiting_room room_;
};

} // namespace troupe::baselines
