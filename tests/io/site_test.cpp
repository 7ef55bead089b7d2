// SPDX-License-Identifier: BSD-3-Clause
#include "io/site/server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include "io/http/asio.hpp"
#include "io/http/decode.hpp"
#include "io/site/expected.hpp"

using namespace troupe;
using namespace troupe::io;
using std::chrono::milliseconds;

namespace {

/// A server on a thread of its own, for one test.
class running_site {
public:
  explicit running_site(site_server_options options = {})
      : server_(std::move(options)),
        site_({.lists = 3, .graph_pages = 10, .origin = server_.origin()}), answers_(site_),
        thread_([this] { server_.run(answers_); }) {}
  ~running_site() {
    server_.stop();
    if (thread_.joinable())
      thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }
  const site::pages& site() const { return site_; }
  /// Returns: how long it took the server to end.
  milliseconds stop() {
    const auto begin = steady::now();
    server_.stop();
    thread_.join();
    return std::chrono::duration_cast<milliseconds>(steady::now() - begin);
  }

private:
  site_server server_;
  site::pages site_;
  site_answers answers_;
  std::thread thread_;
};

/// A client that sends exactly the bytes that it is told to.
class talker {
public:
  explicit talker(std::uint16_t port) : socket_(context_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  }
  talker& say(std::string_view bytes) {
    error_code e; // the server may have hung up: then the answer is what counts
    asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), e);
    return *this;
  }
  /// Returns: all until the server closes.
  std::string hear_all() {
    error_code e;
    char piece[4096];
    while (!e) {
      const std::size_t n = socket_.read_some(asio::buffer(piece), e);
      heard_.append(piece, n);
    }
    return std::exchange(heard_, {});
  }
  /// Returns: one answer with a Content-Length; what follows stays for the next call.
  std::string hear_one() {
    std::size_t end;
    while ((end = heard_.find("\r\n\r\n")) == std::string::npos)
      more();
    const auto at = heard_.find("Content-Length: ");
    BOOST_REQUIRE(at < end);
    const std::size_t size = end + 4 + std::stoul(heard_.substr(at + 16));
    while (heard_.size() < size)
      more();
    std::string one = heard_.substr(0, size);
    heard_.erase(0, size);
    return one;
  }

private:
  void more() {
    char piece[4096];
    const std::size_t n = socket_.read_some(asio::buffer(piece)); // throws at the end
    heard_.append(piece, n);
  }

  asio::io_context context_;
  tcp_socket socket_;
  std::string heard_;
};

std::string get(std::string_view target, std::string_view further = {}) {
  std::string text = "GET ";
  return text.append(target).append(" HTTP/1.1\r\nHost: x\r\n").append(further).append("\r\n");
}

constexpr std::string_view last = "Connection: close\r\n";

std::string ask(std::uint16_t port, std::string_view bytes) {
  return talker(port).say(bytes).hear_all();
}

