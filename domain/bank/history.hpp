// SPDX-License-Identifier: BSD-3-Clause
//
// What clients of a bank saw, written down while it happened: one line of JSON (RFC 8259) an event.
//
//   {"setting":{"total":5000,"accounts":50,"clients":8,"seed":7}}     once, at the top; total
//   counts
//   {"process":3,"type":"invoke","time_ns":17,"op":"transfer","id":"00..2a","from":4,"to":9,"amount":3}
//   {"process":3,"type":"ok","time_ns":90,"op":"transfer","id":"00..2a"}
//   {"process":1,"type":"fail","time_ns":95,"op":"transfer","id":"00..2b","error":"insufficient_funds"}
//   {"process":2,"type":"info","time_ns":99,"op":"transfer","id":"00..2c","error":"unreachable"}
//   {"process":0,"type":"ok","time_ns":120,"op":"whole_read","balances":[[4,97],[9,103]],
//    "in_transit":0}
//   {"process":0,"type":"ok","time_ns":200,"op":"lookup","id":"00..2a",
//    "found":[{"kind":"transfer","from":4,"to":9,"amount":3,"error":null}]}
//
// in_transit: what has left one partition, had not reached another, and is in neither balance.
// time_ns is one clock that never runs back, for all processes; an invocation is
// written before the call, its end after it. Beside these lines stand those that `troupe-bank
// ledger export` writes: records in a partition's order, a partition after the other, and accounts.
//
// Source: invoke, ok, fail, info and processes that end with info are Knossos' terms
// (github.com/jepsen-io/knossos); random transfers and reads of all accounts are Jepsen's bank
// test (github.com/jepsen-io/jepsen, jepsen/tests/bank.clj).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/bank/operation.hpp"

namespace troupe::bank {

enum class event_type : std::uint8_t {
  invoke,
  ok,   ///< it was done
  fail, ///< it was not done, and will not be
  info, ///< whether it was done is not known, nor whether it will be
};

enum class event_op : std::uint8_t { post, whole_read, lookup };

struct history_event {
  std::uint32_t file = 0; ///< index into history::files
  std::uint64_t line = 0; ///< from 1
  std::uint64_t process = 0;
  event_type type = event_type::invoke;
  std::int64_t time_ns = 0;
  event_op op = event_op::post;
  operation asked;                                     ///< of post; of lookup its id
  fault error = fault::none;                           ///< of fail and info
  std::vector<std::pair<account_id, amount>> balances; ///< of a whole read that is ok
  amount in_transit = 0;
  std::vector<record> found; ///< of a lookup that is ok
};

/// All that was written down of one run.
struct history {
  std::vector<std::string> files; ///< names, for counterexamples
  std::vector<history_event> events;
  std::vector<std::vector<record>> partitions; ///< the ledger's records, as exported
  std::map<account_id, account> accounts;      ///< likewise
  std::optional<amount> total;                 ///< stated: what clients have, all together
  std::uint64_t truncated = 0;                 ///< files whose last line is not whole
};

/// Adds the lines of one file. A last line that a killed client did not finish is counted and left
/// out; it can be no invocation that had begun, since those are written first.
/// Returns: "", or "NAME:7: what is wrong with that line".
std::string add_file(history& to, const std::string& name, std::string_view text);

/// Returns: the event's line, with its line feed.
std::string line_of(const history_event& e);

/// Returns: "NAME:7".
std::string place_of(const history& h, const history_event& e);

/// How much of what there is: so that a run in which nothing happened is not taken for a good one.
struct history_counts {
  std::uint64_t reads = 0;        ///< whole reads, ok
  std::uint64_t reads_failed = 0; ///< and others
  std::uint64_t transfers_ok = 0;
  std::uint64_t transfers_fail = 0;
  std::uint64_t transfers_info = 0; ///< those without an end included
  std::uint64_t lookups = 0;
  std::uint64_t records = 0;
};
history_counts count_of(const history& h);

} // namespace troupe::bank
