// SPDX-License-Identifier: BSD-3-Clause
//
// The bank's messages: clients, the router, ledgers, couriers.
//
//   client -post_batch-> router -post_batch-> ledger -batch_receipts-> router -> client
//   ledger -transfers_sent-> courier -post_batch{receive}-> the other ledger
//                            courier -post_batch{settle | give_back}-> the ledger it serves
//
// A receipt leaves a ledger only after the commit that holds it is synced, and what a ledger tells
// of accounts is never ahead of its store. Requests may be sent again at any time: operations carry
// ids.
//
// A whole read wants all ledgers as they were at one cut: a line through all that they do, which no
// message crosses backwards. So what ledgers, couriers and the router say carries the highest cut
// that they know of (`cut`, 0 for none), and a ledger that hears of a higher one keeps a snapshot
// first (domain/bank/whole_read.hpp).
//
//   whole reader -cut_wanted------> ledger   as it was at this cut; its instance
//   whole reader -arrivals_wanted-> ledger   which of these had reached it by then?
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "messages/bank_values.hpp"
#include "runtime/port.hpp"

namespace troupe::bank {

struct post_batch;
struct batch_receipts;
struct account_wanted;
struct account_report;
struct history_wanted;
struct history_report;
struct operation_wanted;
struct operation_report;
struct hold_wanted;
struct hold_report;
struct cut_wanted;
struct cut_report;
struct arrivals_wanted;
struct arrivals_report;
struct close_ledger;
struct ledger_closed;
struct transfers_sent;
struct courier_ready;
struct courier_due;
struct router_due;
struct ledger_due;

/// A program to the router: `done` hears the answer, once, inside the router. One process only.
template <class Question, class Answer>
struct call {
  Question question;
  std::shared_ptr<std::function<void(Answer)>> done;
};
using batch_call = call<post_batch, batch_receipts>;
using account_call = call<account_wanted, account_report>;
using history_call = call<history_wanted, history_report>;
using operation_call = call<operation_wanted, operation_report>;
using hold_call = call<hold_wanted, hold_report>;

/// What a client needs to know of a bank. Routers and ledgers are both more than that.
using bank_actor = runtime::interface<
    caf::result<batch_receipts>(post_batch), caf::result<account_report>(account_wanted),
    caf::result<history_report>(history_wanted), caf::result<operation_report>(operation_wanted),
    caf::result<hold_report>(hold_wanted)>;

/// Splits batches by partition; puts the receipts together again.
using router_actor = runtime::interface<
    caf::result<batch_receipts>(post_batch), caf::result<account_report>(account_wanted),
    caf::result<history_report>(history_wanted), caf::result<operation_report>(operation_wanted),
    caf::result<hold_report>(hold_wanted),
    caf::result<void>(router_due), // to itself: send on what has gathered
    caf::result<void>(batch_call), // from outside any actor
    caf::result<void>(account_call), caf::result<void>(history_call),
    caf::result<void>(operation_call), caf::result<void>(hold_call)>;

/// Brings transfers that left one ledger to the others, again and again until they are settled.
using courier_actor = runtime::interface<caf::result<void>(transfers_sent), // from its ledger
                                         caf::result<void>(courier_due)>;   // to itself: send again

/// Owns one partition; the only writer of its accounts.
using ledger_actor = runtime::interface<
    caf::result<batch_receipts>(post_batch), caf::result<account_report>(account_wanted),
    caf::result<history_report>(history_wanted), caf::result<operation_report>(operation_wanted),
    caf::result<hold_report>(hold_wanted), caf::result<cut_report>(cut_wanted),
    caf::result<arrivals_report>(arrivals_wanted),
    caf::result<ledger_closed>(close_ledger), // from whoever moves it elsewhere
    caf::result<void>(courier_ready),         // from its courier, when it starts
    caf::result<void>(ledger_due)>;           // to itself: commit

/// Do these, in order. Answered by batch_receipts.
struct post_batch {
  std::vector<operation> operations; ///< at most batch_operations_max
  bool all_or_nothing = false; ///< then all accounts must live in one partition: wrong_partition
  std::uint64_t cut = 0;       ///< highest that the sender knows of; of clients 0
};

/// One receipt an operation, in the order of the batch.
struct batch_receipts {
  std::vector<receipt> receipts;
  std::uint64_t cut = 0; ///< highest that the ledger knows of
};

/// How does this account stand? Answered by account_report.
struct account_wanted {
  account_id id = no_account;
};
struct account_report {
  fault error = fault::none; ///< no_account, store_failed, unreachable
  account state;
  std::uint64_t cut = 0; ///< likewise
};

/// What happened on this account? Answered by history_report, newest first.
struct history_wanted {
  account_id id = no_account;
  std::uint64_t before = 0; ///< sequence; 0: from the end
  std::uint32_t records_max = 100;
};
struct history_report {
  fault error = fault::none; ///< no_account; store_failed: the store cannot read it; unreachable
  std::vector<record> records;
  std::uint64_t cut = 0; ///< likewise
};

/// What was done under this id? Answered by operation_report; by the router as a post of the same
/// would be: once it is committed, and settled.
struct operation_wanted {
  op_id id;
};
struct operation_report {
  fault error = fault::none; ///< store_failed, unreachable: whether it is known is not known
  /// What was asked, and its receipt. None: no such id is known; several: as many partitions know
  /// it, each as its own.
  std::vector<record> found;
  std::uint64_t cut = 0; ///< likewise
};

/// What became of this hold? Answered by hold_report.
struct hold_wanted {
  op_id id;
};
struct hold_report {
  fault error = fault::none; ///< store_failed, unreachable
  std::vector<hold> found;   ///< likewise
  std::uint64_t cut = 0;     ///< likewise
};

/// How did you stand at this cut? A ledger that has not heard of it takes it first. Answered by
/// cut_report.
struct cut_wanted {
  std::uint64_t cut = 0;           ///< 0: none, only which instance you are
  std::uint64_t accounts_max = 0;  ///< beyond it: too_large
  std::uint64_t transfers_max = 0; ///< likewise
};
struct cut_report {
  whole_fault error = whole_fault::none; ///< too_large, store_failed, unreachable, overtaken
  std::uint64_t instance = 0;            ///< of this ledger: another after each start
  part_at_cut part;
};

/// Had these reached you by that cut? Answered by arrivals_report.
struct arrivals_wanted {
  std::uint64_t cut = 0;
  std::vector<open_transfer> sent;
};
struct arrivals_report {
  whole_fault error = whole_fault::none; ///< store_failed, unreachable, overtaken
  std::uint64_t instance = 0;
  std::vector<open_transfer> arrived; ///< of `sent`
};

/// Commit what was done, close the store, and do nothing more. Answered by ledger_closed, once the
/// store is closed; who still waits for a transfer that is on its way gets unreachable before.
struct close_ledger {};
struct ledger_closed {};

/// Ledger to its courier: these transfers to other partitions are committed here; posts to them are
/// among them, as transfers.
struct transfers_sent {
  std::vector<operation> transfers;
  std::uint64_t cut = 0; ///< highest that the ledger knows of
};

/// Courier to its ledger: I am new; tell me of all transfers that are not settled, and of those to
/// come.
struct courier_ready {
  courier_actor who;
};

/// A courier to itself, by the clock: send what was not answered again.
struct courier_due {};

/// The router to itself: behind all that has come so far, so send it on.
struct router_due {};

/// A ledger to itself: commit what was done so far; or, by the clock, see whose time is over.
struct ledger_due {
  bool commit = true;
};

template <class Inspector>
auto inspect(Inspector& f, post_batch& x) {
  using runtime::field;
  return runtime::fields(f, x, "post_batch", field("operations", x.operations),
                         field("all_or_nothing", x.all_or_nothing), field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, batch_receipts& x) {
  using runtime::field;
  return runtime::fields(f, x, "batch_receipts", field("receipts", x.receipts),
                         field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, account_wanted& x) {
  return runtime::fields(f, x, "account_wanted", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, account_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "account_report", field("error", x.error), field("state", x.state),
                         field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, history_wanted& x) {
  using runtime::field;
  return runtime::fields(f, x, "history_wanted", field("id", x.id), field("before", x.before),
                         field("records_max", x.records_max));
}
template <class Inspector>
auto inspect(Inspector& f, history_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "history_report", field("error", x.error),
                         field("records", x.records), field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, operation_wanted& x) {
  return runtime::fields(f, x, "operation_wanted", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, operation_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "operation_report", field("error", x.error), field("found", x.found),
                         field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, hold_wanted& x) {
  return runtime::fields(f, x, "hold_wanted", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, hold_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "hold_report", field("error", x.error), field("found", x.found),
                         field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, cut_wanted& x) {
  using runtime::field;
  return runtime::fields(f, x, "cut_wanted", field("cut", x.cut),
                         field("accounts_max", x.accounts_max),
                         field("transfers_max", x.transfers_max));
}
template <class Inspector>
auto inspect(Inspector& f, cut_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "cut_report", field("error", x.error), field("instance", x.instance),
                         field("part", x.part));
}
template <class Inspector>
auto inspect(Inspector& f, arrivals_wanted& x) {
  using runtime::field;
  return runtime::fields(f, x, "arrivals_wanted", field("cut", x.cut), field("sent", x.sent));
}
template <class Inspector>
auto inspect(Inspector& f, arrivals_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "arrivals_report", field("error", x.error),
                         field("instance", x.instance), field("arrived", x.arrived));
}
template <class Inspector>
auto inspect(Inspector& f, close_ledger& x) {
  return runtime::fields(f, x, "close_ledger");
}
template <class Inspector>
auto inspect(Inspector& f, ledger_closed& x) {
  return runtime::fields(f, x, "ledger_closed");
}
template <class Inspector>
auto inspect(Inspector& f, transfers_sent& x) {
  using runtime::field;
  return runtime::fields(f, x, "transfers_sent", field("transfers", x.transfers),
                         field("cut", x.cut));
}
template <class Inspector>
auto inspect(Inspector& f, courier_ready& x) {
  return runtime::fields(f, x, "courier_ready", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, courier_due& x) {
  return runtime::fields(f, x, "courier_due");
}
template <class Inspector>
auto inspect(Inspector& f, router_due& x) {
  return runtime::fields(f, x, "router_due");
}
template <class Inspector>
auto inspect(Inspector& f, ledger_due& x) {
  return runtime::fields(f, x, "ledger_due", runtime::field("commit", x.commit));
}

} // namespace troupe::bank
