// SPDX-License-Identifier: BSD-3-Clause
//
// A pool of threads and its map: the tutorial's multi_thread(), with ThreadPoolExecutor.map(). The
// main thread reads and submits, a thread of its own takes the futures in the order of submission
// and writes. Unlike Python's map, which submits all before it gives out anything, no more than a
// window of blocks is between the two: the queue of futures is bounded, and memory with it.

#include <atomic>
#include <functional>
#include <future>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "baselines/crawl/blocking_queue.hpp"
#include "baselines/primes/engine.hpp"
#include "io/primes/answer_writer.hpp"
#include "io/primes/block_checker.hpp"
#include "io/primes/block_pace.hpp"
#include "io/primes/line_reader.hpp"
#include "io/trace/trace.hpp"

namespace troupe::baselines {

namespace {

using task = std::packaged_task<io::timed_answer(io::block_checker&)>;

struct submitted {
  std::size_t bytes = 0;
  std::future<io::timed_answer> answer;
};

class thread_pool_map {
public:
  thread_pool_map(const io::prime_plan& plan, const io::prime_setting& setting)
      : plan_(plan), setting_(setting), tasks_(plan.window()), submitted_(plan.window()),
        forward_(setting.stop, [this] { halt_.request_stop(); }) {}

  io::prime_summary run() {
    // Stopped by the writer as well, when no more is wanted.
    io::line_reader reader{setting_.in, setting_.in_name, plan_.job.line_bytes_max,
                           halt_.get_token()};
    io::answer_writer writer{plan_, setting_};
    bytes_wanted_ = io::block_pace{plan_}.bytes();
    {
      std::vector<std::jthread> pool;
      const closer when_done{*this}; // before the threads are joined, however we leave
      pool.emplace_back([&] {
        trace::name_thread("writer");
        write_in_order(writer);
      });
      for (unsigned i = 0; i < plan_.workers; ++i)
        pool.emplace_back([this] { run_tasks(); });
      while (auto lines = reader.read(bytes_wanted_))
        if (!submit(std::move(*lines)))
          break;
    }
    return writer.finish(reader.done(), reader.error());
  }

private:
  struct closer {
    thread_pool_map& pool;
    ~closer() {
      pool.tasks_.close();
      pool.submitted_.close();
    }
  };

  bool submit(std::string lines) {
    const auto bytes = lines.size();
    task call{[lines = std::move(lines)](io::block_checker& checker) {
      return checker.check_or_give_up(lines);
    }};
    submitted next{bytes, call.get_future()};
    return submitted_.push(std::move(next), halt_.get_token())
           && tasks_.push(std::move(call), halt_.get_token());
  }

  void run_tasks() {
    trace::name_thread("worker");
    io::block_checker checker{plan_, halt_.get_token()};
    while (auto call = tasks_.pop())
      (*call)(checker);
  }

  void write_in_order(io::answer_writer& writer) {
    io::block_pace pace{plan_};
    while (auto next = submitted_.pop()) {
      try {
        const auto [answer, took] = next->answer.get();
        pace.learn(next->bytes, took);
        bytes_wanted_ = pace.bytes();
        writer.write(answer);
      } catch (const std::future_error&) {
        writer.write({.whole = false}); // submitted to a pool that was stopped
      }
      if (!writer.wants_more())
        halt_.request_stop();
    }
  }

  const io::prime_plan& plan_;
  const io::prime_setting& setting_;
  blocking_queue<task> tasks_;
  blocking_queue<submitted> submitted_;
  std::stop_source halt_;
  std::stop_callback<std::function<void()>> forward_; // the setting's token to halt_
  std::atomic<std::size_t> bytes_wanted_{1};
};

} // namespace

io::prime_summary check_threads(const io::prime_plan& plan, const io::prime_setting& setting) {
  return thread_pool_map{plan, setting}.run();
}

} // namespace troupe::baselines
