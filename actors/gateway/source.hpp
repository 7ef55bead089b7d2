// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include <caf/timespan.hpp>
#include <caf/typed_response_promise.hpp>

#include "messages/gateway.hpp"

namespace troupe::gateway {

/// Reads something outside. Calls back once, on any thread, perhaps before it returns.
using source_port = std::function<void(std::function<void(source_read)> done)>;

/// One of the tutorial's slow sources. Waiting is a message to itself that comes later, so that any
/// number of questions wait side by side; a port that blocks wants a thread (spawn_detached).
class source {
public:
  static constexpr const char* name = "source";
  /// Takes: `delay`, before each reading.
  source(source_actor::pointer self, source_port read, caf::timespan delay);
  source_actor::behavior_type make_behavior();

private:
  source_actor::pointer self_;
  source_port read_;
  caf::timespan delay_;
  std::map<std::uint64_t, caf::typed_response_promise<source_read>> waiting_;
  std::uint64_t next_ = 1;
};

} // namespace troupe::gateway
