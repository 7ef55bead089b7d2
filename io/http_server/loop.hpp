// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "io/http_server/answerer_state.hpp"
#include "io/http_server/connection.hpp"
#include "io/http_server/spare_descriptor.hpp"

namespace troupe::io {

using server_acceptor = asio::basic_socket_acceptor<tcp, loop_executor>;

/// Deadlines are looked at so often: none is kept more closely than this.
inline constexpr std::uint32_t sweep_ms = 100;
/// Connections of a thread that are being told that there are too many. Beyond that, or when no
/// descriptor is left, the oldest of them is closed for the newest.
inline constexpr std::size_t turned_away_max = 64;
inline constexpr std::uint32_t accept_retry_ms = 50; ///< after all descriptors were in use

/// One thread's counts, written by it alone, read by all.
struct alignas(64) loop_counts {
  std::atomic<std::uint64_t> connections{0}, requests{0}, in_flight{0}, streams{0};
  std::atomic<std::uint64_t> incoming_bytes{0};
  static void add(std::atomic<std::uint64_t>& count, std::int64_t change) {
    count.store(count.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(change),
                std::memory_order_relaxed);
  }
};

/// What the threads of a server share; outlives them.
struct server_setting {
  http_server_options options;
  http_server::handler handle;
  void* tls = nullptr; ///< asio::ssl::context
  std::vector<loop_counts*> counts;

  std::uint64_t total(std::atomic<std::uint64_t> loop_counts::*what) const {
    std::uint64_t sum = 0;
    for (const auto* c : counts)
      sum += (c->*what).load(std::memory_order_relaxed);
    return sum;
  }
};

/// One thread's part of the server: its acceptor, its connections, their deadlines.
class server_loop {
public:
  server_loop(const server_setting& setting, std::shared_ptr<answer_inbox> in);
  ~server_loop();
  server_loop(const server_loop&) = delete;
  server_loop& operator=(const server_loop&) = delete;

  server_acceptor& acceptor() { return acceptor_; }
  loop_counts& counts() { return counts_; }
  /// Runs until it was stopped. Returns: true if nothing had to be cut off.
  bool run();
  void stop();     ///< Threads: any.
  void stop_now(); ///< Threads: any.

  // -- for its connections
  const server_setting& setting() const { return setting_; }
  asio::io_context& context() { return inbox_->context; }
  std::uint64_t now_ms() const { return now_ms_; }
  std::string_view date() { return date_.now(); }
  bool is_stopping() const { return stopping_; }
  std::shared_ptr<answerer::state> take_state();
  void give_back_state(std::shared_ptr<answerer::state> s) { spare_state_ = std::move(s); }
  /// The connection has ended.
  void forget(server_connection& c);
  void touch_clock();

private:
  // loop_accept.cpp
  void accept();
  void on_accept(error_code e, tcp_socket socket, const tcp::endpoint& peer);
  void admit(tcp_socket socket, const tcp::endpoint& peer);
  void end_oldest_turned_away();
  void make_way();
  bool turn_away_at_the_door();

  // loop.cpp
  void add(std::shared_ptr<server_connection> c);
  void on_mail();
  void arm_sweep();
  void sweep();
  void drain();
  void cut_all();
  void end_if_empty();

  const server_setting& setting_;
  std::shared_ptr<answer_inbox> inbox_;
  loop_counts counts_;
  server_acceptor acceptor_;
  loop_timer accept_retry_, sweep_timer_;
  std::vector<std::shared_ptr<server_connection>> table_;
  std::vector<std::uint32_t> generations_, free_;
  std::size_t connected_ = 0;
  std::deque<connection_id> turned_away_; // the oldest first
  spare_descriptor spare_;
  std::vector<answer_mail> mail_;
  std::vector<std::shared_ptr<server_connection>> dirty_;
  std::shared_ptr<answerer::state> spare_state_;
  date_text date_;
  std::uint64_t now_ms_ = 0, drain_deadline_ms_ = 0;
  bool sweeping_ = false, stopping_ = false, clean_ = true;
};

} // namespace troupe::io
