// SPDX-License-Identifier: BSD-3-Clause
// What a client's requests carry besides: headers, passwords and cookies for those that they are
// for, and conditions.
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

#include "io/crawl/robots.hpp"
#include "io/http/blocking.hpp"
#include "io/http/cookies.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

scripted_server::script answers(std::string bytes) {
  return [bytes = std::move(bytes)](peer& p) {
    while (!p.read_request().empty())
      p.send(bytes);
  };
}

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
    ++n;
  return n;
}

io::http_options with_extras(const scripted_server& home, bool everywhere = false) {
  auto options = test::patient_options();
  crawl::request_extras e;
  e.headers = {{"X-Key", "abc"}, {"accept", "text/x"}};
  e.everywhere = everywhere;
  e.credentials = "user:word";
  e.add_home({test::url_of(home.url())});
  options.extras = std::make_shared<const crawl::request_extras>(e);
  return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(requests)

BOOST_AUTO_TEST_CASE(carry_headers_home_and_nowhere_else) {
  scripted_server home(answers(response("x"))), other(answers(response("x")));
  io::blocking_client client(with_extras(home));
  client.get(test::url_of(home.url("/a")));
  client.get(test::url_of(other.url("/a")));
  BOOST_TEST(home.requests().at(0)
             == "GET /a HTTP/1.1\r\nHost: " + home.authority()
                    + "\r\nUser-Agent: probe/1.0\r\nAccept-Encoding: gzip, deflate, br\r\n"
                      "X-Key: abc\r\naccept: text/x\r\n"
                      "Authorization: Basic dXNlcjp3b3Jk\r\n\r\n");
  const auto there = other.requests().at(0);
  BOOST_TEST(times(there, "X-Key") == 0u);
  BOOST_TEST(times(there, "Authorization") == 0u);
  BOOST_TEST(times(there, "Accept: text/html") == 1u);
  io::blocking_client loud(with_extras(home, true));
  loud.get(test::url_of(other.url()));
  BOOST_TEST(times(other.requests().at(1), "X-Key: abc") == 1u);
  BOOST_TEST(times(other.requests().at(1), "Authorization") == 0u);
}

BOOST_AUTO_TEST_CASE(say_once_who_they_are) {
  scripted_server home(answers(response("x")));
  auto url = home.url();
  url.insert(url.find("//") + 2, "own:one@");
  io::blocking_client client(with_extras(home));
  client.get(test::url_of(url));
  BOOST_TEST(times(home.requests().at(0), "Authorization") == 1u);
  BOOST_TEST(times(home.requests().at(0), "Authorization: Basic b3duOm9uZQ==") == 1u);
  auto options = with_extras(home);
  auto e = *options.extras;
  e.headers.push_back({"authorization", "Bearer x"});
  options.extras = std::make_shared<const crawl::request_extras>(e);
  io::blocking_client bearer(options);
  bearer.get(test::url_of(url));
  BOOST_TEST(times(home.requests().at(1), "uthorization") == 1u);
  BOOST_TEST(times(home.requests().at(1), "authorization: Bearer x") == 1u);
}

BOOST_AUTO_TEST_CASE(do_not_show_in_a_record_what_may_be_a_secret) {
  scripted_server home(answers(response("x", "Set-Cookie: sid=1\r\n")));
  auto options = with_extras(home);
  options.record = true;
  options.cookies = std::make_shared<io::cookie_keeper>();
  io::blocking_client client(options);
  client.get(test::url_of(home.url()));
  const auto answer = client.get(test::url_of(home.url()));
  BOOST_TEST(times(home.requests().at(1), "Cookie: sid=1\r\n") == 1u);
  BOOST_REQUIRE(answer.record);
  for (const char* secret : {"abc", "dXNl", "sid"})
    BOOST_TEST(times(answer.record->request, secret) == 0u, secret);
  BOOST_TEST(times(answer.record->request, "Host: ") == 1u);
}

BOOST_AUTO_TEST_CASE(carry_conditions_of_those_that_have_them) {
  const std::string same = "HTTP/1.1 304 Not Modified\r\nETag: \"b\"\r\n\r\n";
  scripted_server server(answers(same));
  test::http_probe probe;
  std::promise<crawl::fetched> got;
  probe.client.get(test::url_of(server.url()),
                   [&](crawl::fetched f) { got.set_value(std::move(f)); },
                   {.earlier = {"W/\"a\"", "Wed, 21 Oct 2015 07:28:00 GMT"}});
  const auto answer = got.get_future().get();
  BOOST_TEST(answer.error == fault::none, answer.detail);
  BOOST_TEST(answer.status == 304);
  BOOST_TEST(answer.now.etag == "\"b\"");
  BOOST_TEST(times(server.requests().at(0), "If-None-Match: W/\"a\"\r\n") == 1u);
  BOOST_TEST(times(server.requests().at(0), "If-Modified-Since: Wed, 21 Oct 2015 07:28:00 GMT\r\n")
             == 1u);
  const auto unasked = probe.get(server.url());
  BOOST_TEST(unasked.error == fault::not_modified_unasked);
  BOOST_TEST(times(server.requests().at(1), "If-") == 0u);
}

BOOST_AUTO_TEST_CASE(for_robots_txt_take_a_304_as_no_rules) {
  scripted_server server(answers("HTTP/1.1 304 Not Modified\r\n\r\n"));
  io::blocking_client client(test::patient_options());
  const auto answer = io::fetch_robots(client, std::string(test::url_of(server.url()).origin()),
                                       "troupe", crawl::limits{});
  BOOST_TEST(answer.rules->allows("/x"));
}

BOOST_AUTO_TEST_CASE(of_several_clients_share_one_jar) {
  scripted_server server(
      answers(response("x", "Set-Cookie: a=1\r\nSet-Cookie: b=2; Max-Age=60\r\n")));
  auto options = test::patient_options();
  options.cookies = std::make_shared<io::cookie_keeper>();
  io::blocking_client one(options), two(options);
  BOOST_TEST(one.get(test::url_of(server.url())).set_cookies.empty());
  two.get(test::url_of(server.url()));
  BOOST_TEST(times(server.requests().at(1), "Cookie: a=1; b=2\r\n") == 1u);
  io::blocking_client none(test::patient_options());
  BOOST_TEST(none.get(test::url_of(server.url())).set_cookies.empty());
  BOOST_TEST(times(server.requests().at(2), "Cookie") == 0u);
}

BOOST_AUTO_TEST_CASE(take_cookies_of_answers_that_go_wrong_later) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.send("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 10\r\n\r\nx");
  });
  auto options = test::patient_options();
  options.cookies = std::make_shared<io::cookie_keeper>();
  io::blocking_client client(options);
  BOOST_TEST(client.get(test::url_of(server.url())).error == fault::connection_lost);
  BOOST_TEST(times(options.cookies->text(), "\ta\t1\n") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
