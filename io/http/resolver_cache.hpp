// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/http/asio.hpp"

namespace troupe::io {

/// What a host name came to.
struct dns_answer {
  std::vector<asio::ip::address> addresses; ///< in the system's order of preference; empty: failed
  std::string error;                        ///< a person's words for the failure
};

/// Name resolution with a memory. Look-ups of one name at the same time are one look-up; up to
/// eight different names are asked for at once, so that one dead name server does not hold up a
/// crawl of many hosts (Asio's own resolver asks for one after the other).
/// Threads: the loop's, except close().
class resolver_cache {
public:
  using answer = std::shared_ptr<const dns_answer>;
  using waiter = std::function<void(const answer&)>;

  resolver_cache(asio::io_context& context, std::chrono::milliseconds ttl);
  ~resolver_cache();
  resolver_cache(const resolver_cache&) = delete;
  resolver_cache& operator=(const resolver_cache&) = delete;

  /// Takes: a host as in a URL: name, IPv4 address, or IPv6 address in brackets.
  /// Returns: the answer if it is known (addresses always are), else null, and `later` is called
  /// from the loop. Failures are remembered for a few seconds.
  answer resolve(std::string_view host, waiter later);

  /// Returns: how many names are being looked up, or wait for it. Threads: any.
  std::size_t pending() const;

  /// After this nothing is posted to the loop any more. Threads: any.
  void close();

private:
  struct entry {
    answer known;
    steady::time_point expires;
    std::vector<waiter> waiting;
  };
  struct workers;

  void arrived(const std::string& host, answer found, bool keep);
  void make_room(steady::time_point now);

  std::chrono::milliseconds ttl_;
  std::unordered_map<std::string, entry> entries_;
  std::shared_ptr<workers> workers_;
};

} // namespace troupe::io
