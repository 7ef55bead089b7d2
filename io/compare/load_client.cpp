// SPDX-License-Identifier: BSD-3-Clause
#include "io/compare/load_client.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "io/process/descriptor.hpp"

namespace troupe::compare {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t answer_bytes_max = 1u << 20;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("the load: " + what); }

/// One connection: blocking sockets are all that one request at a time needs.
class connection {
public:
  connection(std::uint16_t port, std::chrono::milliseconds patience)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval time{patience.count() / 1000, (patience.count() % 1000) * 1000};
    const int yes = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      fail(std::string{"no connection: "} + std::strerror(errno));
  }

  /// Returns: status line and body.
  std::string exchange(std::string_view request) {
    while (!request.empty()) {
      const auto n = ::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL);
      if (n <= 0)
        fail("a request was not taken");
      request.remove_prefix(static_cast<std::size_t>(n));
    }
    got_.clear();
    std::size_t whole = 0, body = 0;
    while (whole == 0 || got_.size() < whole) {
      char piece[16u << 10];
      const auto n = ::recv(fd_.get(), piece, sizeof piece, 0);
      if (n <= 0)
        fail(n == 0 ? "the server closed a connection" : "an answer did not come in time");
      got_.append(piece, static_cast<std::size_t>(n));
      if (got_.size() > answer_bytes_max)
        fail("an answer is too long");
      if (const auto end = got_.find("\r\n\r\n"); whole == 0 && end != got_.npos) {
        body = end + 4;
        whole = body + length_in(std::string_view{got_}.substr(0, end));
      }
    }
    return got_.substr(0, got_.find("\r\n")) + "\n" + got_.substr(body);
  }

private:
  static std::size_t length_in(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    std::size_t length = 0;
    if (at == head.npos
        || std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length).ec
               != std::errc{})
      fail("an answer has no Content-Length");
    return length;
  }

  io::descriptor fd_;
  std::string got_;
};

struct shared {
  std::mutex mutex;
  std::string answer;
  std::vector<double> latencies_ms;
  std::exception_ptr failure;
};

void ask_over_one(const load& what, unsigned requests, const std::stop_token& stop, shared& all) {
  std::vector<double> mine;
  mine.reserve(requests);
  std::string first;
  try {
    connection to(what.port, what.patience);
    const auto request = "GET " + what.target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (unsigned i = 0; i < requests && !stop.stop_requested(); ++i) {
      const auto begun = clock::now();
      auto answer = to.exchange(request);
      mine.push_back(std::chrono::duration<double, std::milli>(clock::now() - begun).count());
      if (i == 0)
        first = std::move(answer);
      else if (answer != first)
        fail("two answers to the same request differ");
    }
  } catch (...) {
    const std::lock_guard hold{all.mutex};
    all.failure = std::current_exception();
    return;
  }
  const std::lock_guard hold{all.mutex};
  if (all.answer.empty())
    all.answer = first;
  else if (all.answer != first && !all.failure)
    all.failure = std::make_exception_ptr(
        std::runtime_error("the load: two answers to the same request differ"));
  all.latencies_ms.insert(all.latencies_ms.end(), mine.begin(), mine.end());
}

} // namespace

load_result ask(const load& what, std::stop_token stop) {
  shared all;
  const auto begun = clock::now();
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < what.connections; ++i) {
      const auto share = what.requests / what.connections + (i < what.requests % what.connections);
      threads.emplace_back(
          [&what, &stop, &all, share] { ask_over_one(what, std::max(share, 1u), stop, all); });
    }
  }
  load_result out;
  out.wall_s = std::chrono::duration<double>(clock::now() - begun).count();
  if (stop.stop_requested())
    fail("stopped");
  if (all.failure)
    std::rethrow_exception(all.failure);
  out.answer = std::move(all.answer);
  out.latencies_ms = std::move(all.latencies_ms);
  return out;
}

} // namespace troupe::compare
