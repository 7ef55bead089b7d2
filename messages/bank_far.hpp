// SPDX-License-Identifier: BSD-3-Clause
//
// What a bank's actors say between processes, beside what they say anyway (messages/bank.hpp).
//
// clang-format off
//   a node's process                       the coordinator's process
//   warden --- ledgers_offered ----------> bank head     these partitions can be opened here
//   warden <-- take_partition ------------ bank head     answered by partition_taken: the ledger
//   warden <-- give_up_partition --------- bank head     answered by partition_given_up
//   warden --- partition_lost -----------> bank head     a ledger has stopped by itself
//   warden --- ledgers_withdrawn --------> bank head     answered by ledgers_let_go
//
//   a client's process
//   relay  --- bank_wanted --------------> bank head     answered by bank_known
//   relay  --- post_batch, ... ----------> router        as inside one process
//   relay  --- whole_wanted -------------> whole reader  answered by whole_report
//
//   inside the coordinator's process
//   router, couriers, whole reader ------> seats         a seat stands for whichever ledger has
//   bank head -- seat_taken, seat_empty -> seat          the partition now, or for none
// clang-format on
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "messages/bank.hpp"
#include "runtime/port.hpp"

namespace troupe::bank {

struct ledgers_offered;
struct offer_answer;
struct take_partition;
struct partition_taken;
struct partition_opened;
struct opened_partition; // actors/bank/far_ports.hpp: never leaves a node's process
struct give_up_partition;
struct partition_given_up;
struct partition_lost;
struct ledgers_withdrawn;
struct ledgers_let_go;
struct ledger_stopped;
struct warden_drain;
struct warden_due;
struct bank_wanted;
struct bank_known;
struct head_due;
struct seat_taken;
struct seat_empty;
struct seat_due;
struct whole_wanted;
struct whole_report;
struct whole_due;
struct use_bank_head;
struct bank_head_lost;
struct relay_due;
using whole_call = call<whole_wanted, whole_report>;
using places_call = call<bank_wanted, bank_known>;

/// At the coordinator: decides which node has which partition.
using bank_head_actor =
    runtime::interface<caf::result<offer_answer>(ledgers_offered),
                       caf::result<ledgers_let_go>(ledgers_withdrawn),
                       caf::result<void>(partition_lost), caf::result<bank_known>(bank_wanted),
                       caf::result<void>(head_due)>; // to itself: what could not be done before

/// At a node: opens and closes its partitions.
using warden_actor =
    runtime::interface<caf::result<partition_taken>(take_partition),
                       caf::result<partition_given_up>(give_up_partition),
                       caf::result<void>(ledger_stopped), // from a ledger of its own
                       caf::result<void>(warden_drain),   // from its process
                       caf::result<void>(warden_due)>;    // to itself: offer again

/// Opens one partition for a warden, and waits for the disk instead of it.
using opener_actor = runtime::interface<caf::result<partition_opened>(take_partition)>;

/// At the coordinator: a ledger to whoever asks, wherever it is, and where there is none.
using seat_actor = runtime::interface<
    caf::result<batch_receipts>(post_batch), caf::result<account_report>(account_wanted),
    caf::result<history_report>(history_wanted), caf::result<operation_report>(operation_wanted),
    caf::result<hold_report>(hold_wanted), caf::result<cut_report>(cut_wanted),
    caf::result<arrivals_report>(arrivals_wanted), caf::result<ledger_closed>(close_ledger),
    caf::result<void>(courier_ready), caf::result<void>(ledger_due), caf::result<void>(seat_taken),
    caf::result<void>(seat_empty), caf::result<void>(seat_due)>;

/// At the coordinator: reads all partitions at one cut.
using whole_actor = runtime::interface<caf::result<whole_report>(whole_wanted),
                                       caf::result<void>(whole_due)>; // to itself: try again

/// In a client's process: a program's questions, for whichever bank there is.
using bank_relay_actor =
    runtime::interface<caf::result<void>(batch_call), caf::result<void>(account_call),
                       caf::result<void>(history_call), caf::result<void>(operation_call),
                       caf::result<void>(hold_call), caf::result<void>(whole_call),
                       caf::result<void>(places_call), caf::result<void>(use_bank_head),
                       caf::result<void>(bank_head_lost), caf::result<void>(relay_due)>;

/// Warden to bank head: I can open these partitions. Reply: offer_answer.
struct ledgers_offered {
  warden_actor who;
  std::string node;
  std::uint64_t ledger = 0; ///< its identity: partitions of two ledgers make no bank
  std::uint32_t partitions = 0;
  std::vector<std::uint32_t> numbers;
};
struct offer_answer {
  std::string refused; ///< "", or why not, as a sentence
};

/// Bank head to warden: open it. Reply: partition_taken.
struct take_partition {
  std::uint32_t number = 0;
  std::int64_t epoch_above = 0; ///< a file with no higher one is not what others had: refused
};
struct partition_taken {
  std::string refused; ///< "", or why not, in one line
  std::int64_t epoch = 0;
  ledger_actor who;
};

/// Opener to warden: this is it. One process only.
struct partition_opened {
  std::string refused; ///< "", or why not, in one line
  std::shared_ptr<opened_partition> what;
};

/// Bank head to warden: commit what was done there and close it. Reply: partition_given_up, when it
/// is closed, or is not open.
struct give_up_partition {
  std::uint32_t number = 0;
};
struct partition_given_up {};

/// Warden to bank head: it has stopped, and is closed.
struct partition_lost {
  warden_actor who;
  std::uint32_t number = 0;
  std::int64_t epoch = 0; ///< with which it was taken
  std::string why;
};

/// Warden to bank head: give what I have to others, and nothing more to me. Reply: ledgers_let_go,
/// when it has nothing.
struct ledgers_withdrawn {
  warden_actor who;
};
struct ledgers_let_go {};

/// A ledger of the warden's own, to it: nothing is committed any more.
struct ledger_stopped {
  std::uint32_t number = 0;
  std::int64_t epoch = 0;
  std::string why;
};

/// A node's process to its warden: let go of all, then call `done`, once. One process only.
struct warden_drain {
  std::shared_ptr<std::function<void()>> done;
};
struct warden_due {}; ///< to itself: offer again

/// A client to bank head: whom do I ask? Reply: bank_known.
struct bank_wanted {};
struct ledger_place {
  std::uint32_t number = 0;
  std::string node; ///< "": it has no place now
  std::string why;  ///< why not, if that is known
  std::int64_t epoch = 0;
};
struct bank_known {
  std::string why; ///< why there is nobody yet; else ""
  bank_actor front;
  whole_actor whole;
  std::uint64_t ledger = 0;
  std::vector<ledger_place> places; ///< a partition each
};

struct head_due {}; ///< to itself, by the clock

/// Bank head to a seat: the partition is there now; it is nowhere.
struct seat_taken {
  ledger_actor who;
};
struct seat_empty {};
struct seat_due {}; ///< to itself, by the clock: who waited has waited long enough

/// A client to whole reader: how does all of it stand, at one moment? Reply: whole_report.
struct whole_wanted {};
struct whole_report {
  whole_state state;
};
struct whole_due {}; ///< to itself, by the clock

/// A client's process to its relay: ask this one from now on; there is none.
struct use_bank_head {
  bank_head_actor who;
};
struct bank_head_lost {
  std::string why;
};
struct relay_due {   ///< to itself, by the clock
  bool look = false; ///< for a ledger; else who waited has waited
};

template <class Inspector>
auto inspect(Inspector& f, ledgers_offered& x) {
  using runtime::field;
  return runtime::fields(f, x, "ledgers_offered", field("who", x.who), field("node", x.node),
                         field("ledger", x.ledger), field("partitions", x.partitions),
                         field("numbers", x.numbers));
}
template <class Inspector>
auto inspect(Inspector& f, offer_answer& x) {
  return runtime::fields(f, x, "offer_answer", runtime::field("refused", x.refused));
}
template <class Inspector>
auto inspect(Inspector& f, take_partition& x) {
  using runtime::field;
  return runtime::fields(f, x, "take_partition", field("number", x.number),
                         field("epoch_above", x.epoch_above));
}
template <class Inspector>
auto inspect(Inspector& f, partition_taken& x) {
  using runtime::field;
  return runtime::fields(f, x, "partition_taken", field("refused", x.refused),
                         field("epoch", x.epoch), field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, give_up_partition& x) {
  return runtime::fields(f, x, "give_up_partition", runtime::field("number", x.number));
}
template <class Inspector>
auto inspect(Inspector& f, partition_given_up& x) {
  return runtime::fields(f, x, "partition_given_up");
}
template <class Inspector>
auto inspect(Inspector& f, partition_lost& x) {
  using runtime::field;
  return runtime::fields(f, x, "partition_lost", field("who", x.who), field("number", x.number),
                         field("epoch", x.epoch), field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, ledgers_withdrawn& x) {
  return runtime::fields(f, x, "ledgers_withdrawn", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, ledgers_let_go& x) {
  return runtime::fields(f, x, "ledgers_let_go");
}
template <class Inspector>
auto inspect(Inspector& f, ledger_stopped& x) {
  using runtime::field;
  return runtime::fields(f, x, "ledger_stopped", field("number", x.number), field("epoch", x.epoch),
                         field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, warden_due& x) {
  return runtime::fields(f, x, "warden_due");
}
template <class Inspector>
auto inspect(Inspector& f, bank_wanted& x) {
  return runtime::fields(f, x, "bank_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, ledger_place& x) {
  using runtime::field;
  return runtime::fields(f, x, "ledger_place", field("number", x.number), field("node", x.node),
                         field("why", x.why), field("epoch", x.epoch));
}
template <class Inspector>
auto inspect(Inspector& f, bank_known& x) {
  using runtime::field;
  return runtime::fields(f, x, "bank_known", field("why", x.why), field("front", x.front),
                         field("whole", x.whole), field("ledger", x.ledger),
                         field("places", x.places));
}
template <class Inspector>
auto inspect(Inspector& f, head_due& x) {
  return runtime::fields(f, x, "head_due");
}
template <class Inspector>
auto inspect(Inspector& f, seat_taken& x) {
  return runtime::fields(f, x, "seat_taken", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, seat_empty& x) {
  return runtime::fields(f, x, "seat_empty");
}
template <class Inspector>
auto inspect(Inspector& f, seat_due& x) {
  return runtime::fields(f, x, "seat_due");
}
template <class Inspector>
auto inspect(Inspector& f, whole_wanted& x) {
  return runtime::fields(f, x, "whole_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, whole_report& x) {
  return runtime::fields(f, x, "whole_report", runtime::field("state", x.state));
}
template <class Inspector>
auto inspect(Inspector& f, whole_due& x) {
  return runtime::fields(f, x, "whole_due");
}
template <class Inspector>
auto inspect(Inspector& f, use_bank_head& x) {
  return runtime::fields(f, x, "use_bank_head", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, bank_head_lost& x) {
  return runtime::fields(f, x, "bank_head_lost", runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, relay_due& x) {
  return runtime::fields(f, x, "relay_due", runtime::field("look", x.look));
}

} // namespace troupe::bank
