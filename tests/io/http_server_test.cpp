// SPDX-License-Identifier: BSD-3-Clause
// The HTTP server: whose answer goes where, and what an answer looks like.
#include <boost/test/unit_test.hpp>

#include <optional>

#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(pipelined_answers_keep_the_order_of_their_requests) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/1") + get("/2") + get("/now") + get("/3"));
  for (const auto* path : {"/3", "/1", "/2"}) {
    const auto a = s.wait_for(path);
    std::thread([&] { a.send(text_answer(path)); }).join();
  }
  for (const auto* body : {"/1", "/2", "now", "/3"})
    BOOST_TEST(client.read_answer().body == body);
}

BOOST_AUTO_TEST_CASE(many_threads_answer_many_connections) {
  io::http_server_options options;
  options.threads = 2;
  waiting_server s(options);
  s.other = [](const io::server_request& r, io::answerer a) {
    std::thread([path = std::string(r.path()), a] { a.send(text_answer(path)); }).detach();
  };
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([&, c] {
      auto client = s.client();
      for (int i = 0; i < 50; ++i) {
        const auto path = "/other/" + std::to_string(c) + "/" + std::to_string(i);
        client.send(get(path));
        right += client.read_answer().body == path;
      }
    });
  for (auto& c : clients)
    c.join();
  BOOST_TEST(right == 400);
  BOOST_TEST(s.server.counts().requests == 400u);
  BOOST_TEST(soon([&] { return s.server.counts().in_flight == 0; }));
}

BOOST_AUTO_TEST_CASE(a_long_pipeline_is_answered_whole) {
  waiting_server s;
  auto client = s.client();
  constexpr int n = 2'000;
  std::thread sender([&] {
    std::string all;
    for (int i = 0; i < n; ++i)
      all += get("/now");
    client.send(all);
  });
  int whole = 0;
  for (int i = 0; i < n; ++i)
    whole += client.read_answer().body == "now";
  sender.join();
  BOOST_TEST(whole == n);
}

BOOST_AUTO_TEST_CASE(only_the_first_answer_counts) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/1"));
  const auto a = s.wait_for("/1");
  const auto copy = a;
  a.send(text_answer("first"));
  copy.send(text_answer("second"));
  BOOST_TEST(!copy.stream(text_answer("third"))->write("x"));
  BOOST_TEST(client.read_answer().body == "first");
  client.send(get("/now"));
  BOOST_TEST(client.read_answer().body == "now");
}

BOOST_AUTO_TEST_CASE(a_late_answer_reaches_nobody) {
  waiting_server s;
  s.deadline_ms = 50;
  auto client = s.client();
  client.send(get("/late"));
  const auto late = s.wait_for("/late");
  BOOST_TEST(client.read_answer().status == 504);
  BOOST_TEST(s.gone == 1);
  late.send(text_answer("late"));
  s.deadline_ms = 0;
  client.send(get("/next"));
  const auto next = s.wait_for("/next");
  late.send(text_answer("later still"));
  next.send(text_answer("next"));
  BOOST_TEST(client.read_answer().body == "next");
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_closed_connection_reaches_not_the_next_one) {
  waiting_server s;
  std::vector<io::answerer> old;
  for (int i = 0; i < 20; ++i) {
    auto client = s.client();
    client.send(get("/old"));
    old.push_back(s.wait_for("/old"));
    client.reset();
  }
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
  auto client = s.client(); // in the place of one of them
  client.send(get("/new"));
  const auto a = s.wait_for("/new");
  for (const auto& o : old)
    o.send(text_answer("old"));
  a.send(text_answer("new"));
  BOOST_TEST(client.read_answer().body == "new");
}

BOOST_AUTO_TEST_CASE(an_answerer_may_outlive_its_server) {
  std::optional<io::answerer> kept;
  std::shared_ptr<io::answer_stream> stream;
  {
    waiting_server s;
    auto client = s.client();
    client.send(get("/1") + get("/2"));
    kept = s.wait_for("/1");
    stream = s.wait_for("/2").stream(text_answer("x"));
  }
  stream->write("y");
  stream->end();
  BOOST_TEST(!stream->write("z"));
  kept->send(text_answer("to nobody"));
}

BOOST_AUTO_TEST_CASE(no_answer_is_500) {
  waiting_server s;
  s.other = [](const io::server_request& r, const io::answerer&) {
    if (r.path() == "/other/throws")
      throw std::runtime_error("a handler's fault");
  };
  auto client = s.client();
  client.send(get("/other") + get("/other/throws") + get("/kept"));
  BOOST_TEST(client.read_answer().status == 500);
  BOOST_TEST(client.read_answer().status == 500);
  { const auto dropped = s.wait_for("/kept"); }
  BOOST_TEST(client.read_answer().status == 500);
  client.send(get("/now"));
  BOOST_TEST(client.read_answer().body == "now");
}

