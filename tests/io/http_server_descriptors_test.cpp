// SPDX-License-Identifier: BSD-3-Clause
// When there are more clients than places or descriptors: each is told so, and none waits for ever.
#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr int client_descriptors_min = 300; // the clients' are above, the server's below
constexpr rlim_t few = 100;

/// While it lives, the process may open no descriptor from `few` on, and below there are so many
/// free ones. What is open stays.
class few_descriptors {
public:
  explicit few_descriptors(std::size_t left) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    now.rlim_cur = few;
    setrlimit(RLIMIT_NOFILE, &now);
    for (int fd = dup(STDIN_FILENO); fd >= 0; fd = dup(STDIN_FILENO))
      held_.push_back(fd);
    for (std::size_t i = 0; i < left && !held_.empty(); ++i) {
      ::close(held_.back());
      held_.pop_back();
    }
  }
  ~few_descriptors() {
    setrlimit(RLIMIT_NOFILE, &before_);
    for (const int fd : held_)
      ::close(fd);
  }
  few_descriptors(const few_descriptors&) = delete;
  few_descriptors& operator=(const few_descriptors&) = delete;

private:
  rlimit before_{};
  std::vector<int> held_;
};

/// Has its descriptor before it connects, and out of the server's way.
class early_client {
public:
  early_client() {
    const int low = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fd_ = fcntl(low, F_DUPFD_CLOEXEC, client_descriptors_min);
    ::close(low);
    BOOST_REQUIRE(fd_ >= 0);
    const timeval patience{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~early_client() { ::close(fd_); }
  early_client(const early_client&) = delete;
  early_client& operator=(const early_client&) = delete;

  void connect(std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect");
  }
  void send(const std::string& bytes) { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Returns: what came until `end` was in it, or until the end; "hangs..." if neither came.
  std::string read_until(const std::string& end) {
    std::string all;
    char piece[4'096];
    while (all.find(end) == all.npos) {
      const auto n = recv(fd_, piece, sizeof piece, 0);
      if (n < 0)
        return "hangs after '" + all + "'";
      if (n == 0)
        break;
      all.append(piece, static_cast<std::size_t>(n));
    }
    return all;
  }
  std::string read_to_end() { return read_until("\nnothing has this in it\n"); }

private:
  int fd_ = -1;
};

std::vector<std::unique_ptr<early_client>> early_clients(std::size_t n) {
  std::vector<std::unique_ptr<early_client>> all;
  while (all.size() < n)
    all.push_back(std::make_unique<early_client>());
  return all;
}

bool is_turned_away(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 503 ") && answer.find("\r\nRetry-After: 1\r\n") != answer.npos
         && answer.find(R"("code":"overloaded")") != answer.npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(descriptors)

// Checks wait until the shortage is over: a sanitizer, too, needs descriptors to look at memory.
// For the same reason the server has answered once before it.
BOOST_AUTO_TEST_CASE(who_finds_no_descriptor_left_is_told_so) {
  std::atomic<int> reported{0};
  io::http_server_options options;
  options.report = [&](const io::request_report& r) { reported += r.status == 503 ? 1 : 0; };
  waiting_server s(options);
  auto clients = early_clients(14);
  std::vector<std::string> served, refused;
  const auto serve = [&](std::size_t i) {
    clients[i]->send(get("/now"));
    served.push_back(clients[i]->read_until("\r\n\r\nnow"));
  };
  clients[13]->connect(s.server.port());
  serve(13);
  clients[13].reset();
  BOOST_REQUIRE(soon([&] { return s.server.counts().connections == 0; }));
  bool two_went = false;
  {
    const few_descriptors left(4);
    for (std::size_t i = 0; i < 4; ++i) {
      clients[i]->connect(s.server.port());
      serve(i);
    }
    for (std::size_t i = 4; i < 12; ++i)
      clients[i]->connect(s.server.port());
    for (std::size_t i = 4; i < 12; ++i) // none of them closes
      refused.push_back(clients[i]->read_to_end());
    for (std::size_t i = 0; i < 4; ++i) // who was there is served
      serve(i);
    // Two, for the first that comes back may be kept in reserve again.
    clients[0].reset();
    clients[1].reset();
    two_went = soon([&] { return s.server.counts().connections == 2; });
    clients[12]->connect(s.server.port());
    serve(12);
  }
  BOOST_TEST(two_went);
  for (const auto& answer : served)
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 "), answer);
  for (const auto& answer : refused)
    BOOST_TEST(is_turned_away(answer), answer);
  BOOST_TEST(reported == 8);
}

BOOST_AUTO_TEST_CASE(who_was_told_gives_way_to_who_was_not) {
  io::http_server_options options;
  options.bounds.connections_max = 1;
  waiting_server s(options);
  auto clients = early_clients(62);
  std::vector<std::string> served, refused;
  const auto serve = [&] {
    clients[0]->send(get("/now"));
    served.push_back(clients[0]->read_until("\r\n\r\nnow"));
  };
  clients[0]->connect(s.server.port());
  serve();
  clients[61]->connect(s.server.port());
  refused.push_back(clients[61]->read_to_end());
  clients[61].reset();
  double took_s = 0;
  {
    const few_descriptors left(3);
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 1; i < 61; ++i)
      clients[i]->connect(s.server.port());
    for (std::size_t i = 1; i < 61; ++i)
      refused.push_back(clients[i]->read_to_end());
    took_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    serve();
  }
  for (const auto& answer : served)
    BOOST_TEST(answer.starts_with("HTTP/1.1 200 "), answer);
  for (const auto& answer : refused)
    BOOST_TEST(is_turned_away(answer), answer);
  BOOST_TEST(took_s < 30); // with three at a time for two seconds each it was 40
}

BOOST_AUTO_TEST_CASE(all_beyond_the_bound_are_told_so) {
  io::http_server_options options;
  options.bounds.connections_max = 1;
  waiting_server s(options);
  auto one = s.client();
  one.send(get("/now"));
  BOOST_TEST(one.read_answer().status == 200);
  std::vector<std::unique_ptr<raw_client>> others; // more than may linger
  for (std::size_t i = 0; i < 150; ++i)
    others.push_back(std::make_unique<raw_client>(s.server.port()));
  for (const auto& c : others) {
    BOOST_TEST(c->read_answer().status == 503);
    BOOST_TEST(c->ends());
  }
  one.send(get("/now"));
  BOOST_TEST(one.read_answer().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
