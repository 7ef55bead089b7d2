// SPDX-License-Identifier: BSD-3-Clause
#include "actors/gateway/collector.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/sec.hpp>

#include "messages/type_ids.hpp"

namespace troupe::gateway {

collector_actor::behavior_type collector::make_behavior() {
  for (std::size_t i = 0; i < sources; ++i)
    start(static_cast<source_kind>(i));
  return {
      [this](trio_wanted x) { ask(x.ticket); },
      [this](trio_dropped x) { trios_.erase(x.ticket); },
  };
}

collector::collector(collector_actor::pointer self, collector_port port,
                     caf::timespan source_deadline)
    : self_(self), port_(std::move(port)), source_deadline_(source_deadline), watcher_(self) {}

collector::~collector() {
  for (const auto& s : sources_)
    runtime::stop(s);
  port_.gone("the collector has ended");
}

void collector::start(source_kind which) {
  auto& s = sources_[static_cast<std::size_t>(which)];
  s = port_.start(self_, which);
  watcher_.watch(self_, s, [this, which](const caf::error&) { lost(which); });
}

// What it had in hand is answered by nobody else.
void collector::lost(source_kind which) {
  std::vector<std::uint64_t> waiting;
  for (const auto& [ticket, t] : trios_)
    waiting.push_back(ticket);
  for (const auto ticket : waiting)
    keep(ticket, static_cast<std::size_t>(which), {{}, "the source has stopped", false, 0});
  if (restarts_++ < restarts_max)
    return start(which);
  self_->quit();
}

void collector::ask(std::uint64_t ticket) {
  trios_[ticket].asked = self_->clock().now();
  for (std::size_t i = 0; i < sources; ++i)
    runtime::request(self_, sources_[i], source_deadline_, source_wanted{})
        .then(
            [this, ticket, i](const source_read& r) {
              keep(ticket, i, {r.text, r.error, r.late, 0, r.cut});
            },
            [this, ticket, i](const caf::error& why) {
              const bool late = why == caf::sec::request_timeout;
              keep(ticket, i, {{}, late ? "no answer in time" : "the source has stopped", late, 0});
            });
}

void collector::keep(std::uint64_t ticket, std::size_t at, source_answer a) {
  const auto found = trios_.find(ticket);
  if (found == trios_.end())
    return; // nobody waits any more
  auto& t = found->second;
  if (std::exchange(t.have[at], true))
    return;
  a.took_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(self_->clock().now() - t.asked)
          .count());
  t.answer.parts[at] = std::move(a);
  if (std::find(t.have.begin(), t.have.end(), false) != t.have.end())
    return;
  auto whole = std::move(t.answer);
  trios_.erase(found);
  port_.answer(ticket, std::move(whole));
}

} // namespace troupe::gateway