BOOST_AUTO_TEST_CASE(an_answer_has_the_fields_that_are_due_and_no_more) {
  waiting_server s;
  s.other = [](const io::server_request& r, const io::answerer& a) {
    io::server_answer out;
    if (r.path() == "/other/none") {
      out.status = 204;
    } else if (r.path() == "/other/shared") {
      out.shared_body = std::make_shared<const std::string>("shared");
    } else {
      out = text_answer("own");
      out.fields = "X-Of-Ours: 1\r\n";
      out.close = r.path() == "/other/close";
    }
    a.send(std::move(out));
  };
  auto client = s.client();
  client.send(get("/other"));
  auto a = client.read_answer();
  BOOST_TEST(a.field("Date").ends_with(" GMT"));
  BOOST_TEST(a.field("Content-Length") == "3");
  BOOST_TEST(a.field("Content-Type") == "text/plain");
  BOOST_TEST(a.field("X-Of-Ours") == "1");
  BOOST_TEST(std::count(a.head.begin(), a.head.end(), '\n') == 6);
  client.send(get("/other/none") + get("/other/shared"));
  a = client.read_answer();
  BOOST_TEST(a.status == 204);
  BOOST_TEST(a.field("Content-Length") == "");
  BOOST_TEST(client.read_answer().body == "shared");
  client.send("HEAD /other HTTP/1.1\r\nHost: a\r\n\r\n");
  a = client.read_answer(true);
  BOOST_TEST(a.field("Content-Length") == "3");
  client.send("GET /other HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  a = client.read_answer();
  BOOST_TEST(a.field("Connection") == "keep-alive");
  client.send(get("/other/close") + get("/other"));
  a = client.read_answer();
  BOOST_TEST(a.field("Connection") == "close");
  BOOST_TEST(client.ends());
}

BOOST_AUTO_TEST_CASE(a_handler_sees_the_request) {
  waiting_server s;
  s.other = [](const io::server_request& r, const io::answerer& a) {
    std::string seen;
    seen.append(r.field("x-one")).append("|").append(r.field("X-TWO")).append("|");
    seen.append(r.field("none")).append("|").append(std::to_string(r.field_count("x-two")));
    seen.append("|").append(r.peer()).append(r.over_tls() ? "|tls" : "|plain");
    a.send(text_answer(std::move(seen)));
  };
  auto client = s.client();
  client.send(get("/other", "X-One:  1 \r\nx-two: 2\r\nX-Two: 3\r\n"));
  BOOST_TEST(client.read_answer().body == "1|2||2|127.0.0.1|plain");
}

BOOST_AUTO_TEST_CASE(goes_on_when_asked_to_continue) {
  waiting_server s;
  s.other = [](const io::server_request& r, const io::answerer& a) {
    a.send(text_answer(std::string(r.body())));
  };
  auto client = s.client();
  const std::string head =
      "POST /other HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  client.send(get("/1") + head);
  s.wait_for("/1").send(text_answer("first"));
  BOOST_TEST(client.read_answer().body == "first"); // before the 100
  BOOST_TEST(client.read_answer().status == 100);
  client.send("hello");
  BOOST_TEST(client.read_answer().body == "hello");
  client.send(head + "quick"); // did not wait to be asked
  BOOST_TEST(client.read_answer().body == "quick");
}

BOOST_AUTO_TEST_CASE(every_request_is_reported_once) {
  std::mutex gate;
  std::vector<std::string> lines;
  io::http_server_options options;
  options.report = [&](const io::request_report& r) {
    const std::lock_guard lock(gate);
    std::string line(r.method);
    line.append(" ").append(r.target).append(" ").append(std::to_string(r.status)).append(" ");
    line.append(std::to_string(r.body_bytes)).append(" ").append(r.label).append(" ");
    lines.push_back(line.append(r.agent).append(r.took_ns != 0 ? " timed" : ""));
  };
  waiting_server s(options);
  s.other = [](const io::server_request&, const io::answerer& a) {
    a.set_label("/other/{x}");
    a.send(text_answer("four"));
  };
  auto client = s.client();
  client.send(get("/other/a%20b?c", "User-Agent: me\r\n"));
  client.read_answer();
  client.send("HEAD /now HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_answer(true);
  client.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n");
  client.read_answer();
  auto other = s.client();
  other.send(get("/1"));
  s.wait_for("/1");
  BOOST_TEST(other.read_answer().status == 500);
  other.send(get("/2"));
  const auto kept = s.wait_for("/2");
  other.reset();
  BOOST_TEST(soon([&] {
    const std::lock_guard lock(gate);
    return lines.size() == 5;
  }));
  const std::lock_guard lock(gate);
  const std::vector<std::string> expected{
      "GET /other/a%20b?c 200 4 /other/{x} me timed", "HEAD /now 200 0   timed",
      "- - 400 " + std::to_string(lines.size() > 2 ? std::stoi(lines[2].substr(8)) : 0) + "  ",
      "GET /1 500 " + std::to_string(lines.size() > 3 ? std::stoi(lines[3].substr(11)) : 0)
          + "   timed",
      "GET /2 0 0   timed"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(gone)

BOOST_AUTO_TEST_CASE(a_reset_is_told) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/1") + get("/2"));
  const auto one = s.wait_for("/1"), two = s.wait_for("/2");
  client.reset();
  BOOST_TEST(soon([&] { return s.gone == 2; }));
  BOOST_TEST(soon([&] { return s.server.counts().in_flight == 0; }));
  BOOST_TEST(s.server.counts().connections == 0u);
}

BOOST_AUTO_TEST_CASE(a_reset_after_the_client_ended_its_side_is_told) {
  io::http_server_options options;
  options.bounds.half_closed_ms_max = 600'000;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1"));
  client.end_sending();
  const auto one = s.wait_for("/1");
  std::this_thread::sleep_for(50ms);
  BOOST_TEST(s.gone == 0);
  client.reset();
  BOOST_TEST(soon([&] { return s.gone == 1; }));
}

BOOST_AUTO_TEST_CASE(a_client_that_closed_is_gone_after_a_while) {
  io::http_server_options options;
  options.bounds.half_closed_ms_max = 300;
  options.bounds.answer_ms_max = 600'000;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1") + get("/2"));
  auto half = s.client();
  half.send(get("/3"));
  const auto one = s.wait_for("/1"), two = s.wait_for("/2"), three = s.wait_for("/3");
  client.close();
  BOOST_TEST(soon([&] { return s.gone == 2; }));
  BOOST_TEST(soon([&] { return s.server.counts().connections == 1; }));
  BOOST_TEST(s.server.counts().in_flight == 1u);
  half.end_sending();
  BOOST_TEST(half.read_to_end() == ""); // it could have had its answer until here
  BOOST_TEST(s.gone == 3);
}

// As many as wait at most: nothing more is read, and so no end either.
BOOST_AUTO_TEST_CASE(a_full_pipeline_hides_no_end) {
  for (const bool by_reset : {false, true}) {
    io::http_server_options options;
    options.bounds.half_closed_ms_max = 300;
    options.bounds.answer_ms_max = 600'000;
    options.bounds.pipeline_max = 4;
    waiting_server s(options);
    for (const int requests : {4, 5, 2'000}) {
      s.gone = 0;
      auto client = s.client();
      std::string all;
      for (int i = 0; i < requests; ++i)
        all += get("/1");
      client.send(all);
      BOOST_TEST(soon([&] { return s.waiting() == 4; }));
      if (by_reset)
        client.reset();
      else
        client.close();
      BOOST_TEST(soon([&] { return s.gone == 4; }));
      BOOST_TEST(soon([&] { return s.server.counts().in_flight == 0; }));
      BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
      for (int i = 0; i < 4; ++i)
        s.wait_for("/1");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_reader_of_a_quiet_stream_who_closed_is_gone_after_a_while) {
  io::http_server_options options;
  options.bounds.half_closed_ms_max = 300;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1"));
  const auto stream = s.wait_for("/1").stream(text_answer("first"));
  BOOST_TEST(client.read_bytes(15) == "HTTP/1.1 200 OK");
  client.close();
  BOOST_TEST(soon([&] { return s.gone == 1; }));
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
  BOOST_TEST(!stream->write("second"));
}

BOOST_AUTO_TEST_CASE(a_stream_given_up_does_not_look_whole) {
  io::http_server_options options;
  options.bounds.half_closed_ms_max = 300;
  waiting_server s(options);
  auto old = s.client(), client = s.client();
  old.send("GET /1 HTTP/1.0\r\n\r\n");
  client.send(get("/2"));
  const auto one = s.wait_for("/1").stream(text_answer("first"));
  const auto two = s.wait_for("/2").stream(text_answer("first"));
  old.read_bytes(15);
  old.end_sending();
  client.end_sending();
  const auto a = client.read_answer();
  BOOST_TEST(a.body == "first");
  BOOST_TEST(!a.whole);
  BOOST_TEST(old.is_reset());
}

BOOST_AUTO_TEST_CASE(a_client_that_ended_its_side_gets_its_answers) {
  io::http_server_options options;
  options.bounds.half_closed_ms_max = 600'000;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1") + get("/2"));
  client.end_sending();
  const auto one = s.wait_for("/1"), two = s.wait_for("/2");
  std::this_thread::sleep_for(50ms); // the end has been seen
  two.send(text_answer("two"));
  one.send(text_answer("one"));
  BOOST_TEST(client.read_answer().body == "one");
  BOOST_TEST(client.read_answer().body == "two");
  BOOST_TEST(client.ends());
  BOOST_TEST(s.gone == 0);
}

BOOST_AUTO_TEST_CASE(who_was_answered_is_not_told) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/1"));
  s.wait_for("/1").send(text_answer("one"));
  client.read_answer();
  client.reset();
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
  BOOST_TEST(s.gone == 0);
}

BOOST_AUTO_TEST_CASE(a_request_that_ends_early_is_refused) {
  waiting_server s;
  for (const auto* part :
       {"GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"}) {
    auto client = s.client();
    client.send(part);
    client.end_sending();
    BOOST_TEST(client.read_answer().status == 400);
    BOOST_TEST(client.ends());
  }
}

BOOST_AUTO_TEST_SUITE_END()
