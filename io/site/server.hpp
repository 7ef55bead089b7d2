// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "io/site/answers.hpp"

namespace troupe::io {

/// Settings of the demo site's server.
struct site_server_options {
  std::string address = "127.0.0.1"; ///< a loopback address; others are refused
  std::uint16_t port = 0;            ///< 0: any free one
  std::uint32_t delay_ms = 0;        ///< before each answer; one's wait does not hold up another's
  std::string access_log;            ///< file, "-" (standard output) or "" (none)
  bool stop_on_signals = false;      ///< SIGINT and SIGTERM, from the constructor on, act as stop()
  std::size_t connections_max = 2'048; ///< further ones wait in the kernel's queue
  std::uint32_t header_bytes_max = 16u << 10;
  std::uint32_t idle_ms_max = 30'000;  ///< for a whole request header to come, and between requests
  std::uint32_t write_ms_max = 30'000; ///< for an answer to be taken
  std::uint32_t stop_ms_max = 2'000;   ///< for answers in flight once stop() was called
};

/// A small HTTP/1.1 server for the demo site: GET and HEAD, keep-alive, pipelining, gzip.
///
///     accept -> read header -> [delay] -> write answer -> read header ... -> close
///
/// Answers: the site's, and 400 (no HTTP, no Host), 405 (other methods), 431 (header too long);
/// after one of the latter, or a request with a body, the connection is closed. The access log has
/// a line "status method target bytes" for each request, bytes of the body as sent; it is written
/// before the answer is, so that who has the answer finds the line. Limits: loopback only, no TLS,
/// no ranges or conditional requests; one thread.
class site_server {
public:
  /// Binds and listens: from here on clients can connect; they are answered from run() on.
  /// Throws: with one clear line: std::invalid_argument if the address is none of this machine's
  /// loopback, std::runtime_error if the port is in use or the log cannot be made.
  explicit site_server(site_server_options options);
  ~site_server();
  site_server(const site_server&) = delete;
  site_server& operator=(const site_server&) = delete;

  std::uint16_t port() const;
  std::string origin() const; ///< "http://127.0.0.1:8080"

  /// Serves until stop() or a signal. Takes: answers that outlive it. Call it once.
  void run(const site_answers& answers);
  /// Accepts no more, closes idle connections, lets answers in flight end. Threads: any; also
  /// before run().
  void stop();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
