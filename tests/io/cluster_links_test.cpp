// SPDX-License-Identifier: BSD-3-Clause
// Links that do what they are for: bytes both ways, bounded memory, goodbyes, refusals in words.
#include "io/cluster/links.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/cluster_ca.hpp"
#include "tests/support/cluster_node.hpp"

using namespace troupe;
using namespace troupe::test;
using cluster::link_state;

namespace {

// Bytes that differ at each place, so that one lost or doubled is seen.
char byte_at(std::size_t i) { return static_cast<char>((i * 2654435761u) >> 13); }

void write_stream(int fd, std::size_t bytes) {
  std::string piece(64u << 10, '\0');
  for (std::size_t at = 0; at < bytes;) {
    const auto n = std::min(piece.size(), bytes - at);
    for (std::size_t i = 0; i < n; ++i)
      piece[i] = byte_at(at + i);
    write_all(fd, std::string_view(piece).substr(0, n));
    at += n;
  }
}

// Returns: how many were as they should be, from the first on.
std::size_t read_stream(int fd, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes;) {
    const auto piece = read_exactly(fd, std::min<std::size_t>(100'000, bytes - at));
    for (const char c : piece)
      if (c != byte_at(at++))
        return at - 1;
  }
  return bytes;
}

void echo_once(const linked& l) {
  write_all(l.at_a.get(), "there");
  BOOST_TEST(read_exactly(l.at_b.get(), 5) == "there");
  write_all(l.at_b.get(), "and back");
  BOOST_TEST(read_exactly(l.at_a.get(), 8) == "and back");
}

// Writes without waiting until nothing has moved for a while. Returns: how much went.
std::size_t write_until_full(int fd) {
  const std::string piece(64u << 10, 'x');
  std::size_t went = 0;
  for (;;) {
    pollfd p{fd, POLLOUT, 0};
    if (::poll(&p, 1, 1'000) != 1)
      return went;
    const auto n = ::send(fd, piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    went += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
}

void both_ways(cluster::links_options a_options, cluster::links_options b_options,
               std::size_t bytes) {
  cluster_node a(std::move(a_options)), b(std::move(b_options));
  const auto l = connect(a, b);
  std::size_t at_a = 0, at_b = 0;
  std::thread write_a([&] { write_stream(l.at_a.get(), bytes); });
  std::thread write_b([&] { write_stream(l.at_b.get(), bytes); });
  std::thread read_a([&] { at_a = read_stream(l.at_a.get(), bytes); });
  at_b = read_stream(l.at_b.get(), bytes);
  write_a.join();
  write_b.join();
  read_a.join();
  BOOST_TEST(at_a == bytes);
  BOOST_TEST(at_b == bytes);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_written_at_one_end_is_read_at_the_other) {
  cluster_node a(node_options("a")), b(node_options("b"));
  const auto l = connect(a, b);
  BOOST_TEST(l.a.peer.node == "b");
  BOOST_TEST(l.b.peer.node == "a");
  BOOST_TEST((l.b.peer == a.links().self()));
  BOOST_TEST(!l.a.incoming);
  BOOST_TEST(l.b.incoming);
  BOOST_TEST(!l.a.over_tls);
  BOOST_TEST(l.a.peer_address == b.where());
  echo_once(l);
  BOOST_TEST(a.links().counts().up == 1u);
}

BOOST_AUTO_TEST_CASE(a_hundred_megabytes_each_way_arrive_as_they_left) {
  both_ways(node_options("a"), node_options("b"), 100'000'000);
}

BOOST_AUTO_TEST_CASE(so_they_do_over_tls) {
  cluster_ca ca;
  auto a = node_options("a"), b = node_options("");
  a.tls_dir = ca.folder("URI:troupe-node:a");
  b.tls_dir = ca.folder("URI:troupe-node:b");
  both_ways(std::move(a), std::move(b), 30'000'000);
}

BOOST_AUTO_TEST_CASE(small_bounds_only_make_it_slower) {
  auto a = node_options("a"), b = node_options("b");
  a.bounds.frame_bytes_max = b.bounds.frame_bytes_max = 100;
  a.bounds.buffer_bytes_max = b.bounds.buffer_bytes_max = 300;
  both_ways(std::move(a), std::move(b), 300'000);
}

BOOST_AUTO_TEST_CASE(a_reader_that_does_not_read_stops_the_writer_and_loses_nothing) {
  auto a_options = node_options("a"), b_options = node_options("b");
  b_options.bounds.suspect_ms = 1'000; // the one that does not read hears nothing either
  b_options.bounds.down_ms = 2'500;
  cluster_node a(a_options), b(b_options);
  const auto l = connect(a, b);
  const auto went = write_until_full(l.at_a.get());
  // Ours are 2 MiB; the kernel's own buffers, of a TCP connection and two pairs, are the rest.
  BOOST_TEST(went < 32u << 20);
  const auto bound = a_options.bounds.buffer_bytes_max + (128u << 10);
  BOOST_TEST(a.links().counts().buffered_bytes <= bound);
  BOOST_TEST(b.links().counts().buffered_bytes <= bound);
  ::usleep(3'000'000); // longer than its down_ms: what we do not listen to is not silent
  // The other way still moves.
  write_all(l.at_b.get(), "still");
  BOOST_TEST(read_exactly(l.at_a.get(), 5) == "still");
  for (std::size_t read = 0; read < went;)
    read += read_exactly(l.at_b.get(), std::min<std::size_t>(50'000, went - read)).size();
  echo_once(l);
}

BOOST_AUTO_TEST_CASE(a_closed_link_says_goodbye_and_delivers_what_was_sent) {
  cluster_node a(node_options("a")), b(node_options("b"));
  const auto l = connect(a, b);
  write_stream(l.at_b.get(), 500'000);
  BOOST_TEST(read_stream(l.at_a.get(), 500'000) == 500'000u);
  write_all(l.at_b.get(), "last words");
  BOOST_TEST(read_exactly(l.at_a.get(), 10) == "last words");
  b.links().close(l.b.id);
  BOOST_TEST(b.next_down().ends_with(": closed"));
  BOOST_TEST(a.next_down() == b.where() + ": it said goodbye: closed");
  BOOST_TEST(read_to_end(l.at_a.get()) == "");
  BOOST_TEST(read_to_end(l.at_b.get()) == "");
  BOOST_TEST(a.links().counts().up == 0u);
}

BOOST_AUTO_TEST_CASE(when_the_actors_close_their_end_the_peer_hears_of_it) {
  cluster_node a(node_options("a")), b(node_options("b"));
  auto l = connect(a, b);
  write_all(l.at_a.get(), "sent before");
  l.at_a.reset();
  BOOST_TEST(a.next_down() == b.where() + ": its actors closed the link");
  BOOST_TEST(read_to_end(l.at_b.get()) == "sent before");
  BOOST_TEST(b.next_down().ends_with("it said goodbye: its actors closed the link"));
}

BOOST_AUTO_TEST_CASE(stopping_says_goodbye_to_all) {
  cluster_node a(node_options("a")), b(node_options("b")), c(node_options("c"));
  const auto ab = connect(a, b), ac = connect(a, c);
  a.links().stop();
  BOOST_TEST(b.next_down().ends_with("it said goodbye: this node stops"));
  BOOST_TEST(c.next_down().ends_with("it said goodbye: this node stops"));
  BOOST_TEST(read_to_end(ab.at_a.get()) == "");
  a.links().stop(); // again
  connect(b, c);    // the others go on
}

BOOST_AUTO_TEST_CASE(links_above_the_limit_are_refused_in_words) {
  auto o = node_options("full");
  o.bounds.links_max = 1;
  cluster_node full(o), a(node_options("a")), b(node_options("b"));
  auto l = connect(a, full);
  b.dial(full.where());
  BOOST_TEST(b.next_failure() == full.where() + ": it refused: full has its 1 links already");
  BOOST_TEST(full.next_refusal().ends_with(": full has its 1 links already"));
  full.dial(b.where());
  BOOST_TEST(full.next_failure() == b.where() + ": this node has its 1 links already");
  a.links().close(l.a.id);
  full.next_down();
  echo_once(connect(b, full)); // there is room again
}

BOOST_AUTO_TEST_CASE(a_node_does_not_link_with_itself) {
  cluster_node a(node_options("a"));
  a.dial(a.where());
  BOOST_TEST(a.next_failure() == a.where() + ": " + a.where() + " is this node itself");
}

BOOST_AUTO_TEST_CASE(a_dial_fails_in_words) {
  std::uint16_t port = 0;
  raw_listen(port); // and gone: nobody listens there
  auto o = node_options("a");
  o.port.reset();
  cluster_node a(o);
  BOOST_TEST(a.links().port() == 0u);
  const auto nobody = "127.0.0.1:" + std::to_string(port);
  struct row {
    std::string where, why;
  };
  const row rows[] = {
      {nobody, "cannot connect: Connection refused"},
      {"", "no address to dial (such as example.org:7000 or [::1]:7000)"},
      {"host", "no address to dial (such as example.org:7000 or [::1]:7000)"},
      {"host:0", "no address to dial (such as example.org:7000 or [::1]:7000)"},
      {"host:70000", "no address to dial (such as example.org:7000 or [::1]:7000)"},
      {"::1:7000", "no address to dial (such as example.org:7000 or [::1]:7000)"},
      {"a b:7000", "no address to dial (such as example.org:7000 or [::1]:7000)"},
  };
  for (const auto& r : rows) {
    a.dial(r.where);
    BOOST_TEST(a.next_failure() == r.where + ": " + r.why);
  }
}

BOOST_AUTO_TEST_CASE(a_silent_listener_is_given_up) {
  std::uint16_t port = 0;
  const auto listening = raw_listen(port);
  auto o = node_options("a");
  o.bounds.hello_ms_max = 200;
  cluster_node a(o);
  const auto where = "127.0.0.1:" + std::to_string(port);
  a.dial(where); // the kernel answers for it
  BOOST_TEST(a.next_failure() == where + ": no hello within 200 ms");
}

BOOST_AUTO_TEST_CASE(of_two_names_for_loopback_both_work) {
  cluster_node a(node_options("a")), b(node_options("b"));
  a.dial("localhost:" + std::to_string(b.links().port()));
  const descriptor at_a(a.next_up().fd), at_b(b.next_up().fd);
  write_all(at_a.get(), "x");
  BOOST_TEST(read_exactly(at_b.get(), 1) == "x");
}
