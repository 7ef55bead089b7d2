// SPDX-License-Identifier: BSD-3-Clause
//
// Judges a bank by what its clients saw and by the records that it left, after the fact. It uses
// nothing of the ledger's rules, so that a mistake there is not made here again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/bank/history.hpp"

namespace troupe::bank {

struct check_result {
  std::string name; ///< one word
  std::string what; ///< that was found to be so, as a sentence without its full stop
  std::uint64_t checked = 0;
  std::string counterexample; ///< "", or the first one, in a line
  /// Where there was nothing to look at, nothing is known to be good.
  bool good() const { return counterexample.empty() && checked > 0; }
};

/// The checks, in order:
///
///   processes  each does one thing at a time, ends what it began, and nothing after an info; time
///              does not run back; no id is used for two operations
///   totals     each whole read's balances and what is in transit add up to what there is
///   floors     no balance is below its overdraft: in reads, after any record, and at the end
///   ids        an operation that was acknowledged is in the records once, as it was asked; a
///              refused one moved nothing; one of which nothing is known did so at most once; and
///              nobody else's is there
///   lookups    asked for by its id at the end, each operation is told as its client was told
///   order      each whole read shows every partition as it was after some of its records. All that
///              was acknowledged before the read began, and all that an earlier read had seen, is
///              among them; nothing is that was begun after the read had ended; and what arrived
///              somewhere had left where it came from (a consistent cut). Operations that followed
///              each other have records that do, too
///   balances   the records, from nothing, lead to the balances that the ledger has
///
/// Totals alone would say little: two transfers of one amount, of which each is seen at one end,
/// add up. It is `order` that finds a read which was never true.
///
/// `order` is decided, not searched: every condition on a read says how much of a partition it has
/// seen at least, given how much it has seen of the others. So the least cut that satisfies all is
/// found by raising each partition to its next state that looks like the read, until nothing moves;
/// and if any cut is in time, and leaves later reads a way, that one does.
///
/// Where it stops: states are compared by 64-bit hashes. And two reads at the same time may have
/// seen two partitions in contrary orders, each of them rightly by itself: that is not looked for.
///
/// Cost: linear in events and in records times partitions; memory about 200 bytes an event and 100
/// a record, and 8 more for each partition.
/// Source: totals and floors are Jepsen's bank test. The order of real time: Herlihy and Wing,
/// "Linearizability", ACM TOPLAS 12(3), 1990, for which Knossos searches. Taking the order of
/// versions from what the store itself tells, instead of searching: Kingsbury and Alvaro, "Elle:
/// Inferring Isolation Anomalies from Experimental Observations", VLDB 2020. Consistent cuts:
/// Chandy and Lamport, "Distributed Snapshots", ACM TOCS 3(1), 1985.
std::vector<check_result> check_history(const history& h);

} // namespace troupe::bank
