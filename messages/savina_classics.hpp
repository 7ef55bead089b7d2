// SPDX-License-Identifier: BSD-3-Clause
//
// What is said in the three of domain/savina's benchmarks that older textbooks have.
//
//   banking       teller -- pay --> account, which pays
//                 account -- credit --> another, answered by credited
//                 account -- paid --> teller
//   philosophers  with a waiter: philosopher -- forks_wanted --> waiter -- forks_given -->
//                                philosopher -- forks_back --> waiter
//                 with forks:    fork_wanted, fork_given, fork_back likewise, for each of two
//                 forks.
//                                These are the letters of domain/race/table_actors.cpp.
//   barber        arrivals -- enter_room --> room -- take_seat --> customer, who waits
//                                            room -- room_full --> customer -- back_again -->
//                                            arrivals
//                 room -- next_customer --> barber -- haircut_begins, haircut_over --> customer
//                 barber answers barber_free          customer -- customer_left --> arrivals
#pragma once

#include "messages/savina.hpp"

namespace troupe::savina {

struct pay;
struct paid;
struct credit;
struct credited;
struct fork_wanted;
struct fork_given;
struct fork_back;
struct forks_wanted;
struct forks_given;
struct forks_back;
struct enter_room;
struct room_full;
struct take_seat;
struct next_customer;
struct haircut_begins;
struct haircut_over;
struct barber_free;
struct back_again;
struct customer_left;

/// Has accounts pay each other.
using bank_teller_actor =
    runtime::interface<caf::result<void>(paid), caf::result<tally>(tally_wanted)>;
/// Owns one balance.
using bank_account_actor =
    runtime::interface<caf::result<void>(pay), caf::result<credited>(credit),
                       caf::result<void>(credited), caf::result<tally>(tally_wanted)>;

/// Eats with two forks that it asks for one after the other.
using philosopher_actor =
    runtime::interface<caf::result<void>(fork_given), caf::result<tally>(tally_wanted)>;
/// One fork: with one philosopher or none, and with a queue of those who wait for it.
using fork_actor = runtime::interface<caf::result<void>(fork_wanted), caf::result<void>(fork_back),
                                      caf::result<tally>(tally_wanted)>;
/// Eats with two forks that a waiter brings.
using guest_actor =
    runtime::interface<caf::result<void>(forks_given), caf::result<tally>(tally_wanted)>;
/// Has all forks, and gives two or none.
using waiter_actor =
    runtime::interface<caf::result<void>(forks_wanted), caf::result<void>(forks_back),
                       caf::result<tally>(tally_wanted)>;

/// Wants one haircut, and comes again until it has it.
using customer_actor =
    runtime::interface<caf::result<void>(room_full), caf::result<void>(take_seat),
                       caf::result<void>(haircut_begins), caf::result<void>(haircut_over)>;
/// The waiting room: so many chairs. Wakes the barber.
using waiting_room_actor =
    runtime::interface<caf::result<void>(enter_room), caf::result<void>(barber_free),
                       caf::result<tally>(tally_wanted)>;
/// Cuts hair.
using barber_actor =
    runtime::interface<caf::result<barber_free>(next_customer), caf::result<tally>(tally_wanted)>;
/// Makes the customers, and sends again those who come back.
using arrivals_actor =
    runtime::interface<caf::result<void>(back_again), caf::result<void>(customer_left),
                       caf::result<tally>(tally_wanted)>;

/// Teller to account: pay `amount` to another. `teller` hears of it: paid.
struct pay {
  bank_account_actor to;
  std::int64_t amount = 0;
  bank_teller_actor teller;
};
/// Account to teller: the money has arrived.
struct paid {};

/// Account to account: take in `amount`. Reply: credited.
struct credit {
  std::int64_t amount = 0;
  bank_teller_actor teller; ///< comes back in the answer: whoever asked need not remember it
};
struct credited {
  bank_teller_actor teller;
};

/// Philosopher to fork; `who` gets fork_given, now or later.
struct fork_wanted {
  philosopher_actor who;
};
struct fork_given {};
struct fork_back {};

/// Guest to waiter: both, please. `who` gets forks_given, now or later.
struct forks_wanted {
  std::uint64_t seat = 0;
  guest_actor who;
};
struct forks_given {};
struct forks_back {
  std::uint64_t seat = 0;
};

/// Arrivals to waiting room. The customer hears take_seat or room_full.
struct enter_room {
  std::uint64_t number = 0;
  customer_actor who;
};
/// Room to customer: go away.
struct room_full {};
/// Room to customer: wait.
struct take_seat {};
/// Room to barber, who is free. Reply, after the haircut: barber_free.
struct next_customer {
  std::uint64_t number = 0;
  customer_actor who;
};
/// Barber to customer, before and after.
struct haircut_begins {};
struct haircut_over {};
/// Barber to room: send the next one, when there is one.
struct barber_free {};
/// Customer to arrivals: the room was full, I shall try again.
struct back_again {
  std::uint64_t number = 0;
  customer_actor who;
};
/// Customer to arrivals: I have what I came for.
struct customer_left {};

template <class Inspector>
auto inspect(Inspector& f, pay& x) {
  return runtime::fields(f, x, "pay", runtime::field("to", x.to),
                         runtime::field("amount", x.amount), runtime::field("teller", x.teller));
}
template <class Inspector>
auto inspect(Inspector& f, paid& x) {
  return runtime::fields(f, x, "paid");
}
template <class Inspector>
auto inspect(Inspector& f, credit& x) {
  return runtime::fields(f, x, "credit", runtime::field("amount", x.amount),
                         runtime::field("teller", x.teller));
}
template <class Inspector>
auto inspect(Inspector& f, credited& x) {
  return runtime::fields(f, x, "credited", runtime::field("teller", x.teller));
}
template <class Inspector>
auto inspect(Inspector& f, fork_wanted& x) {
  return runtime::fields(f, x, "fork_wanted", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, fork_given& x) {
  return runtime::fields(f, x, "fork_given");
}
template <class Inspector>
auto inspect(Inspector& f, fork_back& x) {
  return runtime::fields(f, x, "fork_back");
}
template <class Inspector>
auto inspect(Inspector& f, forks_wanted& x) {
  return runtime::fields(f, x, "forks_wanted", runtime::field("seat", x.seat),
                         runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, forks_given& x) {
  return runtime::fields(f, x, "forks_given");
}
template <class Inspector>
auto inspect(Inspector& f, forks_back& x) {
  return runtime::fields(f, x, "forks_back", runtime::field("seat", x.seat));
}
template <class Inspector>
auto inspect(Inspector& f, enter_room& x) {
  return runtime::fields(f, x, "enter_room", runtime::field("number", x.number),
                         runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, room_full& x) {
  return runtime::fields(f, x, "room_full");
}
template <class Inspector>
auto inspect(Inspector& f, take_seat& x) {
  return runtime::fields(f, x, "take_seat");
}
template <class Inspector>
auto inspect(Inspector& f, next_customer& x) {
  return runtime::fields(f, x, "next_customer", runtime::field("number", x.number),
                         runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, haircut_begins& x) {
  return runtime::fields(f, x, "haircut_begins");
}
template <class Inspector>
auto inspect(Inspector& f, haircut_over& x) {
  return runtime::fields(f, x, "haircut_over");
}
template <class Inspector>
auto inspect(Inspector& f, barber_free& x) {
  return runtime::fields(f, x, "barber_free");
}
template <class Inspector>
auto inspect(Inspector& f, back_again& x) {
  return runtime::fields(f, x, "back_again", runtime::field("number", x.number),
                         runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, customer_left& x) {
  return runtime::fields(f, x, "customer_left");
}
} // namespace troupe::savina
