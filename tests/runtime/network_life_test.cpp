// SPDX-License-Identifier: BSD-3-Clause
// What a port leaves behind: nothing, neither descriptors nor actors nor a system that cannot end.

#include <boost/test/unit_test.hpp>

#include <caf/actor_registry.hpp>

#include "tests/runtime/network_trial.hpp"

using namespace troupe;
using namespace troupe::network_trial;
using runtime::network_fault;

BOOST_AUTO_TEST_CASE(a_system_that_does_not_ask_has_no_network) {
  runtime::actor_runtime<caf::id_block::network_trial> plain;
  BOOST_TEST(!plain.system().has_middleman());
  BOOST_CHECK_THROW(runtime::network_port{plain.system()}, std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_network_is_one_thread_more_and_nothing_bound) {
  const auto count = [](void (*network)(caf::actor_system_config&)) {
    runtime::actor_runtime<caf::id_block::network_trial> actors{{.threads = 1, .network = network}};
    std::optional<runtime::network_port> port;
    if (network)
      port.emplace(actors.system());
    BOOST_TEST(listening_sockets() == 0u);
    return threads();
  };
  count(runtime::network_layer); // whatever starts only once has started
  const auto without = count(nullptr);
  BOOST_TEST(count(runtime::network_layer) == without + 1);
}

BOOST_AUTO_TEST_CASE(two_hundred_connections_leave_nothing) {
  node server, client;
  const auto local = runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>());
  server.port->publish(local);
  const auto round = [&] {
    relay between;
    server.port->accept(between.outer(0));
    const auto came = client.connect(between.outer(1));
    BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
    BOOST_REQUIRE(ask(client, came.peer, 1).value() == 2u);
    between.cut();
    // The same two nodes have one connection: the next waits for the end of this one.
    BOOST_REQUIRE(comes_true(
        [&] { return server.port->connections() == 0 && client.port->connections() == 0; }));
  };
  const auto server_actors = server.system().registry().running();
  const auto client_actors = client.system().registry().running();
  const auto at_rest = [&] { // what a round began may outlive it for a moment
    return server.system().registry().running() == server_actors
           && client.system().registry().running() == client_actors;
  };
  round();
  BOOST_TEST(comes_true(at_rest));
  const auto descriptors = open_descriptors();
  for (int i = 0; i < 200; ++i)
    round();
  BOOST_TEST(comes_true(at_rest));
  BOOST_TEST(comes_true([&] { return open_descriptors() == descriptors; }));
  runtime::stop(local);
}

BOOST_AUTO_TEST_CASE(two_hundred_failed_connections_leave_nothing) {
  node client;
  const auto round = [&](int i) {
    socket_pair pair;
    if (i % 2 == 0)
      pair.close(0);
    const auto came =
        client.connect(pair.take(1), std::chrono::milliseconds(i % 2 == 0 ? 60'000 : 1));
    BOOST_TEST((came.fault == (i % 2 == 0 ? network_fault::closed : network_fault::deadline)));
    BOOST_REQUIRE(comes_true([&] { return client.port->connections() == 0; }));
  };
  const auto actors = client.system().registry().running();
  const auto at_rest = [&] { return client.system().registry().running() == actors; };
  round(0);
  BOOST_TEST(comes_true(at_rest));
  const auto descriptors = open_descriptors();
  for (int i = 0; i < 200; ++i)
    round(i);
  BOOST_TEST(comes_true(at_rest));
  BOOST_TEST(comes_true([&] { return open_descriptors() == descriptors; }));
}

// Nobody stops the oracle, and the client's widow holds its handle to the last: both systems end
// all the same, once the handles of this test are given up.
BOOST_AUTO_TEST_CASE(systems_end_though_handles_were_held) {
  const auto descriptors = [] {
    node server, client;
    const auto before = open_descriptors();
    server.port->publish(runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>()));
    socket_pair pair;
    server.port->accept(pair.take(0));
    auto came = client.connect(pair.take(1));
    BOOST_REQUIRE_MESSAGE(came.fault == network_fault::none, came.words);
    runtime::spawn<widow>(client.system(), came.peer, std::make_shared<heard<std::string>>());
    BOOST_TEST(ask(client, came.peer, 1).value() == 2u);
    return before;
  }();
  BOOST_TEST(open_descriptors() < descriptors);
}

// The same with the systems ended while a peer neither reads nor closes.
BOOST_AUTO_TEST_CASE(a_system_ends_though_its_peer_does_not_let_go) {
  socket_pair pair, other;
  {
    node server, client;
    server.port->publish(runtime::spawn<oracle>(server.system(), std::make_shared<oracle_diary>()));
    server.port->accept(pair.take(0));
    heard<network_fault> came;
    client.port->connect<oracle_actor>(other.take(0), std::chrono::hours(1),
                                       [&came](const auto& x) { came.say(x.fault); });
    client.port.reset();
    BOOST_TEST((came.wait() == network_fault::closed));
  }
  BOOST_TEST(read_to_end(pair.end(1)).has_value());
  BOOST_TEST(read_to_end(other.end(1)).has_value());
}
