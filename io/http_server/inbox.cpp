// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/inbox.hpp"

#include "io/http_server/stream_core.hpp"

namespace troupe::io {

void inbox::push(mail m) {
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

void inbox::take(std::vector<mail>& taken) {
  const std::lock_guard lock(gate_);
  waiting_.swap(taken);
}

void inbox::close() {
  std::vector<mail> dropped;
  const std::lock_guard lock(gate_);
  closed_ = true;
  waiting_.swap(dropped);
}

} // namespace troupe::io
