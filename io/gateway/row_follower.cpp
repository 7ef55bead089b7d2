// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/row_follower.hpp"

#include <algorithm>
#include <utility>

namespace troupe::gateway {

row_follower::row_follower(std::size_t piece_bytes, std::shared_ptr<reader_seats> seats)
    : piece_bytes_(piece_bytes), seats_(std::move(seats)), had_seat_(seats_->take()),
      seated_(had_seat_) {}

row_follower::~row_follower() { leave_seat(); }

void row_follower::start(std::shared_ptr<io::row_spill> rows,
                         std::shared_ptr<io::answer_stream> out, const std::stop_token& stop) {
  rows_ = std::move(rows);
  out_ = std::move(out);
  at_stop_.emplace(stop, [me = weak_from_this()] {
    if (const auto still = me.lock())
      still->gone();
  });
  go_on();
}

// On one thread at a time: each way out of it leaves at most one call that comes back.
void row_follower::go_on() {
  for (;;) {
    auto piece = rows_->read(offset_, piece_bytes_);
    if (piece.failed)
      return; // out_ goes with the last reference, and the reader sees that rows are missing
    if (!piece.bytes.empty()) {
      offset_ += piece.bytes.size();
      if (!out_->write(std::move(piece.bytes)))
        return;
      return out_->when_room([self = shared_from_this()] { self->go_on(); });
    }
    if (piece.ended)
      return out_->end();
    const auto waiter = rows_->when_more(offset_, [self = shared_from_this()] { self->go_on(); });
    if (waiter == 0)
      continue; // they came in between
    const std::lock_guard hold{mutex_};
    // Perhaps over by now, and another thread here with a newer one: forgetting it does no harm.
    waiter_ = std::max(waiter_, waiter);
    if (gone_)
      rows_->forget(waiter);
    return;
  }
}

void row_follower::gone() {
  std::uint64_t waiter = 0;
  {
    const std::lock_guard hold{mutex_};
    gone_ = true;
    waiter = waiter_;
  }
  leave_seat();
  if (waiter != 0)
    rows_->forget(waiter);
}

void row_follower::leave_seat() {
  const std::lock_guard hold{mutex_};
  if (std::exchange(seated_, false))
    seats_->give_back();
}

} // namespace troupe::gateway