std::string body_of(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == answer.npos ? std::string{} : std::string(answer.substr(end + 4));
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

BOOST_AUTO_TEST_CASE(answers_get_with_the_page_and_head_without_it) {
  running_site s;
  const std::string page = s.site().make("/sitehome/p/2").body;
  const auto got = ask(s.port(), get("/sitehome/p/2", last));
  BOOST_TEST(got.starts_with("HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(has(got, "Content-Type: text/html; charset=utf-8\r\n"));
  BOOST_TEST(has(got, "\r\nDate: "));
  BOOST_TEST(body_of(got) == page);
  const auto head =
      ask(s.port(), "HEAD /sitehome/p/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  BOOST_TEST(has(head, "Content-Length: " + std::to_string(page.size()) + "\r\n"));
  BOOST_TEST(body_of(head).empty());
}

BOOST_AUTO_TEST_CASE(answers_several_requests_on_one_connection) {
  running_site s;
  talker t(s.port());
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(t.say(get("/sitehome/p/1")).hear_one().starts_with("HTTP/1.1 200"));
  t.say(get("/r/1") + get("/missing/x") + get("/"));
  BOOST_TEST(has(t.hear_one(), "\r\nLocation: /u/user"));
  BOOST_TEST(t.hear_one().starts_with("HTTP/1.1 404 Not Found\r\n"));
  BOOST_TEST(body_of(t.hear_one()) == s.site().make("/").body);
}

BOOST_AUTO_TEST_CASE(looks_at_neither_query_nor_fragment_nor_host_of_a_target) {
  running_site s;
  const std::string home = s.site().make("/").body;
  for (const char* target :
       {"/?a=/b", "/#p3", "http://example.org", "http://example.org/?x", "http://example.org/#y"})
    BOOST_TEST(body_of(ask(s.port(), get(target, last))) == home, target);
  BOOST_TEST(ask(s.port(), get("/x://", last)).starts_with("HTTP/1.1 404"));
}

BOOST_AUTO_TEST_CASE(sends_gzip_to_those_who_take_it) {
  running_site s;
  const auto got =
      ask(s.port(), get("/sitehome/p/1", "Accept-Encoding: br, gzip\r\nConnection: close\r\n"));
  BOOST_TEST(has(got, "Content-Encoding: gzip\r\n"));
  BOOST_TEST(has(got, "Vary: Accept-Encoding\r\n"));
  std::string plain;
  body_decoder decoder;
  const auto verdict = decoder.decode("gzip", body_of(got), {.bytes_max = 1 << 20}, plain);
  BOOST_TEST((verdict.error == crawl::fault::none));
  BOOST_TEST(plain == s.site().make("/sitehome/p/1").body);
  BOOST_TEST(body_of(got).size() < plain.size() / 2);
  // A picture or a PDF gains nothing.
  BOOST_TEST(
      !has(ask(s.port(), get("/files/notes.pdf", "Accept-Encoding: gzip\r\nConnection: close\r\n")),
           "Content-Encoding"));
}

BOOST_AUTO_TEST_CASE(reads_accept_encoding_as_rfc_9110_means_it) {
  for (const char* yes : {"gzip", "GZip", "x-gzip", "br, gzip", "gzip;q=0.5", " gzip ; q=1", "*",
                          "br,*;q=0.1", "gzip;q=0.001"})
    BOOST_TEST(accepts_gzip(yes), yes);
  for (const char* no :
       {"", "br", "identity", "gzip;q=0", "gzip; q=0.000", "*;q=0", "*, gzip;q=0", "gzipx", ","})
    BOOST_TEST(!accepts_gzip(no), no);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_request_and_hangs_up) {
  running_site s;
  for (const char* bad : {"hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
                          "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"})
    BOOST_TEST(ask(s.port(), bad).starts_with("HTTP/1.1 400 "), bad);
}

BOOST_AUTO_TEST_CASE(refuses_other_methods_and_says_which_it_takes) {
  running_site s;
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    const auto got = ask(s.port(), std::string(method)
                                       + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    BOOST_TEST(got.starts_with("HTTP/1.1 405 "), method);
    BOOST_TEST(has(got, "Allow: GET, HEAD\r\n"), method);
    BOOST_TEST(has(got, "Connection: close\r\n"), method);
  }
}

BOOST_AUTO_TEST_CASE(does_not_take_a_body_for_the_next_request) {
  running_site s;
  const auto got = ask(s.port(), "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
                                 "GET /private/1.html HTTP/1.1\r\nHost: x\r\n\r\n");
  BOOST_TEST(got.starts_with("HTTP/1.1 200 OK"));
  BOOST_TEST(got.find("HTTP/1.1", 8) == got.npos); // one answer
}

BOOST_AUTO_TEST_CASE(refuses_a_header_above_its_limit) {
  running_site s({.header_bytes_max = 2'000});
  BOOST_TEST(ask(s.port(), get("/", "X: " + std::string(5'000, 'a') + "\r\n"))
                 .starts_with("HTTP/1.1 431 "));
  BOOST_TEST(ask(s.port(), get("/" + std::string(100'000, 'a'))).starts_with("HTTP/1.1 431 "));
  BOOST_TEST(ask(s.port(),
                 get("/", std::string("X: ") + std::string(500, 'a') + "\r\nConnection: close\r\n"))
                 .starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(speaks_http_1_0_too) {
  running_site s;
  const auto got = ask(s.port(), "GET / HTTP/1.0\r\n\r\n");
  BOOST_TEST(got.starts_with("HTTP/1.1 200 "));
  BOOST_TEST(has(got, "Connection: close\r\n"));
  talker t(s.port());
  const std::string stay = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  BOOST_TEST(has(t.say(stay).hear_one(), "Connection: keep-alive\r\n"));
  BOOST_TEST(has(t.say(stay).hear_one(), "200 OK"));
}

BOOST_AUTO_TEST_CASE(lets_the_delay_of_one_hold_up_no_other) {
  running_site s({.delay_ms = 200});
  std::vector<std::unique_ptr<talker>> talkers;
  const auto begin = steady::now();
  for (int i = 0; i < 20; ++i) {
    talkers.push_back(std::make_unique<talker>(s.port()));
    talkers.back()->say(get("/sitehome/p/1"));
  }
  for (auto& t : talkers)
    BOOST_TEST(t->hear_one().starts_with("HTTP/1.1 200"));
  const auto took = steady::now() - begin;
  BOOST_TEST((took >= milliseconds(195)));
  BOOST_TEST((took < milliseconds(20 * 200 / 2))); // one after the other: 4 s
}

BOOST_AUTO_TEST_CASE(hangs_up_on_those_who_say_nothing_or_too_slowly) {
  running_site s({.idle_ms_max = 100});
  BOOST_TEST(talker(s.port()).hear_all().empty());
  talker slow(s.port());
  slow.say("GET / HTTP/1.1\r\nHo");
  const auto begin = steady::now();
  BOOST_TEST(slow.hear_all().empty());
  BOOST_TEST((steady::now() - begin < milliseconds(5'000)));
}

BOOST_AUTO_TEST_CASE(serves_more_clients_than_it_holds_connections) {
  running_site s({.connections_max = 1});
  auto first = std::make_unique<talker>(s.port());
  BOOST_TEST(first->say(get("/")).hear_one().starts_with("HTTP/1.1 200"));
  talker second(s.port()); // waits in the kernel's queue
  second.say(get("/r/1"));
  std::this_thread::sleep_for(milliseconds(50));
  BOOST_TEST(first->say(get("/")).hear_one().starts_with("HTTP/1.1 200"));
  first.reset();
  BOOST_TEST(second.hear_one().starts_with("HTTP/1.1 301"));
}

BOOST_AUTO_TEST_CASE(lets_answers_in_flight_end_when_it_is_stopped) {
  running_site s({.delay_ms = 300});
  talker idle(s.port()), busy(s.port());
  busy.say(get("/sitehome/p/1"));
  std::this_thread::sleep_for(milliseconds(100));
  std::string answer;
  std::thread listener([&] { answer = busy.hear_all(); });
  const auto took = s.stop();
  listener.join();
  BOOST_TEST(body_of(answer) == s.site().make("/sitehome/p/1").body);
  BOOST_TEST(idle.hear_all().empty());
  BOOST_TEST(took.count() < 1'500);
}

BOOST_AUTO_TEST_CASE(stops_in_the_end_even_if_an_answer_does_not) {
  running_site s({.delay_ms = 60'000, .stop_ms_max = 100});
  talker t(s.port());
  t.say(get("/"));
  std::this_thread::sleep_for(milliseconds(50));
  BOOST_TEST(s.stop().count() < 5'000);
}

BOOST_AUTO_TEST_CASE(survives_clients_that_leave_in_the_middle) {
  running_site s({.delay_ms = 20});
  for (int i = 0; i < 50; ++i) {
    talker t(s.port());
    t.say(get("/sitehome/p/1"));
  }
  BOOST_TEST(ask(s.port(), get("/", last)).starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(refuses_addresses_that_others_can_reach) {
  for (const char* address : {"0.0.0.0", "192.0.2.1", "::", "localhost", "", "127.0.0.1:80"})
    BOOST_CHECK_THROW(site_server({.address = address}), std::invalid_argument);
  BOOST_CHECK_NO_THROW(site_server({.address = "127.0.0.2"}));
}

BOOST_AUTO_TEST_CASE(says_when_the_port_is_taken) {
  site_server first({});
  BOOST_CHECK_EXCEPTION(
      site_server({.port = first.port()}), std::runtime_error, [&](const auto& e) {
        return has(e.what(), "cannot listen on 127.0.0.1 port " + std::to_string(first.port()));
      });
  BOOST_TEST(first.origin() == "http://127.0.0.1:" + std::to_string(first.port()));
}

BOOST_AUTO_TEST_CASE(logs_a_line_a_request_before_its_answer) {
  const std::string path = "site_test_access_" + std::to_string(getpid()) + ".log";
  {
    running_site s({.access_log = path});
    talker t(s.port());
    t.say(get("/r/1?x=1")).hear_one();
    t.say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get("/missing/1.html")).say("what\r\n\r\n");
    t.hear_all();
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    const auto size = [&](const char* p) { return std::to_string(s.site().make(p).body.size()); };
    BOOST_TEST(text.str()
               == "301 GET /r/1?x=1 " + size("/r/1") + "\n200 HEAD / 0\n"
                      + "404 GET /missing/1.html " + size("/missing/1.html") + "\n400 - - 12\n");
  }
  std::remove(path.c_str());
  BOOST_CHECK_THROW(site_server({.access_log = "/nonexistent/log"}), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(prepares_no_more_than_its_memory_holds_and_answers_all_the_same) {
  const site::pages site({.lists = 3});
  site_answers small(site, 200'000), all(site);
  small.prepare();
  all.prepare();
  BOOST_TEST(all.prepared() == 64u);
  BOOST_TEST(small.prepared() >= 1u);
  BOOST_TEST(small.prepared() <= 3u);
  for (const auto& path : site.main_paths(100))
    BOOST_TEST(small.find(path)->gzip.body == all.find(path)->gzip.body, path);
}

BOOST_AUTO_TEST_CASE(writes_down_what_a_right_crawl_gives) {
  const site::pages site({.seed = 5, .lists = 7, .graph_pages = 60});
  const auto all = boost::json::parse(expected_json(site)).as_object();
  BOOST_TEST(all.at("lists").to_number<int>() == 7);
  BOOST_TEST(all.at("posts").to_number<int>() == 140);
  BOOST_REQUIRE(all.at("list_pages").as_array().size() == 7u);
  const auto& third = all.at("list_pages").as_array()[2].as_object();
  const auto titles = site.make("/sitehome/p/3").titles;
  BOOST_TEST(third.at("path").as_string() == "/sitehome/p/3");
  BOOST_REQUIRE(third.at("titles").as_array().size() == titles.size());
  BOOST_TEST(third.at("titles").as_array()[19].at("text").as_string() == titles[19].text);
  std::uint64_t sum = 0;
  for (const auto& [status, count] : all.at("by_status").as_object())
    sum += count.to_number<std::uint64_t>();
  BOOST_TEST(sum == site::reachable_pages(site).size());
  BOOST_TEST(all.at("reachable").as_array().size() == sum);
  BOOST_TEST(all.at("redirects").to_number<int>() == 11); // /r/1-7, the loop's two, /r/g-7 and 57
  BOOST_TEST(all.at("missing").to_number<int>() == 8);    // one a list, and the graph's page 13
}

BOOST_AUTO_TEST_CASE(writes_the_titles_as_a_crawl_would) {
  const site::pages site({.lists = 2, .origin = "http://127.0.0.1:1"});
  const std::string path = "site_test_items_" + std::to_string(getpid()) + ".jsonl";
  write_expected_items(site, path);
  std::ifstream in(path);
  std::vector<boost::json::object> rows;
  for (std::string line; std::getline(in, line);)
    rows.push_back(boost::json::parse(line).as_object());
  std::remove(path.c_str());
  BOOST_REQUIRE(rows.size() == 40u);
  const auto title = site.make("/sitehome/p/2").titles[3];
  BOOST_TEST(rows[23].at("page").as_string() == "http://127.0.0.1:1/sitehome/p/2");
  BOOST_TEST(rows[23].at("href").as_string() == "http://127.0.0.1:1" + title.href);
  BOOST_TEST(rows[23].at("text").as_string() == title.text);
  BOOST_CHECK_THROW(write_expected_items(site, "/nonexistent/items.jsonl"), std::runtime_error);
}
