// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <thread>

#include "io/http/asio.hpp"
#include "io/http/client.hpp"

namespace troupe::io {

struct io_loop::impl {
  asio::io_context context{1}; // one thread runs it
  std::thread thread;
  // Whether the loop outlives the requests. If not (run()), a client must leave no timer behind
  // that would keep it running; if so, the timer also closes idle connections.
  std::atomic<bool> lingers{false};
};

} // namespace troupe::io
