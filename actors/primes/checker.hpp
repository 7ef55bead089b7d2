// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <variant>

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Checks one batch after the other. Asks for more than one at first, so that the next is there
/// when one is done, and then for as many as it has done.
///
/// Batches wait in a queue of its own, and between two of them it reads what has come: so it hears
/// of those that it need not begin.
class checker {
public:
  static constexpr const char* name = "checker";
  checker(checker_actor::pointer self, dispatcher_actor dispatcher, check_ports ports,
          crew_limits crew);
  checker_actor::behavior_type make_behavior();

private:
  template <class Batch>
  void keep(const Batch& x);
  void drop(std::uint64_t batch);
  void check_first();
  void check(const numbers_batch& x);
  void check(const lines_batch& x);
  void ask_for(std::uint32_t batches);

  checker_actor::pointer self_;
  dispatcher_actor dispatcher_;
  check_ports ports_;
  line_job job_; // what check_lines_ was made for
  std::function<io::timed_answer(std::string_view)> check_lines_;
  std::deque<std::variant<numbers_batch, lines_batch>> queue_;
  bool going_on_ = false; // a check_next is on its way
  std::uint32_t batches_ahead_;
};

} // namespace troupe::primes
