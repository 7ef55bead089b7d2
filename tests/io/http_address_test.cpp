// SPDX-License-Identifier: BSD-3-Clause
// A client with a rule about addresses connects nowhere else, whatever the address is called.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <memory>
#include <string>

#include "io/crawl/robots.hpp"
#include "io/http/blocking.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

io::http_options options_with(std::initializer_list<const char*> allowed) {
  auto options = test::patient_options();
  auto rule = std::make_shared<crawl::address_rule>();
  for (const auto* range : allowed)
    BOOST_REQUIRE(rule->allow(range) == "");
  options.addresses = rule;
  return options;
}

scripted_server::script answers(std::string bytes) {
  return [bytes = std::move(bytes)](peer& p) {
    while (!p.read_request().empty())
      p.send(bytes);
  };
}

// All of them are this machine.
const char* const disguises[] = {"127.0.0.1",
                                 "127.1",
                                 "0x7f.1",
                                 "2130706433",
                                 "017700000001",
                                 "0x7f000001",
                                 "localhost",
                                 "0.0.0.0",
                                 "0",
                                 "[::ffff:127.0.0.1]",
                                 "[::1]",
                                 "[::ffff:7f00:1]",
                                 "127.0.0.1.",
                                 "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1"};

} // namespace

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_DATA_TEST_CASE(of_this_machine_are_refused, boost::unit_test::data::make(disguises), host) {
  scripted_server server(answers(response("inside")));
  test::http_probe probe(options_with({}));
  const auto got =
      probe.ask("http://" + std::string{host} + ":" + std::to_string(server.port()) + "/").get();
  BOOST_TEST(got.error == fault::address_refused, got.detail);
  BOOST_TEST(!got.detail.empty());
  BOOST_TEST(got.status == 0);
  BOOST_TEST(server.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(of_this_machine_are_reached_where_that_is_allowed) {
  scripted_server server(answers(response("inside")));
  for (const auto* host : {"127.0.0.1", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"}) {
    test::http_probe probe(options_with({"127.0.0.0/8"}));
    const auto got =
        probe.ask("http://" + std::string{host} + ":" + std::to_string(server.port()) + "/").get();
    BOOST_TEST(got.error == fault::none, host << ": " << got.detail);
    BOOST_TEST(got.status == 200);
  }
}

BOOST_AUTO_TEST_CASE(that_a_redirect_names_are_judged_like_others) {
  scripted_server inside(answers(response("inside")), {.ipv6 = true});
  scripted_server outside(answers(response("", "Location: " + inside.url() + "\r\n", "302 Found")));
  test::http_probe probe(options_with({"127.0.0.0/8"})); // and not ::1
  const auto first = probe.ask(outside.url()).get();
  BOOST_TEST(first.status == 302);
  const auto second = probe.ask(first.location).get();
  BOOST_TEST(second.error == fault::address_refused);
  BOOST_TEST(inside.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(are_refused_by_the_blocking_face_too) {
  scripted_server server(answers(response("inside")));
  io::blocking_client client(options_with({}));
  BOOST_TEST(client.get(test::url_of(server.url())).error == fault::address_refused);
  BOOST_TEST(server.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(no_proxy_stands_in_between) {
  scripted_server proxy(answers(response("from the proxy")));
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  auto options = options_with({});
  options.use_proxy_environment = true;
  test::http_probe ruled(options);
  options.addresses = nullptr;
  test::http_probe unruled(options);
  ::unsetenv("http_proxy");
  const auto got = ruled.ask("http://10.0.0.1/").get();
  BOOST_TEST(got.error == fault::address_refused);
  BOOST_TEST(proxy.connections() == 0u);
  BOOST_TEST(unruled.ask("http://10.0.0.1/").get().status == 200); // and it would have been used
}

BOOST_AUTO_TEST_CASE(are_a_clients_own_and_so_are_connections) {
  scripted_server server(answers(response("inside")));
  io::io_loop loop;
  loop.start();
  io::http_client free(loop, test::patient_options());
  io::http_client ruled(loop, options_with({}));
  const auto ask = [&](io::http_client& client) {
    std::promise<crawl::fetched> got;
    client.get(test::url_of(server.url()), [&](crawl::fetched x) { got.set_value(std::move(x)); });
    return got.get_future().get();
  };
  BOOST_TEST(ask(free).status == 200); // its connection is kept open now
  BOOST_TEST(ask(ruled).error == fault::address_refused);
  BOOST_TEST(ask(free).status == 200);
  BOOST_TEST(server.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(refused_are_not_taken_for_an_unreachable_robots_file) {
  io::blocking_client client(options_with({}));
  const auto got = io::fetch_robots(client, "http://127.0.0.1:9", "a", {});
  BOOST_TEST(got.error == fault::address_refused);
  BOOST_TEST(!got.unreachable);
  BOOST_TEST(got.rules->allows("/x"));
}

BOOST_AUTO_TEST_CASE(refused_at_the_end_of_a_redirect_of_robots_forbid_everything) {
  scripted_server server(
      answers(response("", "Location: http://10.0.0.1/robots.txt\r\n", "301 Moved")));
  io::blocking_client client(options_with({"127.0.0.0/8"}));
  const auto got = io::fetch_robots(client, "http://" + server.authority(), "a", {});
  BOOST_TEST(got.error == fault::address_refused);
  BOOST_TEST(got.unreachable);
  BOOST_TEST(!got.rules->allows("/x"));
  BOOST_TEST((got.rules->why().find("private") != std::string::npos), got.rules->why());
}

BOOST_AUTO_TEST_SUITE_END()
