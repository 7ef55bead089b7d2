// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "baselines/crawl/waiting_room.hpp"

using troupe::baselines::async_semaphore;
using troupe::baselines::waiting_room;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> wait_and_note(waiting_room& room, std::vector<int>& order, int number) {
  co_await room.wait();
  order.push_back(number);
}

asio::awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

struct crowd {
  async_semaphore& slots;
  unsigned inside = 0;
  unsigned most = 0;
  std::vector<int> order{};
};

asio::awaitable<void> enter(crowd& all, int number) {
  co_await all.slots.acquire();
  all.order.push_back(number);
  all.most = std::max(all.most, ++all.inside);
  co_await pause(std::chrono::milliseconds(1 + number % 3));
  --all.inside;
  all.slots.release();
}

} // namespace

BOOST_AUTO_TEST_SUITE(waiting_room_suite)

BOOST_AUTO_TEST_CASE(calls_in_the_order_of_coming) {
  asio::io_context context;
  waiting_room room;
  std::vector<int> order;
  for (int i = 0; i < 3; ++i)
    asio::co_spawn(context, wait_and_note(room, order, i), asio::detached);
  context.poll();
  BOOST_TEST(room.size() == 3u);
  BOOST_TEST(room.call_one());
  context.poll();
  BOOST_TEST((order == std::vector<int>{0}));
  room.call_all();
  context.run();
  BOOST_TEST((order == std::vector<int>{0, 1, 2}));
  BOOST_TEST(!room.call_one());
}

BOOST_AUTO_TEST_CASE(leaves_at_its_time_and_is_not_called_then) {
  asio::io_context context;
  waiting_room room;
  bool called = true;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        called = co_await room.wait(std::chrono::steady_clock::now() + 5ms);
      },
      asio::detached);
  context.run();
  BOOST_TEST(!called);
  BOOST_TEST(room.size() == 0u);
  BOOST_TEST(!room.call_one());
}

BOOST_AUTO_TEST_CASE(a_call_comes_before_the_time) {
  asio::io_context context;
  waiting_room room;
  bool called = false;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        called = co_await room.wait(std::chrono::steady_clock::now() + 1h);
      },
      asio::detached);
  context.poll();
  room.call_all();
  context.run();
  BOOST_TEST(called);
}

BOOST_AUTO_TEST_CASE(lets_in_no_more_than_its_permits) {
  asio::io_context context;
  async_semaphore slots(10);
  crowd all{slots};
  for (int i = 0; i < 50; ++i)
    asio::co_spawn(context, enter(all, i), asio::detached);
  context.run();
  BOOST_TEST(all.most == 10u);
  BOOST_TEST(all.order.size() == 50u);
  BOOST_TEST(std::is_sorted(all.order.begin(), all.order.end())); // first come, first served
  BOOST_TEST(slots.free() == 10u);
  BOOST_TEST(slots.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(a_released_permit_cannot_be_overtaken) {
  asio::io_context context;
  async_semaphore slots(0);
  std::vector<int> order;
  const auto take = [&](int number) -> asio::awaitable<void> {
    co_await slots.acquire();
    order.push_back(number);
  };
  asio::co_spawn(context, take(1), asio::detached);
  context.poll();
  slots.release(); // belongs to 1, who has not woken yet
  BOOST_TEST(slots.free() == 0u);
  asio::co_spawn(context, take(2), asio::detached);
  context.poll();
  BOOST_TEST((order == std::vector<int>{1}));
  slots.release();
  context.run();
  BOOST_TEST((order == std::vector<int>{1, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
