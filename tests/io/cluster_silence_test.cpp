// SPDX-License-Identifier: BSD-3-Clause
// Peers that fall silent: stopped, killed, or no nodes at all behind their hello. Children are
// forked while this process has one thread, and run a node of their own.
#include "io/cluster/links.hpp"

#include <functional>
#include <string>

#include <boost/test/unit_test.hpp>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain/cluster/frame.hpp"
#include "tests/support/cluster_node.hpp"

using namespace troupe;
using namespace troupe::test;
using cluster::link_state;

namespace {

/// A forked process with a node; ended with this object.
class child {
public:
  /// Takes: what it does, with its end of a socket pair.
  explicit child(const std::function<void(int)>& work) {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    pid_ = ::fork();
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::close(ends[0]);
      try {
        work(ends[1]);
      } catch (...) {
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    line_ = descriptor(ends[0]);
  }
  ~child() {
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void signal(int which) const { ::kill(pid_, which); }
  /// Returns once it is stopped.
  void stop() const {
    signal(SIGSTOP);
    int status = 0;
    BOOST_REQUIRE(::waitpid(pid_, &status, WUNTRACED) == pid_);
    BOOST_REQUIRE(WIFSTOPPED(status));
  }
  std::string line() const { // the next one that it wrote
    std::string out;
    for (std::string c; (c = read_exactly(line_.get(), 1)) != "\n";)
      out += c;
    return out;
  }

private:
  pid_t pid_ = -1;
  descriptor line_;
};

// A node that tells its port, and then every change of its links.
void tell_all(int to, cluster::links_options o) {
  cluster_node node(std::move(o));
  write_all(to, std::to_string(node.links().port()) + "\n");
  for (;;) {
    try {
      const auto s = node.next_state();
      const char* words[] = {"up ", "suspect ", "down "};
      write_all(to, words[static_cast<int>(s.now)] + s.reason + "\n");
    } catch (const std::runtime_error&) { // nothing for a minute
    }
  }
}

// Watches closely, but not so closely that a slow machine is taken for a dead one.
cluster::links_options watchful(const std::string& node) {
  auto o = node_options(node);
  o.bounds.ping_ms = 100;
  o.bounds.suspect_ms = 2'000;
  o.bounds.down_ms = 5'000;
  return o;
}

void expect_suspect_then_down(cluster_node& node, const std::string& where) {
  auto s = node.next_state();
  BOOST_TEST((s.now == link_state::suspect), s.reason);
  BOOST_TEST(s.reason == where + ": nothing heard for 2000 ms");
  s = node.next_state();
  BOOST_TEST((s.now == link_state::down), s.reason);
  BOOST_TEST(s.reason == where + ": nothing heard for 5000 ms");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_peer_that_says_hello_and_then_nothing_is_suspect_then_down) {
  cluster_node node(watchful("node"));
  const auto peer = raw_connect(node.links().port());
  std::string words = encode(plain_hello("mute"));
  append_frame(words, cluster::frame_kind::accept);
  write_all(peer.get(), words);
  const auto l = node.next_up();
  const descriptor end(l.fd);
  BOOST_TEST(l.peer.node == "mute");
  expect_suspect_then_down(node, l.peer_address);
  BOOST_TEST(read_to_end(end.get()) == "");
}

BOOST_AUTO_TEST_CASE(a_stopped_process_is_suspect_then_down) {
  const child stopped([](int to) { tell_all(to, node_options("stopped")); });
  const auto where = "127.0.0.1:" + stopped.line();
  cluster_node node(watchful("node"));
  node.dial(where);
  const descriptor end(node.next_up().fd);
  stopped.stop();
  expect_suspect_then_down(node, where);
  BOOST_TEST(read_to_end(end.get()) == "");
}

BOOST_AUTO_TEST_CASE(a_process_that_was_stopped_for_a_while_is_heard_of_again) {
  const child stopped([](int to) { tell_all(to, node_options("stopped")); });
  auto o = watchful("node");
  o.bounds.down_ms = 60'000;
  cluster_node node(o);
  node.dial("127.0.0.1:" + stopped.line());
  const descriptor end(node.next_up().fd);
  stopped.stop();
  BOOST_TEST((node.next_state().now == link_state::suspect));
  stopped.signal(SIGCONT);
  const auto s = node.next_state();
  BOOST_TEST((s.now == link_state::up), s.reason);
  BOOST_TEST(s.reason.ends_with(": heard of again"));
}

BOOST_AUTO_TEST_CASE(a_process_that_was_stopped_does_not_blame_its_peer) {
  const child stopped([](int to) { tell_all(to, watchful("stopped")); });
  const auto port = static_cast<std::uint16_t>(std::stoi(stopped.line()));
  const auto peer = raw_connect(port);
  std::string words = encode(plain_hello("patient"));
  append_frame(words, cluster::frame_kind::accept);
  append_frame(words, cluster::frame_kind::ping, "12345678");
  write_all(peer.get(), words);
  std::string answers; // the link is up once the ping is answered
  while (answers.find("12345678") == answers.npos)
    answers += read_exactly(peer.get(), 1);
  stopped.stop();
  char piece[4096];
  while (::recv(peer.get(), piece, sizeof piece, MSG_DONTWAIT) > 0) {
  }
  ::usleep(5'500'000); // longer than its down_ms, and nothing waits for it
  stopped.signal(SIGCONT);
  constexpr std::size_t ping = cluster::frame_head_bytes + cluster::ping_bytes;
  BOOST_TEST(read_exactly(peer.get(), ping)[0] == static_cast<char>(cluster::frame_kind::ping));
  words.clear();
  append_frame(words, cluster::frame_kind::bye, "after all");
  write_all(peer.get(), words);
  const auto told = stopped.line();
  BOOST_TEST(told.starts_with("down "), told);
  BOOST_TEST(told.ends_with(": it said after all"), told);
}

BOOST_AUTO_TEST_CASE(a_killed_process_is_seen_at_once) {
  const child killed([](int to) { tell_all(to, node_options("killed")); });
  const auto where = "127.0.0.1:" + killed.line();
  cluster_node node(node_options("node")); // its silence would take half a minute
  node.dial(where);
  const descriptor end(node.next_up().fd);
  killed.signal(SIGKILL);
  const auto s = node.next_state();
  BOOST_TEST((s.now == link_state::down), s.reason);
  BOOST_TEST(s.reason.find("nothing heard") == s.reason.npos, s.reason);
  BOOST_TEST(read_to_end(end.get()) == "");
}
