// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/inbox.hpp"

#include "io/http_server/stream_core.hpp"

namespace troupe::io {

void answer_inbox::push(answer_mail m) {
  bool was_empty = false;
  {
    const std::lock_guard lock(gate_);
    if (closed_)
      return;
    was_empty = waiting_.empty();
    waiting_.push_back(std::move(m));
  }
  if (was_empty)
    asio::post(context, [this] { on_mail(); });
}

void answer_inbox::take(std::vector<answer_mail>& taken) {
  const std::lock_guard lock(gate_);
  waiting_.swap(taken);
}

void answer_inbox::close() {
  std::vector<answer_mail> dropped;
  const std::lock_guard lock(gate_);
  closed_ = true;
  waiting_.swap(dropped);
}

} // namespace troupe::io
