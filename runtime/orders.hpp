// SPDX-License-Identifier: BSD-3-Clause
//
// Every order in which a small model's messages can be delivered, one after the other. An order is
// the list of choices made wherever more than one actor could run next; the walk counts through all
// such lists like an odometer, the last choice turning fastest (depth first).
//
//   order_walk walk;
//   do {
//     model m;                                     // built anew, the same each time
//     while (const auto ready = m.ready())
//       m.step(walk.choose(ready));
//     judge(m);
//   } while (walk.next());
//
// The model has to be a function of the choices alone: no clock, no randomness. Choosing who runs
// next is all there is to an order inside one process: a mailbox is filled in the order of sending,
// and who sends next is who runs next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace troupe::runtime {

/// See the head of this file.
class order_walk {
public:
  /// Takes: `options`, at least 1. Returns: which of them it is in this order, from 0.
  /// Throws: std::logic_error if the model offers another number of options than it did before at
  /// the same place: it is not the same model each time, and its orders cannot be counted.
  std::size_t choose(std::size_t options) {
    if (options < 2)
      return 0; // no choice, no digit
    if (at_ == digits_.size())
      digits_.push_back({0, options});
    const auto& digit = digits_[at_++];
    if (digit.options != options)
      throw std::logic_error("the model took another course under the same choices");
    return digit.chosen;
  }

  /// Goes on to the next order. Returns: false if this one was the last.
  bool next() {
    if (at_ != digits_.size())
      throw std::logic_error("the model ended early under the same choices");
    while (!digits_.empty() && digits_.back().chosen + 1 == digits_.back().options)
      digits_.pop_back();
    at_ = 0;
    if (digits_.empty())
      return false;
    ++digits_.back().chosen;
    ++number_;
    return true;
  }

  /// Returns: the order's number, from 1.
  std::uint64_t number() const { return number_; }

private:
  struct digit {
    std::size_t chosen, options;
  };
  std::vector<digit> digits_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 1;
};

} // namespace troupe::runtime
