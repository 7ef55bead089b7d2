// SPDX-License-Identifier: BSD-3-Clause
//
// Somebody who is told of each letter's way through a system: when it is put into a mailbox, and
// when its receiver begins and ends with it. For timelines; nobody is, unless a program says so.
//
// Known limit: with CAF 1.x actors are made by CAF itself, and nobody is told anything.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "runtime/port.hpp"

namespace caf {
class local_actor;
class mailbox_element;
} // namespace caf

namespace troupe::runtime {

/// Threads: all of a system's, and those that post to it; at the same time.
class letter_observer {
public:
  virtual ~letter_observer() = default;
  /// The calling thread, or the actor that it runs, has put a letter into a mailbox: it is not
  /// there yet. `letter` is the same until ended() with it.
  virtual void sent(const void* letter) = 0;
  /// An actor begins with a letter. Takes: `mark`, a number that the actor keeps for the observer,
  /// 0 at first; `name` and `id` of the actor; `message`, the name of the message's type.
  virtual void begins(const void* letter, std::uint64_t& mark, std::string_view name,
                      std::uint64_t id, std::string_view message) = 0;
  /// It is done with it.
  virtual void ends(std::uint64_t mark, std::string_view message) = 0;
};

namespace detail {

extern std::atomic<letter_observer*> observer;

inline letter_observer* observing() noexcept { return observer.load(std::memory_order_acquire); }

// From begins() to ends(), whatever is thrown between.
class observed_handling {
public:
  observed_handling(letter_observer& to, const void* letter, std::uint64_t& mark,
                    std::string_view name, std::uint64_t id, std::string_view message)
      : to_(to), message_(message) {
    to_.begins(letter, mark, name, id, message);
    mark_ = mark;
  }
  ~observed_handling() { to_.ends(mark_, message_); }
  observed_handling(const observed_handling&) = delete;
  observed_handling& operator=(const observed_handling&) = delete;

private:
  letter_observer& to_;
  std::string_view message_;
  std::uint64_t mark_ = 0;
};

#if !TROUPE_CAF1
// Returns: the type of the letter's first value without its namespaces; lives as long as the
// program.
std::string_view name_of(const caf::local_actor& self, const caf::mailbox_element& letter);
#endif

} // namespace detail

/// From now on `to` is told, or nobody if it is null. It has to live until all systems are gone.
void observe_letters(letter_observer* to) noexcept;

} // namespace troupe::runtime
