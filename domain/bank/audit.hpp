// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "domain/bank/operation.hpp"

namespace troupe::bank {

/// What an audit went through.
struct audit_totals {
  std::uint64_t records = 0;
  std::uint64_t refused = 0; ///< among the records
  std::uint64_t accounts = 0;
  std::uint64_t holds = 0;
  std::uint64_t holds_open = 0;
  std::uint64_t on_the_way = 0; ///< transfers between partitions that are not settled
  /// What clients have, over all partitions: what is on its way is counted once. A currency is left
  /// out where 64 bits do not hold the sum.
  std::map<currency, amount> clients;
};

/// Re-derives a whole bank from its history and compares: written apart from class ledger, and
/// using nothing of it, so that a mistake there is not made here again.
///
/// To be fed, for each partition from 0: begin_partition, every record in order, every account and
/// every hold as stored (in any order), end_partition; at last finish. Each returns false from the
/// first difference on, which difference() tells in one line.
///
/// It checks that the sequence has no gap and time never runs back; ids come once (a transfer's id
/// once more at its far end, and once more for its end); what refused operations moved (nothing);
/// balances and held amounts in receipts and in the store; that no account of a client goes below
/// its overdraft; holds' states; that balances add up to 0 for each currency and partition; and
/// between partitions, that what arrived was sent, what was settled arrived, and what was given
/// back did not, so that the in-flight accounts add up to what is on its way.
///
/// It cannot see that the newest records of all are missing as if they had never been, nor that an
/// id which nothing else names was exchanged for a new one. For that, compare with a copy.
///
/// Cost: about 100 bytes an id, an account and a hold; linear time.
class audit {
public:
  explicit audit(std::uint32_t partitions);
  ~audit();

  /// Takes: the last record that was written when the near end was not told the far end's balance.
  bool begin_partition(std::uint64_t untold_sequence = 0);
  bool take(const record& r);
  bool take(const account& stored);
  bool take(const hold& stored);
  bool end_partition();
  bool finish();

  /// "" or "partition 0, sequence 7, account 12: balance is 90, expected 100".
  const std::string& difference() const;
  const audit_totals& totals() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::bank
