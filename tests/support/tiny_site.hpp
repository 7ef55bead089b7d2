// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// What a tiny_site says to one request.
struct site_answer {
  int status = 200;
  std::string body;
  std::string content_type = "text/html; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds delay{0};
  bool reset = false; ///< no answer: the connection is reset
};

/// A small HTTP/1.1 server on loopback that a test scripts page by page, and that remembers what
/// it was asked. Its view is independent of the crawler's: tests hold the two against each other.
class tiny_site {
public:
  /// Takes: the request's target, and how many times it was asked for before. Called on the
  /// server's thread.
  using handler = std::function<site_answer(const std::string& target, unsigned before)>;

  struct visit {
    std::string target;
    std::chrono::steady_clock::time_point at;
  };

  explicit tiny_site(handler answer);
  ~tiny_site();

  std::string origin() const; ///< "http://127.0.0.1:12345"
  std::vector<visit> visits() const;
  unsigned count(const std::string& target) const;
  unsigned most_at_once() const; ///< requests between their header and their answer
  unsigned connections() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Returns: a loopback port that nobody listens on (one that was just given back).
std::uint16_t closed_port();

} // namespace troupe::test
