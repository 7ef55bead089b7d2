// SPDX-License-Identifier: BSD-3-Clause
//
// One connection, as CAF's broker sees it, with a guard in front: see network.hpp, whose part this
// is. CAF's default scribe reads what the broker asks for and hands it on; this one looks at each
// frame's head first.
//
// A frame of BASP (both CAF versions; numbers big-endian):
//   0     1  2  3      4            8               16            24           32
//   | op  | 0  0| flags| payload    | operation     | source      | destination| payload bytes ...
//   |     |     |      | length, u32| data, u64     | actor, u64  | actor, u64 |
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/port.hpp"

#include <caf/io/basp/header.hpp>
#include <caf/io/basp/message_type.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/scribe_impl.hpp>

namespace troupe::runtime {

/// The sockets of a port that are open now. A socket is ended by shutting it down, not by closing
/// it: its number stays taken until CAF lets it go, and nobody else's socket can get it meanwhile.
class socket_table {
public:
  using key = std::uint64_t;

  key add(int fd);
  void remove(key which);
  void end(key which);
  void end_all(); ///< and each that is added later, at once
  std::size_t size() const;

  /// A node has one connection at a time. With a second one while CAF still has the first, the loss
  /// of the first would be no loss to CAF: nobody who watched an actor behind it would hear that it
  /// is gone.
  /// Takes: the node's number, as its handshake says it. Returns: whether it is this socket's.
  bool claim(key which, std::string_view node);
  void forget(key which); ///< CAF has tidied up behind it

private:
  mutable std::mutex mutex_;
  std::map<key, int> open_;
  std::map<std::string, key, std::less<>> nodes_;
  key last_ = 0;
  bool ended_ = false;
};

/// What the other end is.
enum class peer_role { client, server };

/// See the head of this file.
class guarded_scribe final : public caf::io::network::scribe_impl {
public:
#if TROUPE_CAF1
  using execution_context = caf::scheduler;
#else
  using execution_context = caf::execution_unit;
#endif

  guarded_scribe(caf::io::network::default_multiplexer& multiplexer, int fd, peer_role peer,
                 std::size_t message_bytes_max, std::shared_ptr<socket_table> sockets);
  ~guarded_scribe() override;

  socket_table::key key() const { return key_; }
  bool consume(execution_context* context, const void* bytes, std::size_t size) override;
  void graceful_shutdown() override;

private:
  bool permits(const unsigned char* head, std::uint32_t payload_bytes);
  bool refuse();

  const peer_role peer_;
  const std::size_t message_bytes_max_;
  const std::shared_ptr<socket_table> sockets_;
  const socket_table::key key_;
  bool greeted_ = false;
  bool refused_ = false;
  bool payload_is_next_ = false;
  bool node_is_next_ = false; // its number is the payload
};

} // namespace troupe::runtime
