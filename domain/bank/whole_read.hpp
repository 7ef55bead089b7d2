// SPDX-License-Identifier: BSD-3-Clause
//
// Reading all partitions as they were at one cut, while they work. A cut is a line through what
// each of them does, so that nothing is after the line at its sender and before it at its receiver:
// cuts have rising numbers, all that partitions say to each other carries the highest one that the
// sender knows of, and who hears of a higher one keeps its state before it goes on.
//
//        p ---- t sent ----|------- u sent ----       t crosses the line: it is among what p has
//                 \        c           \              outgoing, and q does not have it yet
//        q --------\-- c --\-- t ----- u ------
//
// Then money is counted once: what had left p and was not settled there is reserved at p, and still
// p's, unless q had it by then; where q had it, it is taken off at p.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/bank/operation.hpp"

namespace troupe::bank {

/// Why there is no whole read. None of these is stored.
enum class whole_fault : std::uint8_t {
  none = 0,
  unreachable = 1,  ///< a partition has no place now, or does not answer
  store_failed = 2, ///< a partition has stopped
  too_large = 3,    ///< more accounts, or transfers on their way, than one read may have
  overtaken = 4,    ///< partitions moved, or another read came, as often as it was tried
};
std::string_view to_string(whole_fault f); ///< the enumerator's name; "" for none

struct whole_limits {
  std::uint64_t accounts_max = 100'000; ///< of all partitions together
  std::uint64_t transfers_max = 20'000; ///< not settled at their near end, likewise
};

/// A transfer or post to another partition that is not settled at its near end.
struct open_transfer {
  op_id id;
  account_id from = no_account;
  account_id to = no_account;
  amount value = 0;
  currency unit = currency::none;
  friend bool operator==(const open_transfer&, const open_transfer&) = default;
};

/// One partition as it was at a cut.
struct part_at_cut {
  std::uint64_t cut = 0;
  std::uint64_t sequence = 0; ///< its last record
  std::vector<account> accounts;
  std::vector<open_transfer> outgoing;
  friend bool operator==(const part_at_cut&, const part_at_cut&) = default;
};

/// All of a bank at one cut.
struct whole_state {
  whole_fault error = whole_fault::none;
  std::string why; ///< one line, if there is an error; then nothing else is here
  std::uint64_t cut = 0;
  std::vector<account> accounts;         ///< by number; system accounts of all partitions as one
  std::vector<open_transfer> on_the_way; ///< reserved at `from` and counted there
  friend bool operator==(const whole_state&, const whole_state&) = default;
};

/// Puts partitions together that were read at one cut.
/// Takes: `arrived`, those of their outgoing transfers that the far end had by then.
whole_state put_together(std::span<const part_at_cut> parts,
                         std::span<const open_transfer> arrived);

/// Returns: what clients have, a currency each; one is left out where 64 bits do not hold its sum.
std::map<currency, amount> sum_of_clients(std::span<const account> accounts);

/// Does each currency add up to 0, the outside counted, and is nothing in flight? So it is in every
/// whole read.
bool adds_up(std::span<const account> accounts);

} // namespace troupe::bank
