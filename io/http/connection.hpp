// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/http/connector.hpp"
#include "io/http/exchange.hpp"
#include "io/http/response_reader.hpp"

namespace troupe::io {

/// One connection to an origin or a proxy: opens itself for its first exchange, then serves one
/// after the other.
///
///     fresh -> resolving -> connecting -> [tunneling] -> [handshaking]
///                -> writing -> header -> body -> idle -> writing ...
///     any   -> closed, for good
///
/// Threads: the loop's. An operation in flight keeps the object alive; once closed it touches
/// nothing but itself, so that it may outlive its host.
class connection : public std::enable_shared_from_this<connection> {
public:
  connection(connection_host& host, std::string key)
      : host_(host), key_(std::move(key)), socket_(host.context.get_executor()) {}

  /// Takes: work that this connection's key() fits; the connection is fresh or idle.
  void start(std::unique_ptr<exchange> work);

  /// To be called every now and then while an exchange runs: looks at the deadline.
  void tick(steady::time_point now);

  /// Ends the exchange and closes. No effect without one.
  void fail(crawl::fault what, std::string detail);

  /// Closes and drops the exchange, uncalled.
  void close();

  /// Returns: false if the peer has closed, or sent what nobody asked for, while idle.
  bool still_usable();

  bool open() const { return state_ == state::idle; } ///< may serve again
  const std::string& key() const { return key_; }
  const exchange* work() const { return work_.get(); }

  std::size_t slot = 0;          ///< the host's: place among the busy ones
  steady::time_point idle_since; ///< the host's

private:
  enum class state : std::uint8_t {
    fresh,
    resolving,
    connecting,
    tunneling,
    handshaking,
    writing,
    header,
    body,
    idle,
    closed
  };

  void within(std::uint32_t ms) { deadline_ = steady::now() + std::chrono::milliseconds(ms); }
  void resolved(const resolver_cache::answer& found);
  void connect(const std::vector<asio::ip::address>& addresses);
  void connected(const error_code& error, tcp_socket socket);
  void open_tunnel();
  void tunnel_opened();
  void handshake();
  void send_request();
  void write(state then);
  void written(const error_code& error, state then);
  void read();
  void readable(const error_code& error);
  void received(const error_code& error, std::size_t bytes);
  void input_ended(const error_code& error);
  void progress();
  void complete();
  void finish(bool reusable);
  void begin_record();
  std::string peer_address() const;
  void end_record(std::shared_ptr<const std::string> payload, crawl::truncation cut = {});
  void unreachable(crawl::fault what, std::string detail);

  connection_host& host_;
  std::string key_;
  tcp_socket socket_;
  std::unique_ptr<tls_stream> tls_;
  std::shared_ptr<connector> connector_;
  std::unique_ptr<exchange> work_;
  std::string out_;
  std::unique_ptr<char[]> in_;
  std::size_t in_bytes_ = 0;
  response_reader reader_;
  std::optional<crawl::fetched> tunnel_answer_;
  steady::time_point deadline_;
  std::uint32_t served_ = 0; // complete responses
  state state_ = state::fresh;
};

} // namespace troupe::io
