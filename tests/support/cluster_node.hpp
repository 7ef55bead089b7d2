// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "io/cluster/links.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace troupe::test {

/// A descriptor that closes itself.
class descriptor {
public:
  explicit descriptor(int fd = -1) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(other.release()) {}
  descriptor& operator=(descriptor&& other) noexcept;
  ~descriptor() { reset(); }
  int get() const { return fd_; }
  int release();
  void reset();

private:
  int fd_;
};

/// Blocking; throw if the other side has gone, or nothing moves for a minute.
void write_all(int fd, std::string_view bytes);
std::string read_exactly(int fd, std::size_t bytes);
/// Until the other side ends. Returns: what came.
std::string read_to_end(int fd);

/// Links that write down what they say. What is waited for has a minute to come, or it throws.
class cluster_node {
public:
  struct state {
    std::uint64_t id;
    cluster::link_state now;
    std::string reason;
  };

  explicit cluster_node(cluster::links_options o);
  ~cluster_node() { links_.stop(); }

  cluster::links& links() { return links_; }
  std::string where() { return "127.0.0.1:" + std::to_string(links_.port()); }

  cluster::link next_up();
  std::string next_refusal(); ///< "address: reason"
  std::string next_failure(); ///< of a dial
  state next_state();
  std::string next_down(); ///< skips other states
  /// Dials; the link's end comes with next_up(), the failure with next_failure().
  void dial(const std::string& where);

private:
  template <class What>
  What next(std::deque<What>& from, const char* what);
  template <class What>
  void put(std::deque<What>& to, What what);

  std::mutex gate_;
  std::condition_variable changed_;
  std::deque<cluster::link> ups_;
  std::deque<std::string> refusals_, failures_;
  std::deque<state> states_;
  cluster::links links_; // last: its thread uses the others
};

/// A hello that fits every other one of this kind. The carrier is none that is looked into.
cluster::hello plain_hello(const std::string& node);
/// Listens on loopback, with bounds that a slow machine meets.
cluster::links_options node_options(const std::string& node);

/// Both ends of a new link between two nodes: that of `from`, that of `to`.
struct linked {
  cluster::link a, b;
  descriptor at_a, at_b;
};
linked connect(cluster_node& from, cluster_node& to);

/// What is no node: a TCP connection that says what the test wants.
descriptor raw_connect(std::uint16_t port);
descriptor raw_listen(std::uint16_t& port);
descriptor raw_accept(int listening);

/// TLS over a raw connection, with the certificate of a folder, "" for none; trusts everybody.
class raw_tls {
public:
  raw_tls(int fd, const std::string& folder, bool as_server);
  ~raw_tls();
  raw_tls(const raw_tls&) = delete;
  raw_tls& operator=(const raw_tls&) = delete;
  bool handshake(); ///< false: failed
  void write(std::string_view bytes);
  std::string read_to_end();

private:
  ssl_ctx_st* context_;
  ssl_st* ssl_;
  bool as_server_;
};

} // namespace troupe::test
