// SPDX-License-Identifier: BSD-3-Clause
//
// A history's events as calls, and its records by id: what all checks begin with. Part of
// history_check.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "domain/bank/history.hpp"
#include "domain/bank/history_check.hpp"

namespace troupe::bank {

struct history_call {
  const history_event* begin = nullptr;
  const history_event* end = nullptr; ///< nullptr: nothing was heard
  event_type outcome() const { return end ? end->type : event_type::info; }
};

/// A record and where it is.
struct placed_record {
  std::uint32_t partition = 0;
  std::uint64_t sequence = 0;
  const record* what = nullptr;
};

/// Takes: a history that outlives it.
struct history_index {
  explicit history_index(const history& h);
  const history& of;
  std::vector<history_call> calls;                    ///< by the time of their beginning
  std::map<op_id, std::vector<placed_record>> places; ///< in a partition's order
  check_result processes;                             ///< what is said of calls while pairing them
};

/// What a record does to balances: told to `move(account, by)`, system accounts left out. Derived
/// from the movement alone, not from the balances that the receipt tells.
template <class Move>
void each_movement(const record& r, Move move) {
  using k = operation_kind;
  if (r.answer.error != fault::none || r.answer.pending)
    return;
  const auto [from, to, moved] = std::tuple{r.asked.from, r.asked.to, r.answer.moved};
  switch (r.asked.kind) {
  case k::open:
    move(to, amount{0});
    break;
  case k::deposit:
  case k::receive:
    move(to, moved);
    break;
  case k::withdraw:
  case k::settle:
    move(from, -moved);
    break;
  case k::transfer:
  case k::post:
    move(from, -moved);
    move(to, moved);
    break;
  default:
    break;
  }
}

/// "FILE:7: process 3: ", for a sentence's beginning.
std::string said_by(const history& h, const history_event& e);

/// "transfer 00..2a of 3 from 4 to 9".
std::string words_of(const operation& op);

/// Whole reads against the states that the records say there were, in real time.
check_result check_order(const history_index& index);

} // namespace troupe::bank
