// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include <caf/timespan.hpp>

#include "messages/account.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// Writes down what the tellers tell, in the order it hears it; when the last of them has gone,
/// asks every account what it holds, hands the round over, and ends. Where an account does not
/// answer, its balance is missing in the round, so that no judge can take it for whole.
///
/// The umpire starts the tellers itself, since who is to watch them must know them from birth.
class umpire {
public:
  static constexpr const char* name = "umpire";
  using start_tellers = std::function<std::vector<teller_actor>(const umpire_actor&)>;
  /// Takes: `start`, called once, inside this actor; `ended`, likewise, at the end.
  umpire(umpire_actor::pointer self, std::vector<account_actor> accounts, start_tellers start,
         std::function<void(race_outcome)> ended);
  umpire_actor::behavior_type make_behavior();

private:
  void look_into(std::size_t account);
  void end();

  umpire_actor::pointer self_;
  std::vector<account_actor> accounts_;
  start_tellers start_;
  std::function<void(race_outcome)> ended_;
  std::size_t tellers_out_ = 0;
  race_outcome round_;
  caf::timespan deadline_ = std::chrono::seconds(30);
  runtime::watcher watcher_;
};

} // namespace troupe::bank
