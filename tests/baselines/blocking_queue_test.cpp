// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "baselines/crawl/blocking_queue.hpp"

using troupe::baselines::blocking_queue;
using namespace std::chrono_literals;

namespace {

/// Runs `work` on a thread. Returns: whether it was still waiting after a while, and `release`
/// ended that.
template <class Work, class Release>
bool waits(Work work, Release release) {
  std::atomic<bool> done{false};
  std::jthread thread([&] {
    work();
    done = true;
  });
  std::this_thread::sleep_for(50ms);
  const bool waiting = !done;
  release();
  thread.join();
  return waiting && done;
}

} // namespace

BOOST_AUTO_TEST_SUITE(blocking_queue_suite)

BOOST_AUTO_TEST_CASE(gives_items_in_the_order_they_came) {
  blocking_queue<int> queue(3);
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(queue.push(i));
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(queue.pop().value() == i);
}

BOOST_AUTO_TEST_CASE(holds_one_item_when_asked_for_none) {
  blocking_queue<int> queue(0);
  BOOST_TEST(queue.push(7));
  BOOST_TEST(queue.pop().value() == 7);
}

BOOST_AUTO_TEST_CASE(carries_items_that_can_only_be_moved) {
  blocking_queue<std::unique_ptr<int>> queue(1);
  queue.push(std::make_unique<int>(5));
  BOOST_TEST(**queue.pop() == 5);
}

BOOST_AUTO_TEST_CASE(push_waits_while_it_is_full) {
  blocking_queue<int> queue(1);
  queue.push(1);
  BOOST_TEST(waits([&] { queue.push(2); }, [&] { queue.pop(); }));
  BOOST_TEST(queue.pop().value() == 2);
}

BOOST_AUTO_TEST_CASE(pop_waits_while_it_is_empty) {
  blocking_queue<int> queue(1);
  int got = 0;
  BOOST_TEST(waits([&] { got = queue.pop().value(); }, [&] { queue.push(9); }));
  BOOST_TEST(got == 9);
}

BOOST_AUTO_TEST_CASE(close_lets_a_waiting_pop_go) {
  blocking_queue<int> queue(1);
  bool empty = false;
  BOOST_TEST(waits([&] { empty = !queue.pop(); }, [&] { queue.close(); }));
  BOOST_TEST(empty);
}

BOOST_AUTO_TEST_CASE(close_lets_a_waiting_push_go_and_drops_its_item) {
  blocking_queue<int> queue(1);
  queue.push(1);
  bool taken = true;
  BOOST_TEST(waits([&] { taken = queue.push(2); }, [&] { queue.close(); }));
  BOOST_TEST(!taken);
  BOOST_TEST(queue.pop().value() == 1);
  BOOST_TEST(!queue.pop());
}

BOOST_AUTO_TEST_CASE(gives_out_what_is_left_after_close) {
  blocking_queue<int> queue(2);
  queue.push(1);
  queue.push(2);
  queue.close();
  BOOST_TEST(!queue.push(3));
  BOOST_TEST(queue.pop().value() == 1);
  BOOST_TEST(queue.pop().value() == 2);
  BOOST_TEST(!queue.pop());
}

BOOST_AUTO_TEST_CASE(a_stop_request_ends_both_waits) {
  std::stop_source stop;
  blocking_queue<int> empty(1);
  BOOST_TEST(waits([&] { empty.pop(stop.get_token()); }, [&] { stop.request_stop(); }));

  std::stop_source second;
  blocking_queue<int> full(1);
  full.push(1);
  bool taken = true;
  BOOST_TEST(
      waits([&] { taken = full.push(2, second.get_token()); }, [&] { second.request_stop(); }));
  BOOST_TEST(!taken);
}

BOOST_AUTO_TEST_CASE(pop_gives_up_at_its_time) {
  blocking_queue<int> queue(1);
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(!queue.pop({}, begin + 30ms));
  BOOST_TEST((std::chrono::steady_clock::now() - begin >= 30ms));
}

BOOST_AUTO_TEST_CASE(loses_and_doubles_nothing_between_many_threads) {
  constexpr int per_producer = 5'000;
  constexpr int producers = 3;
  constexpr int consumers = 2;
  blocking_queue<int> queue(4);
  std::vector<std::vector<int>> got(consumers);
  {
    std::vector<std::jthread> takers;
    for (auto& mine : got)
      takers.emplace_back([&] {
        while (const auto item = queue.pop())
          mine.push_back(*item);
      });
    {
      std::vector<std::jthread> givers;
      for (int p = 0; p < producers; ++p)
        givers.emplace_back([&queue, p] {
          for (int i = 0; i < per_producer; ++i)
            queue.push(p * per_producer + i);
        });
    }
    queue.close();
  }
  std::vector<int> times(producers * per_producer, 0);
  for (const auto& mine : got)
    for (const int item : mine)
      ++times.at(static_cast<std::size_t>(item));
  BOOST_TEST(std::count(times.begin(), times.end(), 1) == producers * per_producer);
}

BOOST_AUTO_TEST_SUITE_END()
