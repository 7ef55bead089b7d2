// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/raw_client.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace troupe::test {

std::string raw_answer::field(std::string_view name) const {
  std::size_t at = head.find("\r\n");
  while (at != std::string::npos && at + 2 < head.size()) {
    at += 2;
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    if (colon != std::string::npos && colon < end && colon - at == name.size()
        && strncasecmp(head.data() + at, name.data(), name.size()) == 0) {
      const auto value = head.find_first_not_of(' ', colon + 1);
      return head.substr(value, end - value);
    }
    at = end;
  }
  return {};
}

raw_client::raw_client(std::uint16_t port, int receive_buffer) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer != 0)
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

raw_client::~raw_client() { close(); }

void raw_client::close() {
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
}

void raw_client::reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void raw_client::end_sending() { shutdown(fd_, SHUT_WR); }

void raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool raw_client::more() {
  pollfd p{fd_, POLLIN, 0};
  if (poll(&p, 1, static_cast<int>(patience.count())) <= 0)
    return false;
  char buffer[65'536];
  const auto n = recv(fd_, buffer, sizeof buffer, 0);
  if (n < 0 && errno == ECONNRESET)
    reset_ = true;
  if (n <= 0)
    return false;
  ahead_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

std::string raw_client::read_bytes(std::size_t n) {
  while (ahead_.size() < n && more()) {
  }
  const std::string out = ahead_.substr(0, n);
  ahead_.erase(0, out.size());
  return out;
}

std::string raw_client::read_to_end() {
  while (more()) {
  }
  return std::exchange(ahead_, {});
}

bool raw_client::ends() {
  pollfd p{fd_, POLLIN, 0};
  if (!ahead_.empty() || poll(&p, 1, static_cast<int>(patience.count())) <= 0)
    return false;
  return !more();
}

bool raw_client::is_reset() {
  while (more()) {
  }
  return reset_;
}

raw_answer raw_client::read_answer(bool head_only) {
  raw_answer a;
  std::size_t end = 0;
  while ((end = ahead_.find("\r\n\r\n")) == std::string::npos)
    if (!more())
      return a;
  a.head = ahead_.substr(0, end + 4);
  ahead_.erase(0, end + 4);
  if (!a.head.starts_with("HTTP/1.1 ") || a.head.size() < 13)
    return a;
  a.status = std::stoi(a.head.substr(9, 3));
  if (head_only || a.status < 200 || a.status == 204 || a.status == 304) {
    a.whole = true;
  } else if (const auto length = a.field("Content-Length"); !length.empty()) {
    const auto n = std::stoul(length);
    a.body = read_bytes(n);
    a.whole = a.body.size() == n;
  } else if (a.field("Transfer-Encoding") == "chunked") {
    for (;;) {
      while (ahead_.find("\r\n") == std::string::npos)
        if (!more())
          return a;
      const auto size = std::stoul(ahead_, nullptr, 16);
      ahead_.erase(0, ahead_.find("\r\n") + 2);
      const auto piece = read_bytes(size + 2);
      if (piece.size() < size + 2 || !piece.ends_with("\r\n"))
        return a;
      a.body.append(piece, 0, size);
      if (size == 0)
        break;
    }
    a.whole = true;
  } else {
    a.body = read_to_end();
    a.whole = !reset_;
  }
  return a;
}

} // namespace troupe::test
