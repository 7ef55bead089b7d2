// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/inbox.hpp"

#include "io/http_server/stream_core.hpp"

namespace troupe::io {

namespace {

// Who waits for room in a stream would wait for ever, and keep itself alive by it.
void drop(const answer_mail& m) {
  if (!m.stream)
    return;
  m.stream->end_reading();
  m.stream->tell_room();
}

} // namespace

void answer_inbox::push(answer_mail m) {
  bool was_empty = false, closed = false;
  {
    const std::lock_guard lock(gate_);
    closed = closed_;
    if (!closed) {
      was_empty = waiting_.empty();
      waiting_.push_back(std::move(m));
    }
  }
  if (closed)
    return drop(m);
  if (was_empty)
    asio::post(context, [this] { on_mail(); });
}

void answer_inbox::take(std::vector<answer_mail>& taken) {
  const std::lock_guard lock(gate_);
  waiting_.swap(taken);
}

void answer_inbox::close() {
  std::vector<answer_mail> dropped;
  {
    const std::lock_guard lock(gate_);
    closed_ = true;
    waiting_.swap(dropped);
  }
  for (const auto& m : dropped)
    drop(m);
}

} // namespace troupe::io
