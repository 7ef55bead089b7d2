// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace troupe::test {

namespace {

// Where peers leave the requests they read; set for the thread of each connection.
thread_local std::function<void(const std::string&)> note_request;

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

int listen_on_loopback(bool ipv6, int backlog) {
  int fd = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int rc = -1;
  if (ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    rc = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    rc = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  if (fd < 0 || rc != 0 || ::listen(fd, backlog) != 0)
    throw std::runtime_error("no loopback socket");
  return fd;
}

} // namespace

peer::~peer() {
  if (tls_)
    SSL_free(tls_);
  ::close(fd_);
}

long peer::receive(char* to, std::size_t size) {
  auto got = tls_ ? SSL_read(tls_, to, static_cast<int>(size))
                  : static_cast<int>(::recv(fd_, to, size, 0));
  if (got <= 0)
    gone_ = true;
  return got;
}

std::string peer::read_request() {
  std::string text = std::move(ahead_);
  ahead_.clear();
  for (;;) {
    if (auto end = text.find("\r\n\r\n"); end != text.npos) {
      ahead_ = text.substr(end + 4);
      text.resize(end + 4);
      if (note_request)
        note_request(text);
      return text;
    }
    char bytes[4096];
    auto got = receive(bytes, sizeof bytes);
    if (got <= 0)
      return {};
    text.append(bytes, static_cast<std::size_t>(got));
  }
}

void peer::send(std::string_view bytes) {
  while (!bytes.empty() && !gone_) {
    auto sent = tls_ ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                     : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0)
      gone_ = true;
    else
      bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void peer::drip(std::string_view bytes, std::chrono::milliseconds time) {
  for (std::size_t i = 0; i < bytes.size() && !gone_; ++i) {
    pause(time);
    send(bytes.substr(i, 1));
  }
}

void peer::send_without_end(std::string_view bytes) {
  while (!gone_)
    send(bytes);
}

// poll() on the socket's end is the pause: the server's stop() shuts the socket down.
void peer::pause(std::chrono::milliseconds time) {
  pollfd end{fd_, POLLRDHUP, 0};
  ::poll(&end, 1, static_cast<int>(time.count()));
}

void peer::hold() {
  char bytes[4096];
  while (::recv(fd_, bytes, sizeof bytes, 0) > 0) {
  }
  gone_ = true;
}

void peer::reset() {
  linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void peer::close_properly() {
  if (tls_)
    SSL_shutdown(tls_);
  ::shutdown(fd_, SHUT_WR);
}

struct scripted_server::impl {
  script play;
  options how;
  int listener = -1;
  std::uint16_t port = 0;
  std::thread acceptor;
  mutable std::mutex gate; // all below
  bool stopping = false;
  std::size_t accepted = 0;
  std::vector<std::string> requests;
  std::list<int> open;
  std::vector<std::thread> threads;

  void accept_all() {
    for (;;) {
      int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0)
        return;
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      std::lock_guard lock(gate);
      if (stopping) {
        ::close(fd);
        return;
      }
      auto place = open.insert(open.end(), fd);
      threads.emplace_back([this, fd, place, number = accepted++] { serve(fd, place, number); });
    }
  }

  void serve(int fd, std::list<int>::iterator place, std::size_t number) {
    note_request = [this](const std::string& text) {
      std::lock_guard lock(gate);
      requests.push_back(text);
    };
    peer who(fd, number);
    bool welcome = true;
    if (how.tls) {
      who.tls_ = SSL_new(how.tls);
      SSL_set_fd(who.tls_, fd);
      welcome = SSL_accept(who.tls_) == 1;
    }
    if (welcome)
      play(who);
    std::lock_guard lock(gate);
    open.erase(place); // before ~peer closes the descriptor, which another may get
  }
};

scripted_server::scripted_server(script play) : scripted_server(std::move(play), options{}) {}

scripted_server::scripted_server(script play, options how) : impl_(std::make_unique<impl>()) {
  std::signal(SIGPIPE, SIG_IGN); // SSL_write knows no MSG_NOSIGNAL
  impl_->play = std::move(play);
  impl_->how = how;
  impl_->listener = listen_on_loopback(how.ipv6, 1024);
  impl_->port = port_of(impl_->listener);
  impl_->acceptor = std::thread([this] { impl_->accept_all(); });
}

scripted_server::~scripted_server() {
  {
    std::lock_guard lock(impl_->gate);
    impl_->stopping = true;
    for (int fd : impl_->open)
      ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(impl_->listener, SHUT_RDWR);
  impl_->acceptor.join();
  ::close(impl_->listener);
  for (auto& thread : impl_->threads)
    thread.join();
}

std::uint16_t scripted_server::port() const { return impl_->port; }

std::string scripted_server::authority() const {
  auto host = !impl_->how.host.empty() ? impl_->how.host
              : impl_->how.ipv6        ? std::string("[::1]")
                                       : std::string("127.0.0.1");
  return host + ":" + std::to_string(port());
}

std::string scripted_server::url(std::string_view path) const {
  return (impl_->how.tls ? "https://" : "http://") + authority() + std::string(path);
}

std::size_t scripted_server::connections() const {
  std::lock_guard lock(impl_->gate);
  return impl_->accepted;
}

std::vector<std::string> scripted_server::requests() const {
  std::lock_guard lock(impl_->gate);
  return impl_->requests;
}

full_listener::full_listener() {
  int fd = listen_on_loopback(false, 0);
  port_ = port_of(fd);
  sockets_.push_back(fd);
  // The queue holds one more than it was told; a few knocks make sure of it.
  for (int i = 0; i < 4; ++i) {
    int knock = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    (void)::connect(knock, reinterpret_cast<sockaddr*>(&address), sizeof address);
    sockets_.push_back(knock);
  }
}

full_listener::~full_listener() {
  for (int fd : sockets_)
    ::close(fd);
}

std::string response(std::string_view body, std::string_view headers, std::string_view status) {
  std::string out = "HTTP/1.1 ";
  out += status;
  out += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  out += headers;
  out += "\r\n";
  out += body;
  return out;
}

} // namespace troupe::test
