// SPDX-License-Identifier: BSD-3-Clause
// Two systems in one process, joined by a pair of sockets: what passes, what is told at the end.

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "tests/runtime/network_trial.hpp"

using namespace troupe;
using namespace troupe::network_trial;
using runtime::network_fault;

namespace {

// A server with a published oracle and a client that has its handle; a relay between them.
struct joined {
  node server, client;
  std::shared_ptr<oracle_diary> diary = std::make_shared<oracle_diary>();
  oracle_actor local = runtime::spawn<oracle>(server.system(), diary);
  std::optional<relay> between{std::in_place};
  oracle_actor remote;

  joined() {
    server.port->publish(local);
    server.port->accept(between->outer(0));
    auto came = client.connect(between->outer(1));
    BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
    remote = came.peer;
  }
  // Its request for work keeps the oracle until that would have timed out, answered or not.
  ~joined() { runtime::stop(local); }
};

} // namespace

BOOST_AUTO_TEST_CASE(answers_a_request_from_the_other_side) {
  joined both;
  BOOST_TEST(ask(both.client, both.remote, 41).value() == 42u);
  BOOST_TEST(both.server.port->connections() == 1u);
  BOOST_TEST(both.client.port->connections() == 1u);
}

BOOST_AUTO_TEST_CASE(needs_nothing_between_the_two) {
  node server, client;
  const auto local = runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>());
  socket_pair pair;
  server.port->publish(local);
  server.port->accept(pair.take(0));
  const auto came = client.connect(pair.take(1));
  BOOST_REQUIRE(came.fault == network_fault::none);
  BOOST_TEST(ask(client, came.peer, 1).value() == 2u);
}

BOOST_AUTO_TEST_CASE(carries_handles_by_which_the_server_asks_back) {
  joined both;
  const auto who = runtime::spawn<worker>(both.client.system());
  runtime::post(both.remote, want_work{who});
  BOOST_TEST(both.diary->work_done.wait() == 42u);
  runtime::stop(who);
  both.diary->gone.wait(); // and a worker's end is told across
}

BOOST_AUTO_TEST_CASE(tells_both_sides_when_the_connection_is_cut) {
  joined both;
  const auto who = runtime::spawn<worker>(both.client.system());
  const auto gone = std::make_shared<heard<std::string>>();
  const auto watching = runtime::spawn<widow>(both.client.system(), both.remote, gone);
  runtime::post(both.remote, want_work{who});
  both.diary->work_done.wait();
  both.between->cut();
  BOOST_TEST(gone->wait().find("remote_link_unreachable") != std::string::npos);
  BOOST_TEST(both.diary->gone.wait().find("remote_link_unreachable") != std::string::npos);
  BOOST_TEST(comes_true([&] { return both.server.port->connections() == 0; }));
  BOOST_TEST(comes_true([&] { return both.client.port->connections() == 0; }));
  runtime::stop(who);
}

BOOST_AUTO_TEST_CASE(tells_both_sides_when_a_port_ends) {
  joined both;
  const auto who = runtime::spawn<worker>(both.client.system());
  const auto gone = std::make_shared<heard<std::string>>();
  const auto watching = runtime::spawn<widow>(both.client.system(), both.remote, gone);
  runtime::post(both.remote, want_work{who});
  both.diary->work_done.wait();
  both.server.port.reset();
  gone->wait();
  both.diary->gone.wait();
  runtime::stop(who);
}

BOOST_AUTO_TEST_CASE(connects_anew_after_a_cut) {
  joined both;
  for (int i = 0; i < 3; ++i) {
    const auto gone = std::make_shared<heard<std::string>>();
    const auto watching = runtime::spawn<widow>(both.client.system(), both.remote, gone);
    both.between->cut();
    gone->wait();
    BOOST_REQUIRE(comes_true([&] { return both.server.port->connections() == 0; }));
    both.between.emplace();
    both.server.port->accept(both.between->outer(0));
    const auto came = both.client.connect(both.between->outer(1));
    BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
    both.remote = came.peer;
    BOOST_TEST(ask(both.client, both.remote, 5).value() == 6u);
  }
}

// The client notices the loss before the server does. If the server took it in again, the loss of
// the first connection would be none to it, and who watched the client's actors would never hear.
BOOST_AUTO_TEST_CASE(lets_nobody_in_again_before_everybody_knows_that_he_was_gone) {
  joined both;
  const auto who = runtime::spawn<worker>(both.client.system());
  runtime::post(both.remote, want_work{who});
  both.diary->work_done.wait();
  both.between->cut(false, true);
  BOOST_REQUIRE(comes_true([&] { return both.client.port->connections() == 0; }));

  relay second;
  both.server.port->accept(second.outer(0));
  both.client.connect(second.outer(1)); // an answer may be under way before its end
  BOOST_TEST(comes_true([&] { return both.server.port->connections() == 1; }));
  BOOST_TEST(comes_true([&] { return both.client.port->connections() == 0; }));
  BOOST_TEST(both.diary->gone.size() == 0u);

  both.between->cut();
  BOOST_TEST(both.diary->gone.wait().find("remote_link_unreachable") != std::string::npos);
  BOOST_REQUIRE(comes_true([&] { return both.server.port->connections() == 0; }));
  relay third;
  both.server.port->accept(third.outer(0));
  const auto came = both.client.connect(third.outer(1));
  BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
  BOOST_TEST(ask(both.client, came.peer, 5).value() == 6u);
  third.cut();
  runtime::stop(who);
}

