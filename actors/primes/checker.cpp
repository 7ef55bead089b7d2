// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/checker.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

checker_actor::behavior_type checker::make_behavior() {
  ask_for(batches_ahead_);
  return {
      [this](const numbers_batch& x) {
        runtime::send(self_, dispatcher_, numbers_done{x.batch, check_numbers_(x.list, x.how)});
        ask_for(1);
      },
      [this](const lines_batch& x) {
        auto [answer, took] = check_lines_(*x.lines);
        lines_checked result{std::make_shared<const block_answer>(std::move(answer)),
                             static_cast<std::uint64_t>(took.count())};
        runtime::send(self_, dispatcher_, lines_done{x.batch, std::move(result)});
        ask_for(1);
      },
  };
}

checker::checker(checker_actor::pointer self, dispatcher_actor dispatcher, const check_ports& ports,
                 crew_limits crew)
    : self_(self), dispatcher_(std::move(dispatcher)),
      check_lines_(ports.make_line_checker ? ports.make_line_checker() : nullptr),
      check_numbers_(ports.check_numbers), batches_ahead_(crew.batches_ahead) {}

void checker::ask_for(std::uint32_t batches) {
  runtime::send(self_, dispatcher_, want_batch{checker_actor{self_}, batches});
}

} // namespace troupe::primes
