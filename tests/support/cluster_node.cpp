// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/cluster_node.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <utility>

namespace troupe::test {

namespace {

constexpr int patience_ms = 60'000;

void await(int fd, short what) {
  pollfd p{fd, what, 0};
  if (::poll(&p, 1, patience_ms) != 1)
    throw std::runtime_error("nothing moved for a minute");
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

void require(bool fine, const char* what) {
  if (!fine)
    throw std::runtime_error(what);
}

} // namespace

descriptor& descriptor::operator=(descriptor&& other) noexcept {
  reset();
  fd_ = other.release();
  return *this;
}

int descriptor::release() { return std::exchange(fd_, -1); }

void descriptor::reset() {
  if (fd_ >= 0)
    ::close(release());
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    await(fd, POLLOUT);
    const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    require(n > 0, "the other side has gone");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string read_exactly(int fd, std::size_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t have = 0; have < bytes;) {
    await(fd, POLLIN);
    const auto n = ::recv(fd, out.data() + have, bytes - have, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    require(n > 0, "the other side ended too early");
    have += static_cast<std::size_t>(n);
  }
  return out;
}

std::string read_to_end(int fd) {
  std::string out;
  char piece[4096];
  for (;;) {
    await(fd, POLLIN);
    const auto n = ::recv(fd, piece, sizeof piece, 0);
    if (n <= 0)
      return out;
    out.append(piece, static_cast<std::size_t>(n));
  }
}

cluster_node::cluster_node(cluster::links_options o)
    : links_([this, &o] {
        o.on_up = [this](cluster::link l) { put(ups_, std::move(l)); };
        o.on_state = [this](std::uint64_t id, cluster::link_state s, const std::string& why) {
          put(states_, state{id, s, why});
        };
        o.on_refused = [this](const std::string& address, const std::string& why) {
          put(refusals_, address + ": " + why);
        };
        return std::move(o);
      }()) {
  links_.start();
}

template <class What>
What cluster_node::next(std::deque<What>& from, const char* what) {
  std::unique_lock lock(gate_);
  if (!changed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                         [&] { return !from.empty(); }))
    throw std::runtime_error(std::string(what) + " did not come within a minute");
  What out = std::move(from.front());
  from.pop_front();
  return out;
}

template <class What>
void cluster_node::put(std::deque<What>& to, What what) {
  const std::lock_guard lock(gate_);
  to.push_back(std::move(what));
  changed_.notify_all();
}

cluster::link cluster_node::next_up() { return next(ups_, "a link"); }
std::string cluster_node::next_refusal() { return next(refusals_, "a refusal"); }
std::string cluster_node::next_failure() { return next(failures_, "a failure"); }
cluster_node::state cluster_node::next_state() { return next(states_, "a change"); }

std::string cluster_node::next_down() {
  for (;;)
    if (auto s = next_state(); s.now == cluster::link_state::down)
      return s.reason;
}

void cluster_node::dial(const std::string& where) {
  links_.dial(where, {}, [this](const std::string& why) { put(failures_, why); });
}

cluster::hello plain_hello(const std::string& node) {
  static std::uint32_t made = 0; // a forked child begins where its parent was
  cluster::hello h;
  h.carrier = "bytes 1";
  h.types_hash = 7;
  h.node = node;
  h.instance = static_cast<std::uint64_t>(::getpid()) << 32 | ++made;
  h.roles = cluster::primes;
  h.processors = 2;
  return h;
}

cluster::links_options node_options(const std::string& node) {
  cluster::links_options o;
  o.self = plain_hello(node);
  o.port = 0;
  o.bounds.hello_ms_max = 30'000;
  o.bounds.connect_ms_max = 30'000;
  o.bounds.ping_ms = 100;
  o.bounds.suspect_ms = 20'000;
  o.bounds.down_ms = 30'000;
  return o;
}

linked connect(cluster_node& from, cluster_node& to) {
  from.dial(to.where());
  linked out;
  out.a = from.next_up();
  out.at_a = descriptor(out.a.fd);
  out.b = to.next_up();
  out.at_b = descriptor(out.b.fd);
  return out;
}

descriptor raw_connect(std::uint16_t port) {
  descriptor d(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto to = loopback(port);
  require(::connect(d.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
  return d;
}

descriptor raw_listen(std::uint16_t& port) {
  descriptor d(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto at = loopback(0);
  socklen_t size = sizeof at;
  require(::bind(d.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0
              && ::listen(d.get(), 8) == 0
              && ::getsockname(d.get(), reinterpret_cast<sockaddr*>(&at), &size) == 0,
          "listen");
  port = ntohs(at.sin_port);
  return d;
}

descriptor raw_accept(int listening) {
  await(listening, POLLIN);
  descriptor d(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
  require(d.get() >= 0, "accept");
  return d;
}

raw_tls::raw_tls(int fd, const std::string& folder, bool as_server)
    : context_(SSL_CTX_new(TLS_method())), as_server_(as_server) {
  if (!folder.empty())
    require(SSL_CTX_use_certificate_file(context_, (folder + "/node.pem").c_str(), SSL_FILETYPE_PEM)
                    == 1
                && SSL_CTX_use_PrivateKey_file(context_, (folder + "/node-key.pem").c_str(),
                                               SSL_FILETYPE_PEM)
                       == 1,
            "certificate");
  ::signal(SIGPIPE, SIG_IGN); // OpenSSL writes as to a file
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, fd);
  timeval patience{patience_ms / 1000, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

raw_tls::~raw_tls() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

bool raw_tls::handshake() { return (as_server_ ? SSL_accept(ssl_) : SSL_connect(ssl_)) == 1; }

void raw_tls::write(std::string_view bytes) {
  SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
}

std::string raw_tls::read_to_end() {
  std::string out;
  char piece[4096];
  for (int n = 0; (n = SSL_read(ssl_, piece, sizeof piece)) > 0;)
    out.append(piece, static_cast<std::size_t>(n));
  return out;
}

} // namespace troupe::test