BOOST_AUTO_TEST_CASE(serves_two_clients) {
  joined both;
  node second;
  socket_pair pair;
  both.server.port->accept(pair.take(0));
  const auto came = second.connect(pair.take(1));
  BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
  BOOST_TEST(ask(second, came.peer, 6).value() == 7u);
  BOOST_TEST(ask(both.client, both.remote, 7).value() == 8u);
  // One leaves, and the other does not notice.
  second.port.reset();
  BOOST_TEST(comes_true([&] { return both.server.port->connections() == 1; }));
  BOOST_TEST(ask(both.client, both.remote, 8).value() == 9u);
}

BOOST_AUTO_TEST_CASE(gives_later_clients_what_is_published_later) {
  joined both;
  const auto other = runtime::spawn<worker>(both.server.system());
  both.server.port->publish(other);
  node second;
  socket_pair pair;
  both.server.port->accept(pair.take(0));
  const auto came = second.connect<worker_actor>(pair.take(1));
  BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
  BOOST_TEST(ask(second, came.peer, 6).value() == 12u);
  BOOST_TEST(ask(both.client, both.remote, 6).value() == 7u);
}

BOOST_AUTO_TEST_CASE(carries_a_message_of_two_mebibytes) {
  joined both;
  const std::string bytes(std::size_t{2} << 20, 'x');
  caf::scoped_actor self{both.client.system()};
  std::size_t came = 0;
  runtime::request(self.ptr(), both.remote, std::chrono::minutes(1), parcel{bytes})
      .receive([&](const parcel& x) { came = x.bytes == bytes ? x.bytes.size() : 0; },
               [](const caf::error&) {});
  BOOST_TEST(came == bytes.size());
}

BOOST_AUTO_TEST_CASE(ends_a_connection_whose_message_is_too_long) {
  node server{1 << 20}, client;
  const auto local = runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>());
  server.port->publish(local);
  socket_pair pair;
  server.port->accept(pair.take(0));
  const auto came = client.connect(pair.take(1));
  BOOST_REQUIRE(came.fault == network_fault::none);
  const auto gone = std::make_shared<heard<std::string>>();
  const auto watching = runtime::spawn<widow>(client.system(), came.peer, gone);
  runtime::post(came.peer, parcel{std::string(std::size_t{2} << 20, 'x')});
  gone->wait();
  BOOST_TEST(comes_true([&] { return server.port->connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(refuses_a_wrong_interface_in_words) {
  node server, client;
  const auto local = runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>());
  server.port->publish(local);
  socket_pair pair;
  server.port->accept(pair.take(0));
  const auto came = client.connect<stranger_actor>(pair.take(1));
  BOOST_TEST(!came.peer);
  BOOST_TEST((came.fault == network_fault::wrong_interface));
  BOOST_TEST_MESSAGE(came.words);
  BOOST_TEST(came.words.find("answer") != std::string::npos, came.words);
  BOOST_TEST(comes_true([&] { return client.port->connections() == 0; }));
  BOOST_TEST(comes_true([&] { return server.port->connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(takes_a_part_of_an_interface) {
  node server, client;
  const auto local = runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>());
  server.port->publish(local);
  socket_pair pair;
  server.port->accept(pair.take(0));
  const auto came = client.connect<worker_actor>(pair.take(1));
  BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
  BOOST_TEST(ask(client, came.peer, 1).value() == 2u);
}

BOOST_AUTO_TEST_CASE(says_that_nobody_is_published) {
  node server, client;
  socket_pair pair;
  server.port->accept(pair.take(0));
  const auto came = client.connect(pair.take(1));
  BOOST_TEST((came.fault == network_fault::nobody));
  BOOST_TEST(comes_true([&] { return client.port->connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(gives_up_on_a_silent_peer_by_the_deadline) {
  node client;
  socket_pair pair;
  const auto came = client.connect(pair.take(1), std::chrono::milliseconds(50));
  BOOST_TEST((came.fault == network_fault::deadline));
  BOOST_TEST(!came.words.empty());
  BOOST_TEST(read_to_end(pair.end(0)).has_value()); // it let go
  BOOST_TEST(comes_true([&] { return client.port->connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(says_that_a_peer_closed_before_it_spoke) {
  node client;
  socket_pair pair;
  pair.close(0);
  const auto came = client.connect(pair.take(1));
  BOOST_TEST((came.fault == network_fault::closed));
  BOOST_TEST(!came.words.empty());
}

BOOST_AUTO_TEST_CASE(answers_a_waiting_connect_when_the_port_ends) {
  node client;
  socket_pair pair;
  heard<network_fault> came;
  client.port->connect<oracle_actor>(pair.take(1), std::chrono::hours(1),
                                     [&came](const auto& x) { came.say(x.fault); });
  client.port.reset();
  BOOST_TEST((came.wait() == network_fault::closed));
  BOOST_TEST(came.size() == 0u);
}

BOOST_AUTO_TEST_CASE(takes_no_pipe_for_a_socket) {
  node client;
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const auto before = open_descriptors();
  BOOST_TEST((client.connect(ends[0]).fault == network_fault::not_a_stream));
  client.port->accept(ends[1]);
  BOOST_TEST(open_descriptors() == before - 2);
}
