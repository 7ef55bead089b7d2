// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "domain/crawl/fetched.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::io {

/// Settings of an HTTP client. Proxies come from the environment (http_proxy, https_proxy, all_proxy,
/// no_proxy, upper case too except HTTP_PROXY, as curl reads them) unless `use_proxy_environment` is off.
struct http_options {
  std::string user_agent = "troupe";
  crawl::limits bounds;              ///< connect/header/body limits are read
  bool use_proxy_environment = true;
  bool accept_compressed = true;     ///< gzip, deflate, br
  bool verify_tls = true;
  std::string ca_file;               ///< PEM; "": the system's
  std::uint32_t idle_ms_max = 15'000;///< an unused keep-alive connection is closed after this
  std::uint32_t idle_per_host_max = 64;
  std::uint32_t dns_ttl_ms = 60'000;
};

/// One thread's event loop. Plain header: the Asio inside stays inside.
class io_loop {
public:
  io_loop();
  ~io_loop(); ///< stops and joins
  io_loop(const io_loop&) = delete;
  io_loop& operator=(const io_loop&) = delete;
  void start();       ///< runs it on a thread of its own until stop()
  void stop();        ///< from any thread; open operations are dropped
  void run();         ///< runs it here until no work is left or stop()
  void* context();    ///< the boost::asio::io_context, for io/ and the coroutine baselines
private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// HTTP/1.1 client for crawling: GET, keep-alive pool per host, TLS with verification and SNI,
/// gzip/deflate/br, proxies, IPv6, limits on everything. Follows no redirect: the frontier must see
/// them. Three faces share it: callbacks (here), awaitables (awaitable.hpp), blocking calls
/// (blocking.hpp).
class http_client {
public:
  /// Called exactly once for each get(), on the loop's thread; never from inside get().
  using callback = std::function<void(crawl::fetched)>;

  http_client(io_loop& loop, http_options options);
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Takes: body_bytes_max, where it differs from the options' (robots.txt: 500 KiB, and a longer body is cut, not a
  /// fault); 0: the options'.
  /// Threads: any.
  void get(const crawl::url& target, callback done, std::uint64_t cut_body_at = 0);

  /// Ends everything in flight with fault::canceled. Threads: any.
  void cancel();

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::io
