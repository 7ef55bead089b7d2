// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/guarded_scribe.hpp"

#include <sys/socket.h>

#include <utility>

namespace troupe::runtime {

namespace {

constexpr std::uint32_t handshake_bytes_max = 64u << 10; // a node's number, an interface's names

} // namespace

socket_table::key socket_table::add(int fd) {
  const std::lock_guard lock{mutex_};
  open_.emplace(++last_, fd);
  if (ended_)
    ::shutdown(fd, SHUT_RDWR);
  return last_;
}

void socket_table::remove(key which) {
  const std::lock_guard lock{mutex_};
  open_.erase(which);
}

void socket_table::end(key which) {
  const std::lock_guard lock{mutex_};
  if (const auto found = open_.find(which); found != open_.end())
    ::shutdown(found->second, SHUT_RDWR);
}

void socket_table::end_all() {
  const std::lock_guard lock{mutex_};
  ended_ = true;
  for (const auto& [which, fd] : open_)
    ::shutdown(fd, SHUT_RDWR);
}

bool socket_table::claim(key which, std::string_view node) {
  const std::lock_guard lock{mutex_};
  return nodes_.emplace(node, which).first->second == which;
}

void socket_table::forget(key which) {
  const std::lock_guard lock{mutex_};
  std::erase_if(nodes_, [which](const auto& n) { return n.second == which; });
}

std::size_t socket_table::size() const {
  const std::lock_guard lock{mutex_};
  return open_.size();
}

guarded_scribe::guarded_scribe(caf::io::network::default_multiplexer& multiplexer, int fd,
                               peer_role peer, std::size_t message_bytes_max,
                               std::shared_ptr<socket_table> sockets)
    : scribe_impl(multiplexer, fd), peer_(peer), message_bytes_max_(message_bytes_max),
      sockets_(std::move(sockets)), key_(sockets_->add(fd)) {}

// The socket is closed after this, by the base: it is out of the table by then.
guarded_scribe::~guarded_scribe() {
  sockets_->remove(key_);
  // The broker has been told of the end by a message; this comes behind it.
  stream_.backend().post([sockets = sockets_, key = key_] { sockets->forget(key); });
}

bool guarded_scribe::consume(execution_context* context, const void* bytes, std::size_t size) {
  if (refused_)
    return true; // what was under way when the socket was shut down
  if (payload_is_next_) {
    payload_is_next_ = false;
    if (std::exchange(node_is_next_, false)
        && !sockets_->claim(key_, {static_cast<const char*>(bytes), size}))
      return refuse();
    return scribe_impl::consume(context, bytes, size);
  }
  const auto* head = static_cast<const unsigned char*>(bytes);
  std::uint32_t payload_bytes = 0;
  if (size == caf::io::basp::header_size)
    for (int i = 4; i < 8; ++i)
      payload_bytes = payload_bytes << 8 | head[i];
  if (size != caf::io::basp::header_size || !permits(head, payload_bytes))
    return refuse();
  payload_is_next_ = payload_bytes > 0;
  return scribe_impl::consume(context, bytes, size);
}

// The broker is told as if the peer had closed: the next read that finds nothing says so.
bool guarded_scribe::refuse() {
  refused_ = true;
  ::shutdown(stream_.fd(), SHUT_RDWR);
  return true;
}

bool guarded_scribe::permits(const unsigned char* head, std::uint32_t payload_bytes) {
  using caf::io::basp::message_type;
  const auto what = static_cast<message_type>(head[0]);
  if (payload_bytes > message_bytes_max_)
    return false;
  if (what != message_type::server_handshake && what != message_type::client_handshake)
    return greeted_;
  // CAF reads a handshake's payload without looking whether there is one.
  if (payload_bytes == 0 || payload_bytes > handshake_bytes_max)
    return false;
  // A client says who it is a second time, to choose among connections; a server never does.
  if (peer_ == peer_role::client) {
    greeted_ = node_is_next_ = true;
    return what == message_type::client_handshake;
  }
  return !std::exchange(greeted_, true) && what == message_type::server_handshake;
}

// CAF says goodbye and then waits until the peer closes: for ever, if that does not read.
void guarded_scribe::graceful_shutdown() {
  refused_ = true;
  scribe_impl::graceful_shutdown();
  ::shutdown(stream_.fd(), SHUT_RD);
}

} // namespace troupe::runtime
