// SPDX-License-Identifier: BSD-3-Clause
//
// What is said to the actor that owns all accounts of the smallest bank (domain/bank/balances.hpp).
//
//   vault <- apply_batch ------ vault teller     a few under way at a time: the teller's credit
//   vault -- batch_applied ---> vault teller     the paper comes back, and is written on again
//   vault <- balances_wanted -- anybody,         answered by balances_known
//
// Known limits: in memory only and without ids, so that a batch whose answer is lost is in doubt.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/bank/balances.hpp"
#include "runtime/port.hpp"

namespace troupe::bank {

struct apply_batch;
struct batch_applied;
struct balances_wanted;
struct balances_known;
struct teller_check;

/// Owns every account, and applies what it is sent in the order it comes.
using vault_actor =
    runtime::interface<caf::result<batch_applied>(apply_batch),
                       caf::result<balances_known>(balances_wanted)>; // between two batches

/// Draws transfers from its source and has the vault apply them.
using vault_teller_actor =
    runtime::interface<caf::result<void>(batch_applied),
                       caf::result<void>(teller_check)>; // to itself: does the vault still answer?

/// Teller to vault: apply these, in this order. Reply: batch_applied.
struct apply_batch {
  std::vector<quick_transfer> transfers;
};

/// Vault to teller: `refused` of those were refused. The transfers come back, moved and not copied,
/// so that their memory serves for the next batch.
struct batch_applied {
  std::vector<quick_transfer> transfers;
  std::uint64_t refused = 0;
};

/// What is on the accounts? Reply: balances_known, all of one moment.
struct balances_wanted {};
struct balances_known {
  std::vector<std::int64_t> amounts;
};

/// A teller to itself, by the clock. Public because a typed interface must name all that its actor
/// hears.
struct teller_check {
  std::uint64_t answers = 0; ///< how many it had had when it sent this
};

template <class Inspector>
auto inspect(Inspector& f, quick_transfer& x) {
  return runtime::fields(f, x, "quick_transfer", runtime::field("from", x.from),
                         runtime::field("to", x.to), runtime::field("amount", x.amount));
}
template <class Inspector>
auto inspect(Inspector& f, apply_batch& x) {
  return runtime::fields(f, x, "apply_batch", runtime::field("transfers", x.transfers));
}
template <class Inspector>
auto inspect(Inspector& f, batch_applied& x) {
  return runtime::fields(f, x, "batch_applied", runtime::field("transfers", x.transfers),
                         runtime::field("refused", x.refused));
}
template <class Inspector>
auto inspect(Inspector& f, balances_wanted& x) {
  return runtime::fields(f, x, "balances_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, balances_known& x) {
  return runtime::fields(f, x, "balances_known", runtime::field("amounts", x.amounts));
}
template <class Inspector>
auto inspect(Inspector& f, teller_check& x) {
  return runtime::fields(f, x, "teller_check", runtime::field("answers", x.answers));
}

} // namespace troupe::bank
