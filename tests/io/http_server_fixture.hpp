// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "io/http_server/server.hpp"
#include "tests/support/raw_client.hpp"

namespace troupe::test {

using namespace std::chrono_literals;

inline std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline io::server_answer text_answer(std::string body) {
  io::server_answer a;
  a.content_type = "text/plain";
  a.body = std::move(body);
  return a;
}

/// Returns: whether `holds` came true within ten seconds.
inline bool soon(const std::function<bool()>& holds) {
  for (int i = 0; i < 1'000; ++i) {
    if (holds())
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return holds();
}

/// A handler that a test may change while the server runs.
class changing_handler {
public:
  void operator=(io::http_server::handler h) {
    const std::lock_guard lock(gate_);
    now_ = std::move(h);
  }
  void operator()(const io::server_request& r, io::answerer a) {
    io::http_server::handler now;
    {
      const std::lock_guard lock(gate_);
      now = now_;
    }
    now(r, std::move(a));
  }

private:
  std::mutex gate_;
  io::http_server::handler now_;
};

/// A server whose requests wait until the test answers them, from its own thread. /now is answered
/// at once, /gone counts when it is over.
class waiting_server {
public:
  explicit waiting_server(io::http_server_options options = {})
      : server(std::move(options),
               [this](const io::server_request& r, io::answerer a) { handle(r, std::move(a)); }) {
    server.start();
  }

  /// Returns: the answerer of the request with that path, once it has come.
  io::answerer wait_for(const std::string& path) {
    std::unique_lock lock(gate_);
    const bool came =
        changed_.wait_for(lock, 10s, [&] { return waiting_.find(path) != waiting_.end(); });
    if (!came)
      throw std::runtime_error("no request " + path);
    auto node = waiting_.extract(waiting_.find(path));
    return std::move(node.mapped());
  }
  std::size_t waiting() {
    const std::lock_guard lock(gate_);
    return waiting_.size();
  }
  raw_client client() { return raw_client(server.port()); }

  std::atomic<int> gone{0};
  std::atomic<std::uint32_t> deadline_ms{0}; ///< of all requests but /now; set before they come
  changing_handler other;                    ///< for /other...

private:
  void handle(const io::server_request& r, io::answerer a) {
    const std::string path(r.path());
    if (path == "/now")
      return a.send(text_answer("now"));
    if (path.starts_with("/other"))
      return other(r, std::move(a));
    if (deadline_ms != 0)
      a.set_deadline(deadline_ms);
    a.when_gone([this] { ++gone; });
    {
      const std::lock_guard lock(gate_);
      waiting_.emplace(path, std::move(a));
    }
    changed_.notify_all();
  }

  std::mutex gate_;
  std::condition_variable changed_;
  std::multimap<std::string, io::answerer> waiting_;

public:
  io::http_server server; // the last: its threads use the others
};

} // namespace troupe::test
