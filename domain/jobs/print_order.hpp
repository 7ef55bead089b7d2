// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace troupe::jobs {

/// Holds finished outputs back until their turn: by job number, or, without `keep_order`, at once.
/// Cost: one entry for each job that is expected and not over yet.
template <class Output>
class print_order {
public:
  explicit print_order(bool keep_order) : keep_order_(keep_order) {}

  /// This job's output will come, or it will be forgotten.
  void expect(std::uint64_t seq) {
    if (keep_order_)
      open_.insert(seq);
  }
  /// It has come. Of a job that is not expected it is taken all the same, at once.
  void finished(std::uint64_t seq, Output output) {
    if (keep_order_ && open_.count(seq) == 1)
      held_.emplace(seq, std::move(output));
    else
      ready_.push_back(std::move(output));
    release();
  }
  /// It will not come.
  void forget(std::uint64_t seq) {
    open_.erase(seq);
    held_.erase(seq);
    release();
  }
  bool ready() const { return !ready_.empty(); }
  /// Requires: ready().
  Output take() {
    auto output = std::move(ready_.front());
    ready_.pop_front();
    return output;
  }

private:
  void release() {
    while (!held_.empty() && held_.begin()->first == *open_.begin()) {
      ready_.push_back(std::move(held_.begin()->second));
      open_.erase(open_.begin());
      held_.erase(held_.begin());
    }
  }

  bool keep_order_;
  std::set<std::uint64_t> open_;         // expected, not over
  std::map<std::uint64_t, Output> held_; // over, but an earlier one is not
  std::deque<Output> ready_;
};

} // namespace troupe::jobs
