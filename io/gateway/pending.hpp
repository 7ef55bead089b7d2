// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// Those who wait for an engine's answers. Each gets a ticket, which travels with the question in
/// its place: so that what travels is a plain value, an answer counts once, and one that comes
/// after its asker has gone goes nowhere. Threads: any, all functions; no callback is called under
/// the lock.
template <class Answer>
class pending {
public:
  /// Takes: how many may wait at once.
  explicit pending(std::size_t waiting_max) : waiting_max_(waiting_max) {}

  /// Keeps `done` until its ticket's answer. Returns: the ticket, never 0; or 0 if too many wait or
  /// nobody answers any more: then `done` is left where it is, and refusal() says which.
  std::uint64_t add(callback<Answer>& done) {
    const std::lock_guard hold{lock_};
    if (!closed_.empty() || waiting_ == waiting_max_)
      return 0;
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const auto at = free_.back();
    free_.pop_back();
    slots_[at].done = std::move(done);
    ++waiting_;
    return ticket(at);
  }

  fault refusal() const {
    const std::lock_guard hold{lock_};
    return closed_.empty() ? fault::overloaded : fault::unavailable;
  }

  /// Returns: false if nobody waits for it (any more).
  bool answer(std::uint64_t ticket, Answer a) {
    auto done = take(ticket, true);
    if (!done)
      return false;
    done(std::move(a));
    return true;
  }

  /// Its asker has gone. Returns: false if nobody waited.
  bool drop(std::uint64_t ticket) { return static_cast<bool>(take(ticket, false)); }

  /// No more answers will come: all who wait get fault::unavailable, and so do those who ask later.
  /// Takes: why, for close_reason(). Only the first call counts.
  void close(std::string why) {
    std::vector<callback<Answer>> left;
    {
      const std::lock_guard hold{lock_};
      if (!closed_.empty())
        return;
      closed_ = why.empty() ? "closed" : std::move(why);
      for (std::uint32_t at = 0; at < slots_.size(); ++at)
        if (slots_[at].done)
          left.push_back(empty(at));
    }
    for (auto& done : left) {
      Answer a;
      a.error = fault::unavailable;
      done(std::move(a));
    }
  }

  std::string close_reason() const { ///< "" while it is open
    const std::lock_guard hold{lock_};
    return closed_;
  }
  std::size_t waiting() const {
    const std::lock_guard hold{lock_};
    return waiting_;
  }
  std::uint64_t answered() const {
    const std::lock_guard hold{lock_};
    return answered_;
  }

private:
  struct slot {
    std::uint32_t generation = 1; // never 0, so that no ticket is
    callback<Answer> done;
  };
  std::uint64_t ticket(std::uint32_t at) const {
    return std::uint64_t{slots_[at].generation} << 32 | at;
  }
  callback<Answer> empty(std::uint32_t at) {
    auto& s = slots_[at];
    if (++s.generation == 0)
      s.generation = 1;
    free_.push_back(at);
    --waiting_;
    return std::exchange(s.done, nullptr);
  }
  callback<Answer> take(std::uint64_t t, bool count) {
    const std::lock_guard hold{lock_};
    const auto at = static_cast<std::uint32_t>(t);
    if (at >= slots_.size() || !slots_[at].done || ticket(at) != t)
      return nullptr;
    answered_ += count ? 1 : 0;
    return empty(at);
  }

  mutable std::mutex lock_;
  const std::size_t waiting_max_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t waiting_ = 0;
  std::uint64_t answered_ = 0;
  std::string closed_;
};

} // namespace troupe::gateway
