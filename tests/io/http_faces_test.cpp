// SPDX-License-Identifier: BSD-3-Clause
// The three faces of the client, its threads, and its end.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "io/http/awaitable.hpp"
#include "io/http/blocking.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

void serve(peer& p) {
  while (!p.read_request().empty())
    p.send(response("hello"));
}

void never_answer(peer& p) {
  p.read_request();
  p.hold();
}

} // namespace

BOOST_AUTO_TEST_SUITE(faces)

BOOST_AUTO_TEST_CASE(reaches_a_server_on_ipv6) {
  scripted_server server(serve, {.ipv6 = true});
  auto answer = test::http_probe().get(server.url());
  BOOST_TEST(test::text(answer) == "hello", answer.detail);
  BOOST_TEST(server.requests().at(0).find("Host: [::1]:") != std::string::npos);
}

// "localhost" has an address of each family, and only one of them is served.
BOOST_AUTO_TEST_CASE(tries_every_address_of_a_name) {
  for (bool ipv6 : {false, true}) {
    scripted_server server(serve, {.ipv6 = ipv6});
    auto answer = test::http_probe().get("http://localhost:" + std::to_string(server.port()) + "/");
    if (ipv6 && answer.error == fault::connect_refused)
      continue; // this machine's localhost is IPv4 alone
    BOOST_TEST(test::text(answer) == "hello", answer.detail);
  }
}

BOOST_AUTO_TEST_CASE(answers_every_get_of_many_threads_once) {
  scripted_server server(serve);
  test::http_probe probe;
  constexpr int threads = 4;
  constexpr int rounds = 25;
  constexpr int at_once = 5;
  std::atomic<int> good{0};
  std::atomic<int> calls{0};
  std::vector<std::thread> crowd;
  for (int t = 0; t < threads; ++t)
    crowd.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        auto left = std::make_shared<std::atomic<int>>(at_once);
        auto all = std::make_shared<std::promise<void>>();
        auto answered = all->get_future();
        for (int k = 0; k < at_once; ++k)
          probe.client.get(test::url_of(server.url()), [&, left, all](crawl::fetched answer) {
            good += answer.error == fault::none && test::text(answer) == "hello";
            ++calls;
            if (--*left == 0)
              all->set_value();
          });
        if (answered.wait_for(30s) != std::future_status::ready)
          return;
      }
    });
  for (auto& thread : crowd)
    thread.join();
  BOOST_TEST(good == threads * rounds * at_once);
  BOOST_TEST(calls == threads * rounds * at_once);
  BOOST_TEST(server.connections() <= std::size_t(threads * at_once));
}

BOOST_AUTO_TEST_CASE(calls_back_on_the_loops_thread_and_never_from_inside_get) {
  scripted_server server(serve);
  test::http_probe probe;
  std::promise<bool> outcome;
  probe.client.get(test::url_of(server.url()), [&](crawl::fetched) {
    auto loop_thread = std::this_thread::get_id();
    static thread_local bool inside = false; // of this very get()
    inside = true;
    probe.client.get(test::url_of(server.url()), [&, loop_thread](crawl::fetched) {
      outcome.set_value(!inside && std::this_thread::get_id() == loop_thread);
    });
    inside = false;
  });
  BOOST_TEST(outcome.get_future().get());
}

BOOST_AUTO_TEST_CASE(cancel_ends_what_came_before_it_and_nothing_else) {
  std::atomic<bool> answering{false};
  scripted_server server([&](peer& p) {
    while (!p.read_request().empty()) {
      if (!answering)
        return p.hold();
      p.send(response("hello"));
    }
  });
  test::full_listener full;
  test::http_probe probe(test::patient_options());
  std::vector<std::future<crawl::fetched>> doomed;
  for (int i = 0; i < 5; ++i)
    doomed.push_back(probe.ask(server.url()));
  doomed.push_back(probe.ask("http://127.0.0.1:" + std::to_string(full.port()) + "/"));
  while (server.requests().size() < 5)
    std::this_thread::sleep_for(1ms);
  doomed.push_back(probe.ask(server.url())); // not begun yet
  answering = true;
  probe.client.cancel();
  auto spared = probe.ask(server.url());
  for (auto& each : doomed) {
    auto answer = each.get();
    BOOST_TEST((answer.error == fault::canceled || answer.error == fault::none));
  }
  BOOST_TEST(test::text(spared.get()) == "hello");
}

