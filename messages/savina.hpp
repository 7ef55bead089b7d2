// SPDX-License-Identifier: BSD-3-Clause
//
// What is said in the benchmarks of domain/savina: what they have in common, and the six small
// ones. The bank, the philosophers and the barber are in savina_classics.hpp.
//
//   everybody   participant -- finished ------> gatherer     when its part is done
//               gatherer ------ tally_wanted -> participant  when all parts are; answered by tally
//   ping-pong   pinger -- ping --> ponger, answered by pong
//   threadring  member -- token --> the next member, and so on around
//   fjcreate    forker -- work_given --> worker, answered by work_done; then the worker ends
//   counting    producer -- increment --> counter; now and then count_wanted, answered by
//               count_known: so many at most wait there
//   chameneos   creature -- meeting_wanted --> mall -- met --> both, or mall_closed
//   big         member -- ping --> any other member, answered by pong
//
// Known limits: for one process, and for actors that do not die: nobody watches anybody, and where
// one is lost the others wait for ever.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/savina/draw.hpp"
#include "runtime/port.hpp"

namespace troupe::savina {

struct finished;
struct tally_wanted;
struct tally;
struct ping;
struct pong;
struct join_ring;
struct token;
struct work_given;
struct work_done;
struct increment;
struct count_wanted;
struct count_known;
struct meeting_wanted;
struct met;
struct mall_closed;
struct acquaintances;

/// Waits for the end of a benchmark, and asks everybody what came of it.
using gatherer_actor = runtime::interface<caf::result<void>(finished), caf::result<void>(tally)>;

/// Whoever takes part. Tells what it counted when asked, and ends.
using participant_actor = runtime::interface<caf::result<tally>(tally_wanted)>;

/// Asks, and asks again when it has the answer.
using pinger_actor = runtime::interface<caf::result<void>(pong), caf::result<tally>(tally_wanted)>;
/// Answers.
using ponger_actor = runtime::interface<caf::result<pong>(ping), caf::result<tally>(tally_wanted)>;

/// Passes the token on to the member that it was told of.
using ring_member_actor = runtime::interface<caf::result<void>(join_ring), caf::result<void>(token),
                                             caf::result<tally>(tally_wanted)>;

/// Makes workers, and waits for what they tell.
using forker_actor =
    runtime::interface<caf::result<void>(work_done), caf::result<tally>(tally_wanted)>;
/// Does one thing, tells, and ends.
using fork_worker_actor = runtime::interface<caf::result<work_done>(work_given)>;

/// Counts.
using counter_actor =
    runtime::interface<caf::result<void>(increment), caf::result<count_known>(count_wanted),
                       caf::result<tally>(tally_wanted)>;
/// Has the counter count.
using producer_actor =
    runtime::interface<caf::result<void>(count_known), caf::result<tally>(tally_wanted)>;

/// Brings two together, until there have been enough meetings.
using mall_actor =
    runtime::interface<caf::result<void>(meeting_wanted), caf::result<tally>(tally_wanted)>;
/// Meets others, and changes its colour each time.
using creature_actor = runtime::interface<caf::result<void>(met), caf::result<void>(mall_closed),
                                          caf::result<tally>(tally_wanted)>;

/// Asks others, one at a time, and answers whoever asks.
using big_member_actor =
    runtime::interface<caf::result<void>(acquaintances), caf::result<pong>(ping),
                       caf::result<void>(pong), caf::result<tally>(tally_wanted)>;

/// Participant to gatherer: my part is done. I still answer others.
struct finished {};

/// Gatherer to participant: all parts are done; what did you count? Reply: tally. Ends who hears
/// it.
struct tally_wanted {};

/// What a participant counted; its meaning is said where it is made.
struct tally {
  std::uint64_t who = 0; ///< its place among all of them
  std::vector<std::uint64_t> counts;
};

/// Reply: pong.
struct ping {};
struct pong {};

/// To a ring's member, before the token comes: who is next.
struct join_ring {
  ring_member_actor next;
};

/// Member to member: `hops` more to go after this one.
struct token {
  std::uint64_t hops = 0;
};

/// Forker to worker: who you are. Reply: work_done.
struct work_given {
  std::uint64_t worker = 0;
};
/// Worker to forker: what it came to.
struct work_done {
  std::uint64_t result = 0;
};

/// Producer to counter: one more.
struct increment {};
/// Producer to counter: how many so far? Reply: count_known. What was sent before it is in.
struct count_wanted {};
struct count_known {
  std::uint64_t count = 0;
};

/// Creature to mall: here I am, of this colour. Reply, when there is another: met; or mall_closed.
struct meeting_wanted {
  creature_actor who;
  colour mine = colour::blue;
};
/// Mall to creature: whom you met.
struct met {
  colour other = colour::blue;
};
/// Mall to creature: no more meetings.
struct mall_closed {};

/// To a member of `big`, first of all: everybody, itself included, in the order of their places.
struct acquaintances {
  std::vector<big_member_actor> all;
};

TROUPE_INSPECT_ENUM(colour)

template <class Inspector>
auto inspect(Inspector& f, finished& x) {
  return runtime::fields(f, x, "finished");
}
template <class Inspector>
auto inspect(Inspector& f, tally_wanted& x) {
  return runtime::fields(f, x, "tally_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, tally& x) {
  return runtime::fields(f, x, "tally", runtime::field("who", x.who),
                         runtime::field("counts", x.counts));
}
template <class Inspector>
auto inspect(Inspector& f, ping& x) {
  return runtime::fields(f, x, "ping");
}
template <class Inspector>
auto inspect(Inspector& f, pong& x) {
  return runtime::fields(f, x, "pong");
}
template <class Inspector>
auto inspect(Inspector& f, join_ring& x) {
  return runtime::fields(f, x, "join_ring", runtime::field("next", x.next));
}
template <class Inspector>
auto inspect(Inspector& f, token& x) {
  return runtime::fields(f, x, "token", runtime::field("hops", x.hops));
}
template <class Inspector>
auto inspect(Inspector& f, work_given& x) {
  return runtime::fields(f, x, "work_given", runtime::field("worker", x.worker));
}
template <class Inspector>
auto inspect(Inspector& f, work_done& x) {
  return runtime::fields(f, x, "work_done", runtime::field("result", x.result));
}
template <class Inspector>
auto inspect(Inspector& f, increment& x) {
  return runtime::fields(f, x, "increment");
}
template <class Inspector>
auto inspect(Inspector& f, count_wanted& x) {
  return runtime::fields(f, x, "count_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, count_known& x) {
  return runtime::fields(f, x, "count_known", runtime::field("count", x.count));
}
template <class Inspector>
auto inspect(Inspector& f, meeting_wanted& x) {
  return runtime::fields(f, x, "meeting_wanted", runtime::field("who", x.who),
                         runtime::field("mine", x.mine));
}
template <class Inspector>
auto inspect(Inspector& f, met& x) {
  return runtime::fields(f, x, "met", runtime::field("other", x.other));
}
template <class Inspector>
auto inspect(Inspector& f, mall_closed& x) {
  return runtime::fields(f, x, "mall_closed");
}
template <class Inspector>
auto inspect(Inspector& f, acquaintances& x) {
  return runtime::fields(f, x, "acquaintances", runtime::field("all", x.all));
}
} // namespace troupe::savina
