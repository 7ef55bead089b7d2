// SPDX-License-Identifier: BSD-3-Clause
#include "io/trace/watched_mutex.hpp"

#include <string>
#include <utility>

namespace troupe::trace {

// Only waiting is a slice: taking a free lock is not worth one.
void watched_mutex::lock_told(recorder& to) {
  if (!mutex_.try_lock()) {
    const auto begin = now();
    mutex_.lock();
    to.slice(to.here(), to.text(std::string{"waits for "} + name_), 0, begin, now());
  }
  hold(to);
}

void watched_mutex::hold(recorder& to) {
  if (told_ != &to) {
    row_ = to.add_row(std::string{name_} + ": held by");
    told_ = &to;
  }
  holder_ = to.here();
  since_ = now();
}

void watched_mutex::unlock_told() {
  const auto begin = std::exchange(since_, 0);
  const auto row = row_, by = holder_;
  auto* const told = told_;
  const auto end = now();
  mutex_.unlock();
  if (on() == told) // it may have ended meanwhile
    told->held(row, by, begin, end);
}

void told_lock::lock_told(std::uint64_t number) {
  row_ = to_->here();
  detail_ = to_->text(std::to_string(number));
  if (!mutex_.try_lock()) {
    const auto begin = now();
    mutex_.lock();
    to_->slice(row_, to_->text(std::string{"waits for "} + name_), detail_, begin, now());
  }
  since_ = now();
}

} // namespace troupe::trace
