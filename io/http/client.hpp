// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "domain/crawl/address_rule.hpp"
#include "domain/crawl/fetched.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/request_extras.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::io {

class cookie_keeper;

/// Settings of an HTTP client. Proxies come from the environment (http_proxy, https_proxy,
/// all_proxy, no_proxy, upper case too except HTTP_PROXY, as curl reads them) unless
/// `use_proxy_environment` is off.
struct http_options {
  std::string user_agent = "troupe"; ///< control characters in it are sent as spaces
  crawl::limits bounds;              ///< connect/header/body limits are read
  bool use_proxy_environment = true;
  bool accept_compressed = true; ///< gzip, deflate, br
  bool verify_tls = true;
  /// Each answer has its exchange_record, but those to requests that `cut`. Costs another
  /// copy of what came in chunks, and the memory of compressed bodies beside what they decode to.
  bool record = false;
  std::string ca_file;                ///< PEM; "": the system's
  std::uint32_t idle_ms_max = 15'000; ///< an unused keep-alive connection is closed after this
  std::uint32_t idle_per_host_max = 64;
  std::uint32_t idle_total_max = 256; ///< idle connections, and file descriptors, of all hosts
  std::uint32_t dns_ttl_ms = 60'000;
  /// Where connections may go; null: anywhere. With a rule no proxy is used: behind one nobody sees
  /// where a connection ends.
  std::shared_ptr<const crawl::address_rule> addresses;
  /// Further headers, name and password, each for the origins that it is for; null: none. A header
  /// of a name that the client writes as well (Accept) stands in its place.
  std::shared_ptr<const crawl::request_extras> extras;
  /// Sends and takes cookies; null: none of them. Several clients may share one.
  std::shared_ptr<cookie_keeper> cookies;
};

/// What is special about one request.
struct get_options {
  std::uint64_t body_bytes_max = 0; ///< 0: the client's own
  bool cut = false; ///< a longer body is cut there, which is no fault; nor is it recorded
  /// Of an answer that is still at hand: the page is asked for if it is another by now, and else the
  /// answer is a 304 without a body.
  crawl::validators earlier;
};

/// One thread's event loop. Plain header: the Asio inside stays inside.
/// A client must be destroyed before its loop.
class io_loop {
public:
  io_loop();
  ~io_loop(); ///< stops and joins
  io_loop(const io_loop&) = delete;
  io_loop& operator=(const io_loop&) = delete;
  void start();    ///< runs it on a thread of its own until stop()
  void stop();     ///< from any thread; open operations are dropped
  void run();      ///< runs it here until no work is left or stop()
  void* context(); ///< the boost::asio::io_context, for io/ and the coroutine baselines
private:
  friend class http_client;
  friend class blocking_client;
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// HTTP/1.1 client for crawling: GET, keep-alive pool per host, TLS with verification and SNI,
/// gzip/deflate/br, proxies, IPv6, limits on everything. Follows no redirect: the frontier must see
/// them. Three faces share it: callbacks (here), awaitables (awaitable.hpp), blocking calls
/// (blocking.hpp).
///
///     get() -> resolve -> connect -> [CONNECT] -> [TLS] -> request -> header -> body -> done()
///     within   connect_ms_max ........................     header_ms_max ...    body_ms_max
///        \-> pool: an idle connection to the same origin, the last used first -> request ...
///
/// A request on a reused connection that the server closes before any byte of an answer is sent
/// once more, on a new connection. Everything else is the caller's to retry.
///
/// Faults:
///   dns_failed        the name does not resolve, or not within connect_ms_max
///   connect_refused   refused, or unreachable, at every address
///   connect_timeout   no connection (TCP, proxy and TLS together) within connect_ms_max
///   tls_failed        handshake failed, or the certificate is not to be trusted or another's
///   header_timeout, body_timeout
///   connection_lost   reset or closed before the answer's end
///   bad_response      not HTTP/1.x, bad chunks, two different Content-Lengths or one beside
///                     Transfer-Encoding, transfer codings other than chunked, any in HTTP/1.0
///   header_too_large  header_bytes_max, all 1xx answers included
///   body_too_large    body_bytes_max, before or after decompression; told as early as it is known
///   bad_encoding      see decode.hpp; redirect_bad: a 3xx with two different Locations
///   proxy_failed      the proxy cannot be reached or used, or said no
///   address_refused   options.addresses lets it go to none of the host's addresses; those that it
///                     refuses are left out where there are others
///   not_modified_unasked  a 304 to a get() without `earlier`, but to those that `cut`
///   canceled          cancel()
///
/// Limits: no HTTP/2, no cache, no SOCKS or TLS proxies, no cipher below TLS 1.2; lines
/// must end in CRLF and the status line's code in a space (RFC 9112, 4), as Beast reads them. A
/// body that only the connection's close ends must be closed properly under TLS (RFC 9112, 9.8).
/// Timeouts are checked every 50 ms. Connections and looked-up names are a client's own, so that
/// clients with different rules about addresses share none.
class http_client {
public:
  /// Called exactly once for each get(), on the loop's thread; never from inside get().
  using callback = std::function<void(crawl::fetched)>;

  http_client(io_loop& loop, http_options options);

  /// Drops what is in flight: once the destructor has returned no callback runs or will run (it
  /// waits for one that is running on the loop's thread, unless it is called from that one).
  /// Dropped callbacks are destroyed uncalled, later, by the loop. Who needs the answers calls
  /// cancel() first and waits for them.
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Cost: on a kept-alive connection about 25 microseconds for 6 KB, most of it the kernel's.
  /// Threads: any.
  void get(const crawl::url& target, callback done, get_options how = {});

  /// Returns: how many names are being looked up, or wait for it. Threads: any.
  std::size_t lookups() const;

  /// Ends every get() that came before it with fault::canceled. Threads: any.
  void cancel();

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::io
