// SPDX-License-Identifier: BSD-3-Clause
// What a client may take of the server: connections, requests, time.
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(further_connections_are_turned_away) {
  io::http_server_options options;
  options.bounds.connections_max = 2;
  waiting_server s(options);
  auto one = std::make_unique<raw_client>(s.server.port());
  raw_client two(s.server.port());
  for (auto* c : {one.get(), &two}) {
    c->send(get("/now"));
    BOOST_TEST(c->read_answer().status == 200);
  }
  raw_client three(s.server.port());
  three.send(get("/now"));
  const auto a = three.read_answer();
  BOOST_TEST(a.status == 503);
  BOOST_TEST(a.field("Retry-After") == "1");
  BOOST_TEST(three.ends());
  BOOST_TEST(s.server.counts().connections == 2u);
  one.reset();
  BOOST_TEST(soon([&] { return s.server.counts().connections == 1; }));
  raw_client four(s.server.port());
  four.send(get("/now"));
  BOOST_TEST(four.read_answer().status == 200);
}

BOOST_AUTO_TEST_CASE(further_requests_are_answered_503) {
  io::http_server_options options;
  options.bounds.requests_in_flight_max = 2;
  waiting_server s(options);
  auto client = s.client(), other = s.client();
  client.send(get("/1") + get("/2"));
  const auto one = s.wait_for("/1"), two = s.wait_for("/2");
  other.send(get("/now"));
  const auto a = other.read_answer();
  BOOST_TEST(a.status == 503);
  BOOST_TEST(a.field("Retry-After") == "1");
  one.send(text_answer("one"));
  BOOST_TEST(client.read_answer().body == "one");
  other.send(get("/now"));
  BOOST_TEST(other.read_answer().status == 200);
}

BOOST_AUTO_TEST_CASE(a_pipeline_is_no_deeper_than_it_may_be) {
  io::http_server_options options;
  options.bounds.pipeline_max = 3;
  waiting_server s(options);
  auto client = s.client();
  std::string all;
  for (int i = 0; i < 10; ++i)
    all += get("/" + std::to_string(i));
  client.send(all);
  const auto third = s.wait_for("/2");
  std::this_thread::sleep_for(50ms);
  BOOST_TEST(s.waiting() == 2u);
  BOOST_TEST(s.server.counts().in_flight == 3u);
  for (int i = 0; i < 10; ++i) {
    const auto path = "/" + std::to_string(i);
    (i == 2 ? third : s.wait_for(path)).send(text_answer(path));
    BOOST_TEST(client.read_answer().body == path);
  }
}

