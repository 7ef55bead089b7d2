// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Checks one batch after the other. Asks for more than one at first, so that the next is there
/// when one is done, and then for as many as it has done.
class checker {
public:
  static constexpr const char* name = "checker";
  checker(checker_actor::pointer self, dispatcher_actor dispatcher, const check_ports& ports,
          crew_limits crew);
  checker_actor::behavior_type make_behavior();

private:
  void ask_for(std::uint32_t batches);

  checker_actor::pointer self_;
  dispatcher_actor dispatcher_;
  std::function<io::timed_answer(std::string_view)> check_lines_;
  std::function<std::vector<verdict>(const number_list&, method)> check_numbers_;
  std::uint32_t batches_ahead_;
};

} // namespace troupe::primes
