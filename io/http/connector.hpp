// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "io/http/asio.hpp"

namespace troupe::io {

/// Connects to the first of several addresses that answers: the families take turns, an attempt
/// that has not answered within 250 ms gets company, one that failed is followed at once.
/// Threads: the loop's.
/// Source: RFC 8305 (Happy Eyeballs), its section 5.
class connector : public std::enable_shared_from_this<connector> {
public:
  /// Called once, with the socket or with the error of the last attempt; not after cancel().
  using callback = std::function<void(error_code, tcp_socket)>;

  explicit connector(asio::io_context& context) : context_(context) {}

  /// Takes: at least one address; those beyond the eighth are not tried.
  void start(const std::vector<asio::ip::address>& addresses, std::uint16_t port, callback done);
  void tick(steady::time_point now); ///< to be called now and then: starts the next attempt
  void cancel();

private:
  void attempt();
  void ended(std::size_t index, error_code error);
  void finish(error_code error, tcp_socket socket);

  asio::io_context& context_;
  callback done_;
  std::vector<tcp::endpoint> targets_;
  std::vector<std::optional<tcp_socket>> sockets_; // one a started attempt; empty once failed
  std::size_t failed_ = 0;
  steady::time_point next_at_;
};

} // namespace troupe::io
