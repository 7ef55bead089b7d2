// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace troupe::gateway {

/// A number that costs something to get, for whoever may ask as often as he likes: it is taken anew
/// once an interval at most, and in between the last one is told. Threads: any; who comes while it
/// is taken waits for it.
class rare_reading {
public:
  using clock = std::chrono::steady_clock;
  explicit rare_reading(std::function<std::uint64_t()> take,
                        clock::duration every = std::chrono::seconds(1),
                        std::function<clock::time_point()> now = clock::now)
      : take_(std::move(take)), every_(every), now_(std::move(now)) {}

  std::uint64_t get() const {
    const std::lock_guard hold{lock_};
    if (!taken_ || now_() - *taken_ >= every_) {
      last_ = take_();
      taken_ = now_(); // after it: what takes long is not taken all the time
    }
    return last_;
  }

private:
  const std::function<std::uint64_t()> take_;
  const clock::duration every_;
  const std::function<clock::time_point()> now_;
  mutable std::mutex lock_; // guards what follows
  mutable std::optional<clock::time_point> taken_;
  mutable std::uint64_t last_ = 0;
};

} // namespace troupe::gateway
