// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace troupe::test {

/// What an HTTP server said to one request.
struct http_said {
  int status = 0;
  std::string head;   ///< status line and fields
  std::string body;   ///< without its chunks' frames
  bool whole = false; ///< it came to its end in order
};

/// One request on a connection of its own, sent when made, read as far and as fast as a test wants.
/// Plain blocking sockets.
class http_call {
public:
  http_call(std::uint16_t port, const std::string& method, const std::string& target,
            const std::string& json = "", int receive_buffer_bytes = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_bytes > 0)
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    const timeval patience{60, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("no connection");
    std::string text =
        method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    if (!json.empty())
      text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size())
              + "\r\n";
    text += "\r\n" + json;
    if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("the request was not taken");
  }
  ~http_call() { ::close(fd_); }
  http_call(const http_call&) = delete;
  http_call& operator=(const http_call&) = delete;

  /// Reads what is there, at least a byte. Returns: false at the end.
  bool read_some(std::size_t bytes_max = 64u << 10) {
    std::string piece(bytes_max, '\0');
    const auto n = ::recv(fd_, piece.data(), piece.size(), 0);
    if (n > 0)
      raw_.append(piece, 0, static_cast<std::size_t>(n));
    return n > 0;
  }
  /// Reads until `text` has come. Returns: false if it never did.
  bool read_until(std::string_view text) {
    while (raw_.find(text) == raw_.npos)
      if (!read_some())
        return false;
    return true;
  }
  http_said finish() {
    while (read_some()) {
    }
    return parse(raw_);
  }
  const std::string& raw() const { return raw_; }

private:
  static http_said parse(const std::string& raw) {
    http_said out;
    const auto end = raw.find("\r\n\r\n");
    if (end == raw.npos)
      return out;
    out.head = raw.substr(0, end + 2);
    out.status = std::stoi(out.head.substr(9, 3));
    auto rest = std::string_view{raw}.substr(end + 4);
    if (out.head.find("chunked") == out.head.npos) {
      out.body = rest;
      out.whole = true;
      return out;
    }
    for (;;) {
      const auto line = rest.find("\r\n");
      if (line == rest.npos)
        return out;
      const auto size = std::stoul(std::string{rest.substr(0, line)}, nullptr, 16);
      if (size == 0) {
        out.whole = true;
        return out;
      }
      if (rest.size() < line + 2 + size + 2)
        return out;
      out.body += rest.substr(line + 2, size);
      rest.remove_prefix(line + 2 + size + 2);
    }
  }

  int fd_ = -1;
  std::string raw_;
};

inline http_said call(std::uint16_t port, const std::string& method, const std::string& target,
                      const std::string& json = "") {
  return http_call{port, method, target, json}.finish();
}

} // namespace troupe::test
