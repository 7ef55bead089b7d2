// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/task_pool.hpp"

#include <sched.h>

#include <system_error>
#include <utility>

namespace troupe::baselines {

task_pool::~task_pool() {
  for (auto& t : threads_)
    t.request_stop();
  threads_.clear();
}

bool task_pool::add(task t) {
  const std::lock_guard hold{lock_};
  if (tasks_.size() >= options_.waiting_max)
    return false;
  // One that was woken counts as idle until it runs, so there may be fewer than it seems.
  if (idle_ <= tasks_.size() && threads_.size() < options_.threads) {
    try {
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    } catch (const std::system_error&) {
      if (threads_.empty())
        return false; // else those that there are do it
    }
  }
  tasks_.push_back(std::move(t));
  wake_.notify_one();
  return true;
}

task_pool::counts task_pool::count() const {
  const std::lock_guard hold{lock_};
  return {threads_.size(), tasks_.size(), done_};
}

void task_pool::work(const std::stop_token& stop) {
  // As the actors' threads: who gives out tasks gives out all of them before one of these runs.
  const sched_param none{};
  sched_setscheduler(0, SCHED_BATCH, &none); // 0: this thread
  trace::name_thread("pool thread");
  std::unique_lock hold{lock_};
  while (true) {
    ++idle_;
    const auto ready = [this] { return !tasks_.empty(); };
    const bool some =
        trace::waiting("waits for a task", ready, [&] { return wake_.wait(hold, stop, ready); });
    --idle_;
    if (!some || stop.stop_requested())
      return;
    auto next = std::move(tasks_.front());
    tasks_.pop_front();
    hold.unlock();
    {
      const trace::slice runs{"task"};
      next(stop);
    }
    next = nullptr; // what it holds may be freed before the lock is taken
    hold.lock();
    ++done_;
  }
}

} // namespace troupe::baselines
