// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/checker.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

checker_actor::behavior_type checker::make_behavior() {
  ask_for(batches_ahead_);
  return {
      [this](const numbers_batch& x) { keep(x); },
      [this](const lines_batch& x) { keep(x); },
      [this](const drop_batch& x) { drop(x.batch); },
      [this](check_next) { check_first(); },
  };
}

checker::checker(checker_actor::pointer self, dispatcher_actor dispatcher, check_ports ports,
                 crew_limits crew)
    : self_(self), dispatcher_(std::move(dispatcher)), ports_(std::move(ports)),
      batches_ahead_(crew.batches_ahead) {}

template <class Batch>
void checker::keep(const Batch& x) {
  queue_.push_back(x);
  if (!std::exchange(going_on_, true))
    runtime::send(self_, checker_actor{self_}, check_next{});
}

void checker::drop(std::uint64_t batch) {
  const auto is_it = [batch](const auto& x) {
    return std::visit([batch](const auto& b) { return b.batch == batch; }, x);
  };
  if (std::erase_if(queue_, is_it) > 0)
    runtime::send(self_, dispatcher_, batch_dropped{batch});
}

void checker::check_first() {
  going_on_ = !queue_.empty();
  if (!going_on_)
    return; // dropped
  const auto first = std::move(queue_.front());
  queue_.pop_front();
  std::visit([this](const auto& x) { check(x); }, first);
  ask_for(1);
  going_on_ = !queue_.empty();
  if (going_on_)
    runtime::send(self_, checker_actor{self_}, check_next{});
}

// What is no list, or no block, has come from elsewhere: the answer is as empty.
void checker::check(const numbers_batch& x) {
  numbers_done done{x.batch, {}};
  if (x.list && in_order(*x.list))
    done.verdicts = ports_.check_numbers(*x.list, x.how);
  if (std::count(done.verdicts.begin(), done.verdicts.end(), verdict::cancelled) != 0)
    return; // see below
  runtime::send(self_, dispatcher_, std::move(done));
}

void checker::check(const lines_batch& x) {
  if (!check_lines_ || x.job != job_) {
    job_ = x.job;
    check_lines_ = ports_.make_line_checker(job_);
  }
  auto [answer, took] = check_lines_(x.lines ? *x.lines : std::string_view{});
  if (!answer.whole)
    return; // told to stop on the way: ours is no answer, and others may still find one
  lines_checked result{std::make_shared<const block_answer>(std::move(answer)),
                       static_cast<std::uint64_t>(took.count())};
  runtime::send(self_, dispatcher_, lines_done{x.batch, std::move(result)});
}

void checker::ask_for(std::uint32_t batches) {
  runtime::send(self_, dispatcher_, want_batch{checker_actor{self_}, batches});
}

} // namespace troupe::primes
