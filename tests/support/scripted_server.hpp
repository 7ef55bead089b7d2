// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace troupe::test {

/// One connection, seen from the server: what a script does to its client, byte by byte. Plain
/// blocking sockets, so that nothing between the script and the wire means well.
class peer {
public:
  /// Returns: the next request's header block, "" once the client has closed.
  std::string read_request();
  void send(std::string_view bytes);
  /// Sends byte after byte, with a pause before each, until the client is gone.
  void drip(std::string_view bytes, std::chrono::milliseconds pause);
  void send_without_end(std::string_view bytes); ///< again and again, until the client is gone
  void pause(std::chrono::milliseconds time);    ///< ends early when the server stops
  void hold();                                   ///< says nothing until the client is gone
  void reset();                                  ///< RST instead of FIN
  void close_properly();                         ///< under TLS: with close_notify
  std::size_t number() const { return number_; } ///< of the connection, from 0
  ssl_st* tls() const { return tls_; }
  int socket() const { return fd_; }
  bool gone() const { return gone_; }

private:
  friend class scripted_server;
  peer(int fd, std::size_t number) : fd_(fd), number_(number) {}
  ~peer();
  long receive(char* to, std::size_t size);

  int fd_;
  std::size_t number_;
  ssl_st* tls_ = nullptr;
  bool gone_ = false;
  std::string ahead_; // read, but of the next request
};

/// A server on loopback that runs a script on each connection, each on a thread of its own, and
/// closes it when the script returns.
class scripted_server {
public:
  using script = std::function<void(peer&)>;
  struct options {
    bool ipv6 = false;
    ssl_ctx_st* tls = nullptr; ///< must outlive the server
    std::string host = "";     ///< in url(); "": the address
  };

  explicit scripted_server(script play);
  scripted_server(script play, options how);
  ~scripted_server();

  std::uint16_t port() const;
  std::string url(std::string_view path = "/") const;
  std::string authority() const;
  std::size_t connections() const;           ///< accepted so far
  std::vector<std::string> requests() const; ///< header blocks that scripts have read

private:
  friend class peer;
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// A listener that lets nobody in: its queue is full, so that connecting to it hangs.
class full_listener {
public:
  full_listener();
  ~full_listener();
  std::uint16_t port() const { return port_; }

private:
  std::vector<int> sockets_;
  std::uint16_t port_ = 0;
};

/// Returns: a complete response with a Content-Length.
std::string response(std::string_view body, std::string_view headers = "",
                     std::string_view status = "200 OK");

} // namespace troupe::test
