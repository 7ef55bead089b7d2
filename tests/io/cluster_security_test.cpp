// SPDX-License-Identifier: BSD-3-Clause
// Whoever reaches a node's port and is none of its cluster: refused in words, and the node goes on.
#include "io/cluster/links.hpp"

#include <functional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "domain/cluster/frame.hpp"
#include "tests/support/cluster_node.hpp"

using namespace troupe;
using namespace troupe::test;
using cluster::frame_kind;
using cluster::hello;

namespace {

// The only bound that is short here: those that make the test wait.
cluster::links_options guarded(const std::string& node) {
  auto o = node_options(node);
  o.self.carrier = "caf 0.17.6";
  o.bounds.message_bytes_max = 1'000;
  return o;
}

hello stranger() {
  auto h = plain_hello("stranger");
  h.carrier = "caf 0.17.6";
  return h;
}

std::string frame(frame_kind kind, std::string_view body = {}) {
  std::string out;
  append_frame(out, kind, body);
  return out;
}

std::string head(int kind, std::uint32_t size) {
  char out[cluster::frame_head_bytes];
  cluster::write_frame_head(out, static_cast<frame_kind>(kind), size);
  return {out, sizeof out};
}

std::string basp(int operation, std::uint32_t size) {
  std::string out(32, '\0');
  out[0] = static_cast<char>(operation);
  for (int i = 0; i < 4; ++i)
    out[4 + i] = static_cast<char>(size >> (24 - 8 * i) & 0xff);
  return out;
}

// A good peer that came before is still there, and another one may come.
void expect_to_serve(cluster_node& node, const linked& before) {
  write_all(before.at_a.get(), basp(6, 0));
  BOOST_TEST(read_exactly(before.at_b.get(), 32) == basp(6, 0));
  cluster_node other(guarded("other"));
  const auto l = connect(other, node);
  write_all(l.at_a.get(), basp(1, 0));
  BOOST_TEST(read_exactly(l.at_b.get(), 32) == basp(1, 0));
}

// The sentences in what a node wrote back: each is a frame of its own.
bool says(const std::string& bytes, const std::string& sentence) {
  return bytes.find(sentence) != bytes.npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(before_it_is_let_in_a_stranger_is_refused_with_its_sentence) {
  cluster_node node(guarded("node")), friendly(guarded("friendly"));
  const auto before = connect(friendly, node);
  write_all(before.at_a.get(), basp(1, 0));
  read_exactly(before.at_b.get(), 32);
  const auto with = [](const std::function<void(hello&)>& change) {
    auto h = stranger();
    change(h);
    return encode(h);
  };
  const auto good = encode(stranger());
  const std::string tls_hello("\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03", 11);
  struct row {
    const char* words;
    std::string bytes, reason;
  };
  const row rows[] = {
      {"a web browser", "GET / HTTP/1.1\r\n\r\n", "it sent something that is no hello"},
      {"noise", std::string(100'000, '\xa5'), "it sent something that is no hello"},
      {"TLS", tls_hello, "it sent TLS, and this node has no certificates"},
      {"a long hello", "TROUPE\r\n\xff\xff", "it sent a hello that is too long"},
      {"no name", with([](hello& h) { h.node = ""; }), "it sent a hello whose node name is none"},
      {"a role", with([](hello& h) { h.roles = 1u << 31; }),
       "it sent a hello with an unknown role"},
      {"another application", with([](hello& h) { h.application = "x"; }), "not of one cluster"},
      {"an older protocol", with([](hello& h) { h.protocol = 0; }), "speaks 0: update that one"},
      {"a newer protocol", with([](hello& h) { h.protocol = 2; }), "speaks 2: update this node"},
      {"an older carrier", with([](hello& h) { h.carrier = "caf 0.17.5"; }), "update that one"},
      {"a newer carrier", with([](hello& h) { h.carrier = "caf 1.1.0"; }), "update this node"},
      {"other messages", with([](hello& h) { ++h.types_hash; }), "have other lists of messages"},
      {"data at once", good + frame(frame_kind::data, "x"), "it sent no answer to the hello"},
      {"an unknown frame", good + head(9, 0), "it sent a frame of unknown kind 9"},
      {"a refusal", good + frame(frame_kind::refuse, "I\nwill not"), "it refused: I?will not"},
  };
  for (const auto& r : rows) {
    const auto peer = raw_connect(node.links().port());
    write_all(peer.get(), r.bytes);
    const auto reason = node.next_refusal();
    BOOST_TEST(says(reason, r.reason), r.words << ": " << reason);
    ::shutdown(peer.get(), SHUT_WR);
    const auto told = read_to_end(peer.get());
    if (std::string(r.words) != "a refusal")
      BOOST_TEST((says(told, r.reason) || says(told, "you" + r.reason.substr(2))), r.words);
  }
  expect_to_serve(node, before);
  BOOST_TEST(node.links().counts().refused == std::size(rows));
}

BOOST_AUTO_TEST_CASE(a_peer_that_breaks_the_rules_later_loses_its_link_only) {
  cluster_node node(guarded("node")), friendly(guarded("friendly"));
  const auto before = connect(friendly, node);
  write_all(before.at_a.get(), basp(1, 0));
  read_exactly(before.at_b.get(), 32);
  const auto data = [](const std::string& bytes) { return frame(frame_kind::data, bytes); };
  struct row {
    const char* words;
    std::string bytes, reason;
  };
  const row rows[] = {
      {"garbage", "\xff\xff\xff\xff\xff", "it sent a frame of unknown kind 255"},
      {"a large frame", head(3, 65'537), "it sent a frame of 65537 bytes"},
      {"the largest frame", head(3, 0xffffffff), "it sent a frame of 4294967295 bytes"},
      {"an odd ping", head(4, 9), "it sent a frame of 9 bytes"},
      {"a second answer", frame(frame_kind::accept), "it sent a second answer to the hello"},
      {"a large message", data(basp(1, 0) + basp(2, 1'001)),
       "its actors sent a message of 1001 bytes, above 1000"},
      {"the largest, in pieces",
       data(basp(1, 0) + basp(2, ~0u).substr(0, 7)) + data(basp(2, ~0u).substr(7)),
       "its actors sent a message of 4294967295 bytes"},
      {"an unknown operation", data(basp(1, 0) + basp(77, 0)),
       "its actors sent a message of unknown operation 77"},
      {"no handshake", data(basp(2, 0)), "its actors sent a message before the handshake"},
      {"an end without a goodbye", "", "it closed the connection without a goodbye"},
      {"an end in a frame", head(3, 10) + "abc", "it closed the connection without a goodbye"},
  };
  for (const auto& r : rows) {
    const auto peer = raw_connect(node.links().port());
    write_all(peer.get(), encode(stranger()) + frame(frame_kind::accept));
    const auto l = node.next_up();
    const descriptor end(l.fd);
    write_all(peer.get(), r.bytes);
    ::shutdown(peer.get(), SHUT_WR);
    const auto reason = node.next_down();
    BOOST_TEST(says(reason, r.reason), r.words << ": " << reason);
    BOOST_TEST(read_to_end(end.get()).size() <= 39u, r.words); // nothing of the bad message's end
  }
  expect_to_serve(node, before);
}

BOOST_AUTO_TEST_CASE(who_is_slow_with_its_hello_is_refused_when_it_is_late) {
  auto o = guarded("node");
  o.bounds.hello_ms_max = 700;
  cluster_node node(o);
  const auto silent = raw_connect(node.links().port());
  BOOST_TEST(node.next_refusal().ends_with(": no hello within 700 ms"));
  const auto bytes = encode(stranger());
  const auto half = raw_connect(node.links().port());
  write_all(half.get(), bytes.substr(0, 20));
  BOOST_TEST(node.next_refusal().ends_with(": no whole hello within 700 ms"));
  const auto mute = raw_connect(node.links().port());
  write_all(mute.get(), bytes);
  BOOST_TEST(node.next_refusal().ends_with(": no answer to the hello within 700 ms"));
  // A byte at a time keeps nobody's place.
  const auto slow = raw_connect(node.links().port());
  try {
    for (const char c : bytes) {
      write_all(slow.get(), std::string_view(&c, 1));
      if (node.links().counts().refused > 3)
        break;
      ::usleep(30'000);
    }
  } catch (const std::runtime_error&) { // it is gone
  }
  BOOST_TEST(node.next_refusal().ends_with(": no whole hello within 700 ms"));
}

BOOST_AUTO_TEST_CASE(half_a_hello_and_an_end) {
  cluster_node node(guarded("node"));
  // A peer that ends its side and goes on reading: one that closes with the node's hello unread
  // resets the connection, and the node hears either.
  const std::pair<std::string, std::string> rows[] = {
      {encode(stranger()).substr(0, 20), ": it closed the connection in its hello"},
      {"", ": it closed the connection before its hello"},
      {encode(stranger()), "without an answer to the hello"},
  };
  for (const auto& [bytes, why] : rows) {
    const auto peer = raw_connect(node.links().port());
    write_all(peer.get(), bytes);
    ::shutdown(peer.get(), SHUT_WR);
    const auto refusal = node.next_refusal();
    BOOST_TEST(refusal.ends_with(why), refusal);
  }
}

BOOST_AUTO_TEST_CASE(a_crowd_without_hellos_keeps_nobody_out) {
  auto o = guarded("node");
  o.bounds.unvetted_max = 4;
  cluster_node node(o);
  std::vector<descriptor> crowd;
  for (int i = 0; i < 10; ++i)
    crowd.push_back(raw_connect(node.links().port()));
  for (int i = 0; i < 6; ++i)
    BOOST_TEST(node.next_refusal().ends_with(
        ": dropped: 4 connections without a hello, and this was the oldest"));
  cluster_node good(guarded("good"));
  connect(good, node);
}

BOOST_AUTO_TEST_CASE(a_listener_that_is_no_node_is_refused) {
  struct row {
    std::string bytes, why;
  };
  const row rows[] = {
      {"220 mail.example.org\r\n", "it sent something that is no hello"},
      {encode(stranger()) + frame(frame_kind::refuse, "not today"), "it refused: not today"},
      {encode(stranger()) + frame(frame_kind::bye), "it sent no answer to the hello"},
  };
  auto o = guarded("node");
  o.port.reset();
  cluster_node node(o);
  for (const auto& r : rows) {
    std::uint16_t port = 0;
    const auto listening = raw_listen(port);
    const auto where = "127.0.0.1:" + std::to_string(port);
    node.dial(where);
    const auto peer = raw_accept(listening.get());
    write_all(peer.get(), r.bytes);
    BOOST_TEST(node.next_failure() == where + ": " + r.why);
  }
}

BOOST_AUTO_TEST_CASE(off_loopback_nothing_goes_without_certificates) {
  const auto fails = [](const std::string& address) {
    auto o = guarded("node");
    o.address = address;
    try {
      cluster::links l(o);
      return std::string("listens");
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
  };
  for (const std::string address : {"0.0.0.0", "::", "10.0.0.2", "::ffff:10.0.0.2"})
    BOOST_TEST(fails(address)
               == "to listen on " + address
                      + " takes certificates (tls_dir): off loopback every link is TLS on both "
                        "sides");
  BOOST_TEST(fails("localhost")
             == "'localhost' is no address to listen on (such as 127.0.0.1 or ::1)");
  cluster_node node(guarded("node"));
  for (const std::string where : {"192.0.2.1:7000", "[2001:db8::1]:7000", "0.0.0.0:7000"}) {
    node.dial(where);
    BOOST_TEST(node.next_failure()
               == where
                      + ": not a loopback address, and this node has no certificates: off "
                        "loopback every link is TLS on both sides");
  }
}