BOOST_AUTO_TEST_CASE(answers_that_nobody_reads_stop_the_reading) {
  io::http_server_options options;
  options.bounds.write_ms_max = 500;
  waiting_server s(options);
  s.other = [](const io::server_request&, const io::answerer& a) {
    a.send(text_answer(std::string(100'000, 'x')));
  };
  raw_client client(s.server.port(), 4'096);
  std::string all;
  for (int i = 0; i < 5'000; ++i)
    all += get("/other");
  std::thread sender([&] { client.send(all); }); // until the server has had enough
  BOOST_TEST(soon([&] { return s.server.counts().requests != 0; }));
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; })); // no byte was taken
  sender.join();
  BOOST_TEST(s.server.counts().requests < 500u); // 500 MB otherwise
}

BOOST_AUTO_TEST_CASE(slow_headers_and_bodies_are_408) {
  io::http_server_options options;
  options.bounds.header_ms_max = 300;
  options.bounds.body_ms_max = 300;
  waiting_server s(options);
  const std::string post = "POST /now HTTP/1.1\r\nHost: a\r\n";
  for (const auto& part : {std::string("G"), std::string("GET / HTTP/1.1\r\nHost: a\r\n"),
                           post + "Content-Length: 5\r\n\r\nhell",
                           post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"}) {
    raw_client client(s.server.port());
    const auto begin = std::chrono::steady_clock::now();
    client.send(part);
    const auto a = client.read_answer();
    BOOST_TEST(a.status == 408, part);
    BOOST_TEST(a.field("Connection") == "close");
    BOOST_TEST(seconds_since(begin) >= 0.29);
    BOOST_TEST(client.ends());
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_says_which_bound_and_how_large) {
  io::http_server_options options;
  options.bounds.header_ms_max = 200;
  options.bounds.body_ms_max = 300;
  waiting_server s(options);
  const std::string post = "POST /now HTTP/1.1\r\nHost: a\r\n";
  std::string fields;
  for (int i = 0; i < 100; ++i)
    fields += "X: y\r\n";
  const std::pair<std::string, std::string> rows[] = {
      {"G", R"("code":"request_timeout","detail":"the request's header took longer than 200 ms")"},
      {post + "Content-Length: 5\r\n\r\nhell",
       R"("code":"request_timeout","detail":"the request's body took longer than 300 ms")"},
      {post + "Content-Length: 1048577\r\n\r\n",
       R"("code":"body_too_large","detail":"the body is larger than 1048576 bytes")"},
      {post + "Transfer-Encoding: chunked\r\n\r\n100001\r\n",
       R"("code":"body_too_large","detail":"the body is larger than 1048576 bytes")"},
      {get("/" + std::string(8'192, 'x')),
       R"("code":"target_too_long","detail":"the target is longer than 8192 bytes")"},
      {"GET / HTTP/1.1\r\nX: " + std::string(16'384, 'x'),
       R"("code":"header_too_large","detail":"the header is larger than 16384 bytes")"},
      {get("/", fields), R"("code":"header_too_large","detail":"more than 100 fields")"},
      {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", R"("code":"unknown_method")"},
      {post + "Transfer-Encoding: gzip\r\n\r\n", R"("code":"not_implemented")"},
  };
  for (const auto& [bytes, said] : rows) {
    raw_client client(s.server.port());
    client.send(bytes);
    const auto a = client.read_answer();
    BOOST_TEST(a.body.find(said) != a.body.npos, a.body << " lacks " << said);
    BOOST_TEST(a.field("Cache-Control") == "no-store");
    BOOST_TEST(a.field("X-Content-Type-Options") == "nosniff");
  }
}

BOOST_AUTO_TEST_CASE(a_byte_now_and_then_does_not_help) {
  io::http_server_options options;
  options.bounds.header_ms_max = 300;
  waiting_server s(options);
  auto client = s.client();
  std::atomic<bool> over{false};
  std::thread dripper([&] {
    for (const char c : get("/now", "X: " + std::string(500, 'x') + "\r\n")) {
      if (over)
        return;
      client.send({&c, 1});
      std::this_thread::sleep_for(10ms);
    }
  });
  BOOST_TEST(client.read_answer().status == 408);
  BOOST_TEST(client.ends());
  over = true;
  dripper.join();
}

BOOST_AUTO_TEST_CASE(idle_connections_are_closed_in_silence) {
  io::http_server_options options;
  options.bounds.idle_ms_max = 300;
  waiting_server s(options);
  auto fresh = s.client(), used = s.client();
  used.send(get("/now"));
  used.read_answer();
  BOOST_TEST(fresh.ends());
  BOOST_TEST(used.ends());
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
}

BOOST_AUTO_TEST_CASE(waiting_for_an_answer_is_not_idle) {
  io::http_server_options options;
  options.bounds.idle_ms_max = 200;
  options.bounds.header_ms_max = 200;
  options.bounds.pipeline_max = 1;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1") + get("/2").substr(0, 10)); // the second waits for the first
  const auto one = s.wait_for("/1");
  std::this_thread::sleep_for(500ms);
  client.send(get("/2").substr(10)); // before its 200 ms begin to count
  one.send(text_answer("one"));
  BOOST_TEST(client.read_answer().body == "one");
  s.wait_for("/2").send(text_answer("two"));
  BOOST_TEST(client.read_answer().body == "two");
}

BOOST_AUTO_TEST_CASE(the_answer_has_a_deadline) {
  io::http_server_options options;
  options.bounds.answer_ms_max = 200;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1"));
  const auto kept = s.wait_for("/1");
  const auto a = client.read_answer();
  BOOST_TEST(a.status == 504);
  BOOST_TEST(a.field("Connection") == "");
  BOOST_TEST(s.gone == 1);
  s.other = [](const io::server_request&, const io::answerer& answer) {
    answer.set_deadline(0); // for ever
    std::thread([answer] {
      std::this_thread::sleep_for(500ms);
      answer.send(text_answer("patience"));
    }).detach();
  };
  client.send(get("/other"));
  BOOST_TEST(client.read_answer().body == "patience");
}

BOOST_AUTO_TEST_CASE(requests_on_their_way_share_a_bound) {
  io::http_server_options options;
  options.bounds.incoming_bytes_max = 300'000;
  waiting_server s(options);
  const std::string head = "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";
  const std::string most(190'000, 'x'), rest(10'000, 'x');
  auto slow = s.client();
  slow.send(head + most);
  BOOST_REQUIRE(soon([&] { return s.server.counts().incoming_bytes > 190'000; }));
  auto other = s.client(); // nobody else gets as much
  other.send(head + most);
  const auto a = other.read_answer();
  BOOST_TEST(a.status == 503);
  BOOST_TEST(a.field("Retry-After") == "1");
  BOOST_TEST(other.ends());
  auto small = s.client(); // what fits into a connection's own piece is taken
  small.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n"
             + std::string(3'000, 'x'));
  BOOST_TEST(small.read_answer().status == 200);
  slow.send(rest);
  BOOST_TEST(slow.read_answer().status == 200);
  auto next = s.client(); // and what was used is free again
  next.send(head + most + rest);
  BOOST_TEST(next.read_answer().status == 200);
  for (int i = 0; i < 20; ++i) { // also what was not used to its end
    auto gone = s.client();
    gone.send(head + most);
    gone.reset();
  }
  // Some of them may not even have been accepted yet.
  BOOST_TEST(soon([&] {
    auto last = s.client();
    last.send(head + most + rest);
    return last.read_answer().status == 200 && s.server.counts().incoming_bytes == 0;
  }));
}

BOOST_AUTO_TEST_CASE(silent_peers_are_asked_whether_they_live) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/now"));
  client.read_answer();
  // The server's side of it: by its port, "02" for a running keep-alive timer.
  std::array<char, 16> port{};
  std::snprintf(port.data(), port.size(), ":%04X ", s.server.port());
  const auto asked = [&] {
    std::ifstream table("/proc/net/tcp");
    for (std::string line; std::getline(table, line);) {
      std::istringstream words(line);
      std::string number, local, remote, state, queues, timer;
      words >> number >> local >> remote >> state >> queues >> timer;
      if (state == "01" && (local + " ").ends_with(port.data()))
        return timer.starts_with("02:");
    }
    return false;
  };
  BOOST_TEST(soon(asked));
}

BOOST_AUTO_TEST_CASE(who_still_sends_gets_the_refusal) {
  io::http_server_options options;
  options.bounds.body_bytes_max = 1'000;
  waiting_server s(options);
  for (int i = 0; i < 20; ++i) {
    auto client = s.client();
    const std::string body(300'000, 'x');
    client.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + body);
    BOOST_TEST(client.read_answer().status == 413);
  }
}

BOOST_AUTO_TEST_SUITE_END()
