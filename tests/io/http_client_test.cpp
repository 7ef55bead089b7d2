// SPDX-License-Identifier: BSD-3-Clause
// What the client makes of good and of nasty answers: framing, limits, one row a fault.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>

#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

// A script that reads a request and says `bytes`, then closes.
scripted_server::script says(std::string bytes) {
  return [bytes = std::move(bytes)](peer& p) {
    p.read_request();
    p.send(bytes);
  };
}

scripted_server::script says_and_holds(std::string bytes) {
  return [bytes = std::move(bytes)](peer& p) {
    p.read_request();
    p.send(bytes);
    p.hold();
  };
}

struct fault_row {
  const char* name;
  scripted_server::script script;
  fault expected;
  const char* detail; // part of it
  int status = 0;     // where a status line had come
  bool early = false; // told at once, though the server goes on
};

std::ostream& operator<<(std::ostream& out, const fault_row& row) { return out << row.name; }

const std::string ok = "HTTP/1.1 200 OK\r\n";

const std::vector<fault_row>& fault_rows() {
  static const std::vector<fault_row> rows = {
      {"closes_before_an_answer", says(""), fault::connection_lost, "before an answer"},
      {"resets_before_an_answer",
       [](peer& p) {
         p.read_request();
         p.reset();
       },
       fault::connection_lost, "reset"},
      {"closes_inside_the_status_line", says("HTTP/1.1 2"), fault::connection_lost, "header"},
      {"closes_inside_the_header", says(ok + "Content-Le"), fault::connection_lost, "header", 200},
      {"closes_inside_a_body_of_known_length", says(ok + "Content-Length: 10\r\n\r\n12345"),
       fault::connection_lost, "inside the body", 200},
      {"closes_before_the_last_chunk", says(ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
       fault::connection_lost, "inside the body", 200},
      {"closes_inside_a_chunk", says(ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"),
       fault::connection_lost, "inside the body", 200},
      {"closes_inside_the_trailer", says(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n"),
       fault::connection_lost, "inside the body", 200},
      {"resets_inside_the_body",
       [](peer& p) {
         p.read_request();
         p.send(ok + "Content-Length: 10\r\n\r\n12345");
         p.pause(60ms);
         p.reset();
       },
       fault::connection_lost, "reset", 200},

      {"never_answers", says_and_holds(""), fault::header_timeout, "in time"},
      {"stops_inside_the_header", says_and_holds(ok + "A: b\r\n"), fault::header_timeout, "in time",
       200},
      {"drips_its_header",
       [](peer& p) {
         p.read_request();
         p.send(ok);
         p.drip(std::string(900, 'a'), 20ms);
       },
       fault::header_timeout, "in time", 200},
      {"stalls_in_its_body", says_and_holds(ok + "Content-Length: 10\r\n\r\n12345"),
       fault::body_timeout, "in time", 200},
      {"drips_its_body",
       [](peer& p) {
         p.read_request();
         p.send(ok + "Content-Length: 900\r\n\r\n");
         p.drip(std::string(900, 'x'), 20ms);
       },
       fault::body_timeout, "in time", 200},

      {"speaks_another_protocol", says("220 mail.example ESMTP\r\n\r\n"), fault::bad_response, ""},
      {"greets_in_another_protocol_and_waits", says_and_holds("\x15\x03\x01"), fault::bad_response,
       "begin", 0, true},
      {"waits_within_a_word_like_http", says_and_holds("HTCPCP/1.0"), fault::bad_response, "begin",
       0, true},
      {"speaks_another_protocol_behind_a_hint", says("HTTP/1.1 103 Hint\r\n\r\nhello"),
       fault::bad_response, "begin", 0, true},
      {"redirects_to_two_places",
       says("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"),
       fault::redirect_bad, "Location", 302},
      {"speaks_http_2", says("HTTP/2.0 200 OK\r\n\r\n"), fault::bad_response, "version"},
      {"has_no_status", says("HTTP/1.1 OK\r\n\r\n"), fault::bad_response, "status"},
      {"has_a_status_below_100", says("HTTP/1.1 099 Hm\r\nContent-Length: 0\r\n\r\n"),
       fault::bad_response, "status"},
      {"has_two_lengths", says(ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
       fault::bad_response, "ength", 200},
      {"has_two_lengths_in_a_line", says(ok + "Content-Length: 3, 4\r\n\r\nabcd"),
       fault::bad_response, "ength", 200},
      {"has_a_negative_length", says(ok + "Content-Length: -1\r\n\r\n"), fault::bad_response,
       "ength", 200},
      {"has_a_length_beyond_numbers", says(ok + "Content-Length: 99999999999999999999999\r\n\r\n"),
       fault::bad_response, "ength", 200},
      {"has_length_then_chunks",
       says(ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
       fault::bad_response, "ransfer", 200},
      {"has_chunks_then_length",
       says(ok + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
       fault::bad_response, "", 200},
      {"has_an_unasked_transfer_coding",
       says(ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), fault::bad_response,
       "transfer coding", 200},
      {"chunks_twice",
       says(ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
       fault::bad_response, "ransfer", 200},
      {"chunks_in_http_1_0", says("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
       fault::bad_response, "HTTP/1.0", 200},
      {"has_a_chunk_size_of_no_digits", says(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
       fault::bad_response, "chunk", 200},
      {"has_a_chunk_size_beyond_numbers",
       says(ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"), fault::bad_response,
       "chunk", 200},
      {"has_a_chunk_longer_than_told",
       says(ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"), fault::bad_response,
       "chunk", 200},
      {"has_a_chunk_header_without_end",
       [](peer& p) {
         p.read_request();
         p.send(ok + "Transfer-Encoding: chunked\r\n\r\n1;a=");
         p.send_without_end(std::string(4096, 'b'));
       },
       fault::bad_response, "too long", 200, true},
      {"has_a_header_line_without_colon", says(ok + "Content-Length 3\r\n\r\nabc"),
       fault::bad_response, "field", 200},
      {"has_a_space_before_a_colon", says(ok + "Content-Length : 3\r\n\r\nabc"),
       fault::bad_response, "field", 200},
      {"has_a_nul_in_its_header", says(ok + std::string("A: b\0c\r\n\r\n", 10)),
       fault::bad_response, "value", 200},
      {"switches_protocols", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
       fault::bad_response, "protocol", 101},
      {"never_stops_saying_100",
       [](peer& p) {
         p.read_request();
         p.send_without_end("HTTP/1.1 100 Continue\r\n\r\n");
       },
       fault::bad_response, "1xx", 100, true},

      {"has_one_header_line_without_end",
       [](peer& p) {
         p.read_request();
         p.send(ok + "A: ");
         p.send_without_end(std::string(1000, 'a'));
       },
       fault::header_too_large, "8192", 200, true},
      {"has_header_lines_without_end",
       [](peer& p) {
         p.read_request();
         p.send(ok);
         p.send_without_end("Name: value\r\n");
       },
       fault::header_too_large, "8192", 200, true},
      {"has_a_header_just_too_long",
       says(ok + "A: " + std::string(8192 - 17 - 3 - 4 + 1, 'a') + "\r\n\r\n"),
       fault::header_too_large, "8192", 200},
      {"announces_too_long_a_body", says_and_holds(ok + "Content-Length: 100001\r\n\r\n"),
       fault::body_too_large, "100001", 200, true},
      {"announces_a_body_of_exabytes",
       says_and_holds(ok + "Content-Length: 18446744073709551615\r\n\r\n"), fault::body_too_large,
       "", 200, true},
      {"sends_chunks_without_end",
       [](peer& p) {
         p.read_request();
         p.send(ok + "Transfer-Encoding: chunked\r\n\r\n");
         p.send_without_end("5\r\nhello\r\n");
       },
       fault::body_too_large, "100000", 200, true},
      {"sends_one_chunk_of_terabytes",
       [](peer& p) {
         p.read_request();
         p.send(ok + "Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n");
         p.send_without_end(std::string(4096, 'x'));
       },
       fault::body_too_large, "100000", 200, true},
      {"sends_a_body_without_end_nor_length",
       [](peer& p) {
         p.read_request();
         p.send(ok + "\r\n");
         p.send_without_end(std::string(4096, 'x'));
       },
       fault::body_too_large, "100000", 200, true},
      {"has_an_unknown_coding", says(response("abc", "Content-Encoding: zstd\r\n")),
       fault::bad_encoding, "zstd", 200},
      {"has_no_gzip_in_its_gzip",
       says(response("not gzip at all, but long enough to look at", "Content-Encoding: gzip\r\n")),
       fault::bad_encoding, "gzip", 200},
  };
  return rows;
}

} // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_DATA_TEST_CASE(names_the_fault_of_a_server_that, boost::unit_test::data::make(fault_rows()),
                     row) {
  scripted_server server(row.script);
  bool timed = row.expected == fault::header_timeout || row.expected == fault::body_timeout;
  test::http_probe probe(timed ? test::hasty_options() : test::patient_options());
  auto before = std::chrono::steady_clock::now();
  auto answer = probe.get(server.url());
  BOOST_TEST(answer.error == row.expected, answer.error << ": " << answer.detail);
  BOOST_TEST(answer.detail.find(row.detail) != std::string::npos, answer.detail);
  BOOST_TEST(!answer.detail.empty());
  BOOST_TEST(answer.status == row.status);
  BOOST_TEST((answer.body == nullptr));
  BOOST_TEST(server.connections() == 1u); // a fresh connection's failure is not tried again
  if (row.early)
    BOOST_TEST((std::chrono::steady_clock::now() - before < 5s));
}

BOOST_AUTO_TEST_CASE(names_a_refused_connection) {
  std::string url;
  {
    scripted_server gone(says(""));
    url = gone.url();
  }
  auto answer = test::http_probe().get(url);
  BOOST_TEST(answer.error == fault::connect_refused);
  BOOST_TEST(answer.detail == "Connection refused");
}

BOOST_AUTO_TEST_CASE(names_a_connection_that_hangs) {
  test::full_listener full;
  auto answer = test::http_probe(test::hasty_options())
                    .get("http://127.0.0.1:" + std::to_string(full.port()) + "/");
  BOOST_TEST(answer.error == fault::connect_timeout, answer.error << ": " << answer.detail);
}

BOOST_AUTO_TEST_CASE(names_a_host_that_does_not_resolve) {
  auto answer = test::http_probe().get("http://no-such-host.invalid/");
  BOOST_TEST(answer.error == fault::dns_failed, answer.error << ": " << answer.detail);
  BOOST_TEST(!answer.detail.empty());
}

BOOST_AUTO_TEST_CASE(names_an_empty_url) {
  io::io_loop loop;
  io::http_client client(loop, test::patient_options());
  fault got = fault::none;
  client.get(crawl::url(), [&](crawl::fetched answer) { got = answer.error; });
  BOOST_TEST(got == fault::none); // never from inside get()
  loop.run();
  BOOST_TEST(got == fault::bad_response);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(asks_as_http_wants_it) {
  scripted_server server(says(response("hello")));
  auto options = test::patient_options();
  options.user_agent = "probe/1.0\r\nX-Smuggled: 1";
  test::http_probe probe(options);
  auto answer = probe.get("http://us%20er:p%3Aw@" + server.authority() + "/a%20b?q=1#part");
  BOOST_TEST(answer.error == fault::none);
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(test::text(answer) == "hello");
  BOOST_TEST(answer.wire_bytes == 5u);
  BOOST_REQUIRE(server.requests().size() == 1u);
  auto request = server.requests()[0];
  auto has = [&](const std::string& line) { return request.find(line) != std::string::npos; };
  BOOST_TEST(request.starts_with("GET /a%20b?q=1 HTTP/1.1\r\n"), request);
  BOOST_TEST(has("\r\nHost: " + server.authority() + "\r\n"), request);
  BOOST_TEST(has("\r\nUser-Agent: probe/1.0  X-Smuggled: 1\r\n"), request);
  BOOST_TEST(has("\r\nAccept-Encoding: gzip, deflate, br\r\n"), request);
  BOOST_TEST(has("\r\nAuthorization: Basic dXMgZXI6cDp3\r\n"), request);
  BOOST_TEST(has("\r\nAccept: "), request);
}

BOOST_AUTO_TEST_CASE(asks_for_plain_bodies_when_told) {
  scripted_server server(says(response("hello")));
  auto options = test::patient_options();
  options.accept_compressed = false;
  test::http_probe probe(options);
  probe.get(server.url());
  BOOST_TEST(server.requests().at(0).find("Accept-Encoding: identity\r\n") != std::string::npos);
  BOOST_TEST(server.requests().at(0).find("gzip") == std::string::npos);
}

struct body_row {
  const char* name;
  std::string bytes;
  int status;
  std::string body;
};

std::ostream& operator<<(std::ostream& out, const body_row& row) { return out << row.name; }

const std::vector<body_row>& body_rows() {
  static const std::vector<body_row> rows = {
      {"of_a_length", response("hello"), 200, "hello"},
      {"of_no_bytes", response(""), 200, ""},
      {"of_a_length_told_twice_alike", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
       200, "hello"},
      {"in_chunks", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200,
       "hello"},
      {"in_chunks_with_extensions",
       ok + "Transfer-Encoding: Chunked\r\n\r\n5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n", 200,
       "hello"},
      {"in_chunks_with_trailers",
       ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nLocation: /trap\r\n\r\n", 200,
       "hello"},
      {"up_to_the_close", ok + "\r\nhello", 200, "hello"},
      {"of_http_1_0", "HTTP/1.0 200 OK\r\n\r\nhello", 200, "hello"},
      {"behind_interim_answers",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLocation: /x\r\n\r\n"
           + response("hello"),
       200, "hello"},
      {"of_404", response("gone", "", "404 Not Found"), 404, "gone"},
      {"of_a_status_without_words", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
      {"behind_a_folded_header_line", ok + "A: b\r\n c\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
      {"of_as_many_bytes_as_allowed", response(std::string(100'000, 'x')), 200,
       std::string(100'000, 'x')},
      {"behind_a_header_as_long_as_allowed",
       ok + "Content-Length: 2\r\nA: " + std::string(8192 - 17 - 19 - 3 - 4, 'a') + "\r\n\r\nhi",
       200, "hi"},
  };
  return rows;
}

BOOST_DATA_TEST_CASE(takes_a_body, boost::unit_test::data::make(body_rows()), row) {
  scripted_server server(says(row.bytes));
  auto answer = test::http_probe().get(server.url());
  BOOST_TEST(answer.error == fault::none, answer.error << ": " << answer.detail);
  BOOST_TEST(answer.status == row.status);
  BOOST_TEST((test::text(answer) == row.body));
  BOOST_TEST(answer.wire_bytes == row.body.size());
  BOOST_TEST(answer.location == "");
}

// The same bytes, one at a time: every state of the reader is left and entered again.
BOOST_AUTO_TEST_CASE(takes_an_answer_that_comes_byte_by_byte) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.drip("HTTP/1.1 100 Continue\r\n\r\n" + ok
               + "Transfer-Encoding: chunked\r\nX-Robots-Tag: none\r\n\r\n"
                 "3;x\r\nhel\r\n2\r\nlo\r\n0\r\nT: r\r\n\r\n",
           1ms);
    p.hold();
  });
  auto answer = test::http_probe().get(server.url());
  BOOST_TEST(answer.error == fault::none, answer.detail);
  BOOST_TEST(test::text(answer) == "hello");
  BOOST_TEST(answer.robots_tag == "none");
}

BOOST_AUTO_TEST_CASE(has_no_body_where_http_has_none) {
  for (auto status : {"204 No Content", "304 Not Modified"}) {
    scripted_server server(
        says_and_holds(std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 5\r\n\r\n"));
    auto answer = test::http_probe().get(server.url());
    BOOST_TEST(answer.error
               == (answer.status == 204 ? fault::none : fault::not_modified_unasked));
    BOOST_TEST((answer.body == nullptr));
  }
}

BOOST_AUTO_TEST_CASE(hands_the_headers_over_as_sent) {
  scripted_server server(says(response("x",
                                       "content-type: Text/HTML; charset=GBK\r\n"
                                       "LOCATION:   ../there?a=b  \r\n"
                                       "Retry-After: 120\r\n"
                                       "X-Robots-Tag: noindex\r\n"
                                       "x-robots-tag: otherbot: nofollow\r\n",
                                       "301 Moved")));
  auto answer = test::http_probe().get(server.url());
  BOOST_TEST(answer.status == 301);
  BOOST_TEST(answer.content_type == "Text/HTML; charset=GBK");
  BOOST_TEST(answer.location == "../there?a=b");
  BOOST_TEST(answer.retry_after == "120");
  BOOST_TEST(answer.robots_tag == "noindex, otherbot: nofollow");
}

BOOST_AUTO_TEST_CASE(takes_a_location_that_is_said_twice_and_many_where_they_mean_nothing) {
  scripted_server same(says(response("x", "Location: /a\r\nLocation: /a\r\n", "302 Found")));
  auto answer = test::http_probe().get(same.url());
  BOOST_TEST((answer.error == fault::none), answer.detail);
  BOOST_TEST(answer.location == "/a");
  scripted_server page(says(response("x", "Location: /a\r\nLocation: /b\r\n")));
  answer = test::http_probe().get(page.url());
  BOOST_TEST((answer.error == fault::none), answer.detail);
  BOOST_TEST(test::text(answer) == "x");
}

BOOST_AUTO_TEST_CASE(tells_the_date_of_retry_after_in_seconds) {
  const auto retry_after = [](const std::string& value) {
    scripted_server server(says(response("", "Retry-After: " + value + "\r\n", "503 Later")));
    return test::http_probe().get(server.url()).retry_after;
  };
  BOOST_TEST(retry_after("Sun, 06 Nov 1994 08:49:37 GMT") == "0");
  const auto wait = retry_after("Fri, 31 Dec 9999 23:59:59 GMT");
  BOOST_TEST(wait.find_first_not_of("0123456789") == std::string::npos, wait);
  BOOST_TEST(wait.size() == 9u, wait); // ten years: nobody waits for longer
  BOOST_TEST(retry_after("soon") == "soon");
  BOOST_TEST(retry_after("-5") == "-5");
}

BOOST_AUTO_TEST_CASE(follows_who_sends_elsewhere_whatever_the_body) {
  scripted_server moved(
      says(response("no gzip", "Location: /there\r\nContent-Encoding: gzip\r\n", "301 Moved")));
  auto answer = test::http_probe().get(moved.url());
  BOOST_TEST((answer.error == fault::none), answer.detail);
  BOOST_TEST(answer.detail == "");
  BOOST_TEST(answer.location == "/there");
  BOOST_TEST((answer.body == nullptr));
  scripted_server nowhere(says(response("no gzip", "Content-Encoding: gzip\r\n", "301 Moved")));
  BOOST_TEST((test::http_probe().get(nowhere.url()).error == fault::bad_encoding));
}

BOOST_AUTO_TEST_CASE(cuts_a_body_where_told) {
  const std::string long_body(50'000, 'x');
  scripted_server known(says_and_holds(response(long_body)));
  scripted_server unknown([&](peer& p) {
    p.read_request();
    p.send(ok + "\r\n");
    p.send_without_end(long_body);
  });
  test::http_probe probe;
  for (auto* server : {&known, &unknown}) {
    auto answer = probe.get(server->url(), 1000);
    BOOST_TEST(answer.error == fault::none, answer.detail);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST((test::text(answer) == std::string(1000, 'x')));
    BOOST_TEST(answer.wire_bytes == 1000u);
  }
  BOOST_TEST(test::text(probe.get(known.url(), 50'000)).size() == 50'000u);
}

BOOST_AUTO_TEST_CASE(cutting_allows_more_than_the_ordinary_limit) {
  scripted_server server(says(response(std::string(150'000, 'x'))));
  auto answer = test::http_probe().get(server.url(), 200'000);
  BOOST_TEST(answer.error == fault::none, answer.detail);
  BOOST_TEST(test::text(answer).size() == 150'000u);
}

BOOST_AUTO_TEST_CASE(tells_how_long_it_took) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.pause(60ms);
    p.send(response("x"));
  });
  auto answer = test::http_probe().get(server.url());
  BOOST_TEST((answer.took >= 60ms && answer.took < 5000ms));
}

BOOST_AUTO_TEST_SUITE_END()
