// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "io/http_server/answer.hpp"
#include "io/http_server/inbox.hpp"

namespace troupe::io {

class server_connection;

/// What the copies of an answerer share: where the answer goes, and whether it went.
struct answerer::state {
  state(std::shared_ptr<answer_inbox> in, std::size_t stream_max)
      : home(std::move(in)), stream_bytes_max(stream_max) {}
  ~state();

  std::shared_ptr<answer_inbox> home;
  std::size_t stream_bytes_max;
  connection_id to;
  std::uint64_t request = 0;
  std::atomic<bool> answered{false};
  bool answered_inside = false; ///< the handler; only its thread looks
};

/// While it lives, its thread is inside the handler for that request: its answer needs no inbox.
class handler_scope {
public:
  handler_scope(server_connection& c, const answerer::state& s);
  ~handler_scope();
  handler_scope(const handler_scope&) = delete;
  handler_scope& operator=(const handler_scope&) = delete;
  /// Returns: the connection, if this thread is inside the handler for `s`; else null.
  static server_connection* of(const answerer::state& s);

private:
  server_connection& connection_;
  const answerer::state& state_;
};

} // namespace troupe::io
