// SPDX-License-Identifier: BSD-3-Clause
// Answers that come piece by piece, and readers that do not.
#include <boost/test/unit_test.hpp>

#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

io::http_server_options narrow() {
  io::http_server_options o;
  o.bounds.stream_bytes_max = 100'000;
  return o;
}

} // namespace

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE(pieces_come_as_they_are_written) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/s") + get("/now"));
  const auto stream = s.wait_for("/s").stream(text_answer("first,"));
  BOOST_TEST(client.read_bytes(9) == "HTTP/1.1 "); // before there is an end
  BOOST_TEST(s.server.counts().streams == 1u);
  BOOST_TEST(stream->write("second,"));
  BOOST_TEST(stream->write(""));
  BOOST_TEST(stream->write("third"));
  stream->end();
  BOOST_TEST(!stream->write("too late"));
  client.read_bytes(8); // "200 OK"
  const auto rest = client.read_bytes(60);
  BOOST_TEST(rest.find("Date") != rest.npos);
  std::string all = rest;
  while (all.find("\r\n0\r\n\r\n") == all.npos) {
    const auto piece = client.read_bytes(1);
    BOOST_REQUIRE(!piece.empty());
    all += piece;
  }
  BOOST_TEST(all.find("first,") != all.npos);
  BOOST_TEST(client.read_answer().body == "now");
  BOOST_TEST(s.server.counts().streams == 0u);
  BOOST_TEST(s.gone == 0);
}

BOOST_AUTO_TEST_CASE(a_stream_is_chunked_and_waits_for_its_turn) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/1") + get("/s"));
  const auto one = s.wait_for("/1");
  {
    const auto stream = s.wait_for("/s").stream(text_answer("a"));
    stream->write("b");
    stream->end();
  }
  one.send(text_answer("one"));
  BOOST_TEST(client.read_answer().body == "one");
  const auto a = client.read_answer();
  BOOST_TEST(a.field("Transfer-Encoding") == "chunked");
  BOOST_TEST(a.field("Content-Length") == "");
  BOOST_TEST(a.body == "ab");
  BOOST_TEST(a.whole);
}

BOOST_AUTO_TEST_CASE(without_its_end_it_is_seen_to_be_cut_short) {
  waiting_server s;
  for (const bool old : {false, true}) {
    auto client = s.client();
    client.send(old ? "GET /s HTTP/1.0\r\n\r\n" : get("/s"));
    s.wait_for("/s").stream(text_answer("a"))->write("b");
    const auto a = client.read_answer();
    BOOST_TEST(!a.whole, (old ? "HTTP/1.0" : "HTTP/1.1"));
  }
}

BOOST_AUTO_TEST_CASE(an_old_client_reads_until_the_close) {
  waiting_server s;
  auto client = s.client();
  client.send("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto stream = s.wait_for("/s").stream(text_answer("a"));
  stream->write("b");
  stream->end();
  const auto a = client.read_answer();
  BOOST_TEST(a.field("Connection") == "close");
  BOOST_TEST(a.field("Transfer-Encoding") == "");
  BOOST_TEST(a.body == "ab");
  BOOST_TEST(a.whole);
}

BOOST_AUTO_TEST_CASE(head_gets_the_head_and_the_writer_hears_of_it) {
  waiting_server s;
  auto client = s.client();
  client.send("HEAD /s HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto stream = s.wait_for("/s").stream(text_answer("a"));
  BOOST_TEST(client.read_answer(true).field("Transfer-Encoding") == "chunked");
  BOOST_TEST(soon([&] { return s.gone == 1; }));
  BOOST_TEST(!stream->write("b"));
  client.send(get("/now"));
  BOOST_TEST(client.read_answer().body == "now");
}

BOOST_AUTO_TEST_CASE(a_slow_reader_is_dropped) {
  waiting_server s(narrow());
  raw_client client(s.server.port(), 4'096);
  client.send(get("/s"));
  const auto stream = s.wait_for("/s").stream(text_answer("a"));
  std::size_t taken = 0;
  // The kernel's buffers take some megabytes; then the server's own limit ends it.
  while (taken < 100'000'000 && stream->write(std::string(1'000, 'x')))
    taken += 1'000;
  BOOST_TEST(taken < 100'000'000u);
  BOOST_TEST(soon([&] { return s.gone == 1; }));
  BOOST_TEST(s.server.counts().connections == 0u);
  BOOST_TEST(!client.read_answer().whole);
}

BOOST_AUTO_TEST_CASE(who_waits_for_room_can_say_much) {
  waiting_server s(narrow());
  raw_client client(s.server.port(), 4'096);
  client.send(get("/s"));
  constexpr std::size_t pieces = 2'000, piece = 10'000;
  const auto stream = s.wait_for("/s").stream(text_answer(""));
  std::size_t sent = 0;
  bool refused = false;
  std::atomic<bool> done{false};
  std::function<void()> say = [&] {
    for (int i = 0; i < 4 && sent < pieces; ++i, ++sent)
      refused = !stream->write(std::string(piece, 'x')) || refused;
    if (sent < pieces && !refused)
      return stream->when_room(say);
    stream->end();
    done = true;
  };
  stream->when_room(say);
  const auto a = client.read_answer();
  BOOST_TEST(a.whole);
  BOOST_TEST(a.body.size() == pieces * piece);
  BOOST_TEST(done);
  BOOST_TEST(!refused);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_is_told_to_all_who_wait) {
  waiting_server s(narrow());
  raw_client client(s.server.port(), 4'096);
  client.send(get("/s"));
  const auto stream = s.wait_for("/s").stream(text_answer("a"));
  // Until it hardly goes on, so that room is long in coming.
  for (;;) {
    std::atomic<bool> room{false};
    stream->write(std::string(40'000, 'x'));
    stream->when_room([&] { room = true; });
    for (int i = 0; i < 20 && !room; ++i)
      std::this_thread::sleep_for(1ms);
    if (room)
      continue;
    client.reset();
    BOOST_TEST(soon([&] { return room.load(); }));
    break;
  }
  BOOST_TEST(soon([&] { return s.gone == 1; }));
  BOOST_TEST(!stream->write("b"));
  std::atomic<bool> at_once{false};
  stream->when_room([&] { at_once = true; });
  BOOST_TEST(soon([&] { return at_once.load(); }));
}

BOOST_AUTO_TEST_SUITE_END()
