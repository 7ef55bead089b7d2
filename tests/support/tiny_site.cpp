// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/tiny_site.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace troupe::test {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t request_bytes_max = 64u << 10;

std::string head_and_body(const site_answer& answer) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Status\r\n";
  if (!answer.content_type.empty())
    text += "Content-Type: " + answer.content_type + "\r\n";
  for (const auto& [name, value] : answer.headers)
    text += name + ": " + value + "\r\n";
  text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
  return text + answer.body;
}

/// Returns: "/x" of "GET /x HTTP/1.1".
std::string target_of(const std::string& head) {
  const auto begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

} // namespace

struct tiny_site::impl {
  explicit impl(handler h)
      : answer(std::move(h)),
        acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    port = acceptor.local_endpoint().port();
    asio::co_spawn(context, accept(), asio::detached);
    thread = std::thread([this] { context.run(); });
  }

  ~impl() {
    context.stop();
    thread.join();
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await acceptor.async_accept(asio::use_awaitable);
      {
        const std::lock_guard lock(mutex);
        ++connections;
      }
      // A client that goes away ends its connection's coroutine with an exception; that is all.
      asio::co_spawn(context, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    socket.set_option(tcp::no_delay(true));
    std::string buffer;
    for (;;) {
      const auto bytes = co_await asio::async_read_until(
          socket, asio::dynamic_buffer(buffer, request_bytes_max), "\r\n\r\n", asio::use_awaitable);
      const auto target = target_of(buffer.substr(0, bytes));
      buffer.erase(0, bytes);
      const auto reply = begin(target);
      if (reply.delay.count() > 0) {
        asio::steady_timer timer(context, reply.delay);
        co_await timer.async_wait(asio::use_awaitable);
      }
      end(); // before the answer leaves: after it the client may ask again at once
      if (reply.reset) {
        socket.set_option(asio::socket_base::linger(true, 0));
        socket.close();
        co_return;
      }
      const auto text = head_and_body(reply);
      co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
    }
  }

  site_answer begin(const std::string& target) {
    unsigned before = 0;
    {
      const std::lock_guard lock(mutex);
      log.push_back({target, std::chrono::steady_clock::now()});
      before = counts[target]++;
      most_at_once = std::max(most_at_once, ++at_once);
    }
    return answer(target, before);
  }

  void end() {
    const std::lock_guard lock(mutex);
    --at_once;
  }

  handler answer;
  asio::io_context context;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::mutex mutex; // guards what follows, up to the thread
  std::vector<visit> log;
  std::map<std::string, unsigned> counts;
  unsigned at_once = 0;
  unsigned most_at_once = 0;
  unsigned connections = 0;
  std::thread thread;
};

tiny_site::tiny_site(handler answer) : impl_(std::make_unique<impl>(std::move(answer))) {}
tiny_site::~tiny_site() = default;

std::string tiny_site::origin() const { return "http://127.0.0.1:" + std::to_string(impl_->port); }

std::vector<tiny_site::visit> tiny_site::visits() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->log;
}

unsigned tiny_site::count(const std::string& target) const {
  const std::lock_guard lock(impl_->mutex);
  const auto it = impl_->counts.find(target);
  return it == impl_->counts.end() ? 0 : it->second;
}

unsigned tiny_site::most_at_once() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->most_at_once;
}

unsigned tiny_site::connections() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->connections;
}

std::uint16_t closed_port() {
  asio::io_context context;
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return acceptor.local_endpoint().port();
}

} // namespace troupe::test
