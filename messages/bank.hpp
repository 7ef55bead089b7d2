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
    caf::result<hold_report>(hold_wanted),
    caf::result<void>(courier_ready), // from its courier, when it starts
    caf::result<void>(ledger_due)>;   // to itself: commit

/// Do these, in order. Answered by batch_receipts.
struct post_batch {
  std::vector<operation> operations; ///< at most batch_operations_max
  bool all_or_nothing = false; ///< then all accounts must live in one partition: wrong_partition
};

/// One receipt an operation, in the order of the batch.
struct batch_receipts {
  std::vector<receipt> receipts;
};

/// How does this account stand? Answered by account_report.
struct account_wanted {
  account_id id = no_account;
};
struct account_report {
  fault error = fault::none; ///< no_account, store_failed, unreachable
  account state;
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
};

/// What became of this hold? Answered by hold_report.
struct hold_wanted {
  op_id id;
};
struct hold_report {
  fault error = fault::none; ///< store_failed, unreachable
  std::vector<hold> found;   ///< likewise
};

/// Ledger to its courier: these transfers to other partitions are committed here; posts to them are
/// among them, as transfers.
struct transfers_sent {
  std::vector<operation> transfers;
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
                         field("all_or_nothing", x.all_or_nothing));
}
template <class Inspector>
auto inspect(Inspector& f, batch_receipts& x) {
  return runtime::fields(f, x, "batch_receipts", runtime::field("receipts", x.receipts));
}
template <class Inspector>
auto inspect(Inspector& f, account_wanted& x) {
  return runtime::fields(f, x, "account_wanted", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, account_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "account_report", field("error", x.error), field("state", x.state));
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
                         field("records", x.records));
}
template <class Inspector>
auto inspect(Inspector& f, operation_wanted& x) {
  return runtime::fields(f, x, "operation_wanted", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, operation_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "operation_report", field("error", x.error),
                         field("found", x.found));
}
template <class Inspector>
auto inspect(Inspector& f, hold_wanted& x) {
  return runtime::fields(f, x, "hold_wanted", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, hold_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "hold_report", field("error", x.error), field("found", x.found));
}
template <class Inspector>
auto inspect(Inspector& f, transfers_sent& x) {
  return runtime::fields(f, x, "transfers_sent", runtime::field("transfers", x.transfers));
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
