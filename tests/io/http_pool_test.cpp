// SPDX-License-Identifier: BSD-3-Clause
// Keep-alive: which connections are used again, and what becomes of stale ones.
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <latch>
#include <thread>

#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

// Answers every request with the connection's number.
void serve(peer& p) {
  while (!p.read_request().empty())
    p.send(response(std::to_string(p.number())));
}

// Answers with `bytes`, as often as it is asked.
scripted_server::script always(std::string bytes) {
  return [bytes = std::move(bytes)](peer& p) {
    while (!p.read_request().empty())
      p.send(bytes);
  };
}

std::size_t connections_of_three_gets(const std::string& bytes) {
  scripted_server server(always(bytes));
  test::http_probe probe;
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(probe.get(server.url()).status / 100 > 0);
  return server.connections();
}

} // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(uses_one_connection_again_and_again) {
  scripted_server server(serve);
  test::http_probe probe;
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(test::text(probe.get(server.url("/" + std::to_string(i)))) == "0");
  BOOST_TEST(server.connections() == 1u);
  BOOST_TEST(server.requests().size() == 20u);
}

BOOST_AUTO_TEST_CASE(uses_the_last_used_connection_first) {
  std::latch all_asked(3); // an answer before that would free a connection for the next request
  scripted_server server([&all_asked](peer& p) {
    p.read_request();
    all_asked.arrive_and_wait();
    p.send(response(std::to_string(p.number())));
    serve(p);
  });
  test::http_probe probe;
  auto a = probe.ask(server.url());
  auto b = probe.ask(server.url());
  auto c = probe.ask(server.url());
  a.wait();
  b.wait();
  c.wait();
  BOOST_TEST(server.connections() == 3u);
  auto last = test::text(probe.get(server.url()));
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(test::text(probe.get(server.url())) == last);
  BOOST_TEST(server.connections() == 3u);
}

BOOST_AUTO_TEST_CASE(keeps_connections_where_http_lets_it) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  BOOST_TEST(connections_of_three_gets(response("x")) == 1u);
  BOOST_TEST(connections_of_three_gets("HTTP/1.1 204 No Content\r\n\r\n") == 1u);
  BOOST_TEST(connections_of_three_gets(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 1u);
  BOOST_TEST(connections_of_three_gets(
                 "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx")
             == 1u);
  BOOST_TEST(connections_of_three_gets(response("x", "Content-Encoding: nonsense\r\n")) == 1u);
  // and where not
  BOOST_TEST(connections_of_three_gets(response("x", "Connection: close\r\n")) == 3u);
  BOOST_TEST(connections_of_three_gets("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx") == 3u);
  BOOST_TEST(connections_of_three_gets(response("x") + "trailing garbage") == 3u);
  BOOST_TEST(connections_of_three_gets(response("x") + response("smuggled")) == 3u);
}

BOOST_AUTO_TEST_CASE(does_not_share_connections_between_origins) {
  scripted_server one(serve);
  scripted_server other(serve);
  test::http_probe probe;
  probe.get(one.url());
  probe.get(other.url());
  probe.get("http://localhost:" + std::to_string(one.port()) + "/");
  BOOST_TEST(one.connections() == 2u);
  BOOST_TEST(other.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(notices_a_connection_that_was_closed_while_idle) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.send(response("x"));
  });
  test::http_probe probe;
  for (int i = 0; i < 5; ++i) {
    auto answer = probe.get(server.url());
    BOOST_TEST(answer.error == fault::none, answer.detail);
    std::this_thread::sleep_for(5ms);
  }
  BOOST_TEST(server.requests().size() == 5u);
}

BOOST_AUTO_TEST_CASE(does_not_take_unasked_bytes_for_an_answer) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.send(response("x"));
    p.pause(10ms);
    p.send(response("too late", "", "408 Request Timeout"));
    p.hold();
  });
  test::http_probe probe;
  BOOST_TEST(probe.get(server.url()).status == 200);
  std::this_thread::sleep_for(40ms);
  BOOST_TEST(probe.get(server.url()).status == 200);
  BOOST_TEST(server.connections() == 2u);
}

// The server's close and our request cross on the wire: once more, and on a new connection.
BOOST_AUTO_TEST_CASE(asks_again_when_a_reused_connection_dies_unanswered) {
  for (bool with_reset : {false, true}) {
    scripted_server server([&](peer& p) {
      p.read_request();
      p.send(response(std::to_string(p.number())));
      p.read_request();
      if (with_reset)
        p.reset();
    });
    test::http_probe probe;
    BOOST_TEST(test::text(probe.get(server.url())) == "0");
    BOOST_TEST(test::text(probe.get(server.url())) == "1");
    BOOST_TEST(server.connections() == 2u);
    BOOST_TEST(server.requests().size() == 3u);
  }
}

BOOST_AUTO_TEST_CASE(asks_again_once_only) {
  scripted_server server([](peer& p) {
    p.read_request();
    if (p.number() == 0) {
      p.send(response("x"));
      p.read_request();
    }
  });
  test::http_probe probe;
  BOOST_TEST(probe.get(server.url()).error == fault::none);
  BOOST_TEST(probe.get(server.url()).error == fault::connection_lost);
  BOOST_TEST(server.connections() == 2u);
}

BOOST_AUTO_TEST_CASE(does_not_ask_again_once_bytes_came) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.send(response("x"));
    p.read_request();
    p.send("HTTP/1.1 2");
  });
  test::http_probe probe;
  BOOST_TEST(probe.get(server.url()).error == fault::none);
  BOOST_TEST(probe.get(server.url()).error == fault::connection_lost);
  BOOST_TEST(server.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(does_not_ask_again_after_a_timeout) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.send(response("x"));
    p.hold();
  });
  test::http_probe probe(test::hasty_options());
  BOOST_TEST(probe.get(server.url()).error == fault::none);
  BOOST_TEST(probe.get(server.url()).error == fault::header_timeout);
  BOOST_TEST(server.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(closes_idle_connections_in_time) {
  std::promise<void> closed;
  scripted_server server([&](peer& p) {
    serve(p);
    closed.set_value();
  });
  auto options = test::patient_options();
  options.idle_ms_max = 100;
  test::http_probe probe(options);
  probe.get(server.url());
  BOOST_TEST((closed.get_future().wait_for(3s) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(holds_no_more_idle_connections_than_allowed) {
  auto connections_after = [](io::http_options options) {
    scripted_server server([](peer& p) {
      while (!p.read_request().empty()) {
        p.pause(30ms); // so that the four overlap
        p.send(response("x"));
      }
    });
    test::http_probe probe(std::move(options));
    for (int round = 0; round < 2; ++round) {
      std::vector<std::future<crawl::fetched>> all;
      for (int i = 0; i < 4; ++i)
        all.push_back(probe.ask(server.url()));
      for (auto& each : all)
        BOOST_TEST(each.get().error == fault::none);
    }
    return server.connections();
  };
  auto options = test::patient_options();
  BOOST_TEST(connections_after(options) == 4u);
  options.idle_per_host_max = 1;
  BOOST_TEST(connections_after(options) == 7u);
  options.idle_per_host_max = 64;
  options.idle_total_max = 2;
  BOOST_TEST(connections_after(options) == 6u);
  options.idle_total_max = 0;
  BOOST_TEST(connections_after(options) == 8u);
}

BOOST_AUTO_TEST_SUITE_END()
