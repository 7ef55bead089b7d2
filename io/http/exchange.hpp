// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/http/asio.hpp"
#include "io/http/client.hpp"
#include "io/http/decode.hpp"
#include "io/http/proxy.hpp"
#include "io/http/resolver_cache.hpp"
#include "io/http/tls.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

class connection;

/// One get() on its way from the caller's thread to its callback.
struct exchange {
  crawl::url target;
  http_client::callback done;
  get_options how;            ///< its body_bytes_max is set
  std::uint64_t number = 0;   ///< in the order of get(); cancel() ends all up to one of them
  const proxy* via = nullptr; ///< null: direct
  std::string key;            ///< what connections it can use are pooled under
  bool retried = false;
  crawl::fetched answer;
  std::shared_ptr<crawl::exchange_record> record; ///< of what is under way, if it is wanted
  steady::time_point began;
  trace::span flight; ///< from get() to the callback
};

/// Receive buffers, lent to connections that have bytes in hand.
class buffer_pool {
public:
  explicit buffer_pool(std::size_t size) : size_(size) {}
  std::size_t size() const { return size_; }

  std::unique_ptr<char[]> take() {
    if (free_.empty())
      return std::unique_ptr<char[]>(new char[size_]); // not zeroed: untouched pages cost nothing
    auto out = std::move(free_.back());
    free_.pop_back();
    return out;
  }

  void give(std::unique_ptr<char[]> buffer) {
    if (buffer && free_.size() < kept_max)
      free_.push_back(std::move(buffer));
  }

private:
  static constexpr std::size_t kept_max = 64;
  std::size_t size_;
  std::vector<std::unique_ptr<char[]>> free_;
};

/// What a client's connections share. Touched on the loop's thread alone.
struct connection_host {
  asio::io_context& context;
  const http_options options;
  std::string agent_line;  ///< "User-Agent: ...\r\n"
  std::string fixed_lines; ///< what every GET has besides
  std::string home_lines;  ///< in their place where options.extras' headers go
  resolver_cache dns;
  tls_engine tls;
  buffer_pool buffers;
  body_decoder decoder;

  connection_host(asio::io_context& loop, http_options wanted);
  virtual ~connection_host() = default;

  /// The exchange is over; its answer is filled in. `again` is true if it found a stale connection
  /// and is to be tried on a new one.
  virtual void finished(connection& by, std::unique_ptr<exchange> work, bool again) = 0;
};

/// Writes the request for `work`; `out` is cleared first.
/// Takes: `secrets`, false to leave out the lines that authorize, or may: those, cookies, and
/// headers that the user added.
void write_request(const connection_host& host, const exchange& work, std::string& out,
                   bool secrets = true);
void write_connect(const connection_host& host, const exchange& work, std::string& out);

} // namespace troupe::io
