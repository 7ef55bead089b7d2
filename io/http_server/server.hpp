// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "io/http_server/answer.hpp"
#include "io/http_server/request.hpp"

namespace troupe::io {

/// Every bound of an HTTP server, each with its default.
struct http_server_limits {
  std::uint32_t header_bytes_max = 16u << 10; ///< 431; request line and fields together
  std::uint32_t target_bytes_max = 8u << 10;  ///< 414
  std::uint32_t fields_max = 100;             ///< 431
  std::uint64_t body_bytes_max = 1u << 20;    ///< 413
  /// 503: of all requests together that have not come whole yet, beyond the 4 KiB that each
  /// connection may have.
  std::uint64_t incoming_bytes_max = 256u << 20;
  std::size_t connections_max =
      16'384; ///< of all threads; further ones are answered 503 and closed
  std::size_t requests_in_flight_max = 4'096; ///< further ones are answered 503 with Retry-After
  std::size_t pipeline_max = 16;        ///< requests of one connection that wait for their answers
  std::uint32_t header_ms_max = 10'000; ///< 408: from a request's first byte to its last field
  std::uint32_t body_ms_max = 30'000;   ///< 408: from there to its last byte
  std::uint32_t idle_ms_max = 60'000;   ///< closed: between requests
  std::uint32_t write_ms_max = 30'000;  ///< closed: no byte of an answer was taken for so long
  std::uint32_t answer_ms_max = 30'000; ///< 504: from a whole request to its answer
  /// A client that ended its side may still read, and one that has gone looks the same: from there
  /// on answers are waited for so long, and then given up.
  std::uint32_t half_closed_ms_max = 1'000;
  std::uint32_t drain_ms_max = 10'000;     ///< after stop(): what is not finished then is cut off
  std::size_t stream_bytes_max = 1u << 20; ///< of a streamed answer that wait for a slow reader
};

/// One finished request, for the access log and the counters. Valid during the call.
struct request_report {
  std::string_view peer, method, target; ///< as sent; "-" where a request never got so far
  int status = 0;                        ///< 0: the client went before its answer
  std::uint64_t body_bytes = 0;          ///< of the answer, as sent
  std::uint64_t took_ns = 0;             ///< from the whole request to the answer's last byte
  std::string_view label;                ///< see answerer::set_label(); "" if none was set
  std::string_view agent;                ///< User-Agent, "" if none
};

struct http_server_options {
  std::string address =
      "127.0.0.1"; ///< a literal IPv4 or IPv6 address; who may use others is the caller's rule
  std::uint16_t port = 0;      ///< 0: any free one
  unsigned threads = 1;        ///< one io_context each (SO_REUSEPORT)
  std::string tls_certificate; ///< PEM chain; "": no TLS
  std::string tls_key;         ///< PEM
  http_server_limits bounds;
  /// Called on the connection's thread, by several threads at once; may be empty.
  std::function<void(const request_report&)> report;
};

/// What the server does now. Threads: any.
struct http_server_counts {
  std::uint64_t connections = 0, requests = 0, in_flight = 0, streams = 0;
  std::uint64_t incoming_bytes = 0; ///< held for requests that have not come whole yet
};

/// An HTTP/1.1 server: keep-alive, pipelining, chunked requests, HEAD, TLS, graceful stop.
///
///     accept -> read -> handler(request, answerer) ... answerer.send() -> write, in order -> read
///
/// Each connection belongs to one thread. A handler must not block: it answers at once, or keeps
/// the answerer for later. Requests that are malformed or could be read in two ways are refused
/// with 400 and the connection is closed; the handler never sees them. Source: RFC 9112; what else
/// is refused: README of the conformance table in tests/io.
class http_server {
public:
  using handler = std::function<void(const server_request&, answerer)>;

  /// Binds and listens. Throws: std::invalid_argument (address), std::runtime_error (port in use,
  /// bad certificate), each with one clear line.
  http_server(http_server_options options, handler handle);
  /// Stops at once.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  std::uint16_t port() const;
  std::string origin() const; ///< "http://127.0.0.1:8080", "https://[::1]:8443"
  http_server_counts counts() const;

  /// Starts the threads. Call it once.
  void start();
  /// No new connections, "Connection: close" on the answers to come, idle connections closed; what
  /// is in flight may finish within drain_ms_max. That goes for streams too: one without an end of
  /// its own has to be ended by who writes it, or it is cut off, late. Threads: any; may be called
  /// again.
  void stop();
  /// Waits until a stopped server has ended. Returns: true if nothing had to be cut off.
  bool wait();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