BOOST_AUTO_TEST_CASE(drops_what_is_in_flight_when_destroyed) {
  scripted_server server(never_answer);
  test::full_listener full;
  auto witness = std::make_shared<int>(0);
  std::atomic<bool> called{false};
  {
    io::io_loop loop;
    loop.start();
    {
      io::http_client client(loop, test::patient_options());
      for (int i = 0; i < 20; ++i)
        client.get(test::url_of(i % 2 == 0 ? server.url()
                                           : "http://127.0.0.1:" + std::to_string(full.port())),
                   [witness, &called](crawl::fetched) { called = true; });
      while (server.requests().size() < 10)
        std::this_thread::sleep_for(1ms);
      client.get(test::url_of("http://nobody.invalid/"),
                 [witness, &called](crawl::fetched) { called = true; });
    }
    BOOST_TEST(!called);
    for (int i = 0; i < 200 && witness.use_count() > 1; ++i)
      std::this_thread::sleep_for(5ms);
    BOOST_TEST(witness.use_count() == 1); // the loop has let go of the callbacks
  }
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(can_be_destroyed_with_a_loop_that_never_ran) {
  scripted_server server(serve);
  auto witness = std::make_shared<int>(0);
  {
    io::io_loop loop;
    io::http_client client(loop, test::patient_options());
    for (int i = 0; i < 3; ++i)
      client.get(test::url_of(server.url()), [witness](crawl::fetched) {});
    client.cancel();
  }
  BOOST_TEST(witness.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(can_be_destroyed_with_a_loop_that_was_stopped) {
  scripted_server server(never_answer);
  auto witness = std::make_shared<int>(0);
  {
    io::io_loop loop;
    io::http_client client(loop, test::patient_options());
    loop.start();
    for (int i = 0; i < 8; ++i)
      client.get(test::url_of(server.url()), [witness](crawl::fetched) {});
    while (server.requests().size() < 8)
      std::this_thread::sleep_for(1ms);
    loop.stop();
  }
  BOOST_TEST(witness.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(can_be_destroyed_by_its_own_callback) {
  scripted_server server(serve);
  io::io_loop loop;
  auto client = std::make_unique<io::http_client>(loop, test::patient_options());
  int calls = 0;
  for (int i = 0; i < 6; ++i)
    client->get(test::url_of(server.url()), [&](crawl::fetched) {
      ++calls;
      client.reset();
    });
  loop.run();
  BOOST_TEST(calls == 1);
}

// run() is for those who end when the work does: no timer of the client's may hold them up.
BOOST_AUTO_TEST_CASE(lets_run_return_once_all_is_answered) {
  scripted_server server(serve);
  io::io_loop loop;
  io::http_client client(loop, test::patient_options());
  int calls = 0;
  std::chrono::steady_clock::time_point last;
  for (int i = 0; i < 10; ++i)
    client.get(test::url_of(server.url()), [&](crawl::fetched) {
      ++calls;
      last = std::chrono::steady_clock::now();
    });
  loop.run();
  BOOST_TEST(calls == 10);
  BOOST_TEST((std::chrono::steady_clock::now() - last < 5s));
}

BOOST_AUTO_TEST_CASE(blocks_until_the_answer_is_there) {
  scripted_server server(serve);
  io::blocking_client client(test::patient_options());
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(test::text(client.get(test::url_of(server.url()))) == "hello");
  BOOST_TEST(server.connections() == 1u); // the pool lives from call to call
}

BOOST_AUTO_TEST_CASE(keeps_time_while_blocking) {
  scripted_server server(never_answer);
  io::blocking_client client(test::hasty_options());
  auto begin = std::chrono::steady_clock::now();
  BOOST_TEST((client.get(test::url_of(server.url())).error == fault::header_timeout));
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 5s));
}

BOOST_AUTO_TEST_CASE(cancel_wakes_a_blocked_get_and_stays) {
  scripted_server server(never_answer);
  io::blocking_client client(test::patient_options());
  std::thread other([&] {
    while (server.requests().empty())
      std::this_thread::sleep_for(1ms);
    client.cancel();
  });
  BOOST_TEST((client.get(test::url_of(server.url())).error == fault::canceled));
  other.join();
  BOOST_TEST((client.get(test::url_of(server.url())).error == fault::canceled));
}

BOOST_AUTO_TEST_CASE(resumes_coroutines_on_the_loop) {
  scripted_server server(serve);
  io::io_loop loop;
  io::http_client client(loop, test::patient_options());
  auto& context = *static_cast<boost::asio::io_context*>(loop.context());
  int good = 0;
  for (int i = 0; i < 10; ++i)
    boost::asio::co_spawn(
        context,
        [&]() -> boost::asio::awaitable<void> {
          for (int k = 0; k < 3; ++k) {
            auto answer = co_await io::get(client, test::url_of(server.url()));
            good += test::text(answer) == "hello";
          }
        },
        boost::asio::detached);
  loop.run();
  BOOST_TEST(good == 30);
}

BOOST_AUTO_TEST_CASE(a_canceled_coroutine_goes_on_at_once) {
  scripted_server server(never_answer);
  io::io_loop loop;
  auto options = test::patient_options();
  options.bounds.header_ms_max = 1000;
  io::http_client client(loop, options);
  auto& context = *static_cast<boost::asio::io_context*>(loop.context());
  boost::asio::cancellation_signal signal;
  fault got = fault::none;
  auto begin = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration waited{};
  boost::asio::co_spawn(
      context,
      [&]() -> boost::asio::awaitable<void> {
        got = (co_await io::get(client, test::url_of(server.url()))).error;
        waited = std::chrono::steady_clock::now() - begin;
      },
      boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  boost::asio::steady_timer timer(context, 50ms);
  timer.async_wait([&](auto) { signal.emit(boost::asio::cancellation_type::terminal); });
  loop.run();
  BOOST_TEST((got == fault::canceled));
  BOOST_TEST((waited < 900ms)); // long before the header's time-out
}

BOOST_AUTO_TEST_SUITE_END()
