// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <caf/actor_clock.hpp>
#include <caf/timespan.hpp>

#include "io/gateway/source_service.hpp"
#include "messages/gateway.hpp"
#include "runtime/mail.hpp"

namespace troupe::gateway {

/// The outside, as a collector sees it.
struct collector_port {
  /// Starts the actor that reads this source, in place of one that died.
  std::function<source_actor(collector_actor::pointer self, source_kind which)> start;
  /// Called once a ticket; nothing happens if its asker has gone.
  std::function<void(std::uint64_t ticket, trio_answer)> answer;
  /// Called once, when the collector has ended.
  std::function<void(std::string why)> gone;
};

/// Asks all three sources at once, so that the three together take as long as the slowest. A source
/// that fails or is late is named in the answer, beside what the others gave; one that dies is
/// replaced.
class collector {
public:
  static constexpr const char* name = "collector";
  static constexpr unsigned restarts_max = 100; // of sources; then it ends
  /// Takes: `source_deadline`, after which a source is late.
  collector(collector_actor::pointer self, collector_port port, caf::timespan source_deadline);
  ~collector();
  collector(const collector&) = delete;
  collector& operator=(const collector&) = delete;
  collector_actor::behavior_type make_behavior();

private:
  struct trio {
    trio_answer answer;
    std::array<bool, sources> have{};
    caf::actor_clock::time_point asked;
  };
  void start(source_kind which);
  void lost(source_kind which);
  void ask(std::uint64_t ticket);
  void keep(std::uint64_t ticket, std::size_t at, source_answer a);

  collector_actor::pointer self_;
  collector_port port_;
  caf::timespan source_deadline_;
  runtime::watcher watcher_;
  std::array<source_actor, sources> sources_;
  std::map<std::uint64_t, trio> trios_;
  unsigned restarts_ = 0;
};

} // namespace troupe::gateway
