// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "io/cluster/address.hpp"
#include "io/http/connector.hpp"
#include "io/http/resolver_cache.hpp"

namespace troupe::cluster {

/// One attempt to reach "host:port", the name's look-up and all its addresses, within a deadline.
/// Threads: the loop's.
class dialer : public std::enable_shared_from_this<dialer> {
public:
  /// Called once, with a connected socket or with the reason in words; not after cancel().
  using callback = std::function<void(io::tcp_socket, const std::string& why)>;

  /// Takes: `anywhere`, false if only loopback may be dialed.
  dialer(io::asio::io_context& context, io::resolver_cache& names, bool anywhere,
         std::uint32_t connect_ms_max)
      : context_(context), names_(names), anywhere_(anywhere), connect_ms_max_(connect_ms_max) {}

  void start(const host_and_port& to, callback done);
  void tick(io::steady::time_point now); ///< to be called now and then: sees what is late
  void cancel();

private:
  void resolved(const io::resolver_cache::answer& found);
  void finish(io::tcp_socket socket, const std::string& why);
  void fail(const std::string& why);

  io::asio::io_context& context_;
  io::resolver_cache& names_;
  const bool anywhere_;
  const std::uint32_t connect_ms_max_;
  host_and_port to_;
  callback done_;
  std::shared_ptr<io::connector> connector_;
  io::steady::time_point deadline_;
};

} // namespace troupe::cluster
