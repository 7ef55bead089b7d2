// SPDX-License-Identifier: BSD-3-Clause
//
// The benchmarks of actors that the field knows: what each is asked to do, with its numbers. They
// are played by actors (actors/savina) and by threads with locks (baselines/savina), and what comes
// of them is judged by the same rules (outcomes.hpp).
//
//   ping-pong      two take turns                          threadring    a token goes around
//   fjcreate       many short lives                        counting      very many small messages
//   chameneos      all meet at one place                   big           everybody asks anybody
//   banking        money moves between two owners          philosophers  two forks each
//   barber         a waiting room that can be full
//
// Source: Imam and Sarkar, "Savina - An Actor Benchmark Suite", AGERE! 2014; the usual values are
// those of the suite wherever it has such a number. Where ours differ, and why, is in
// docs/decisions/0023-savina.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::savina {

using number = std::uint64_t;

inline constexpr number messages_max = 1'000'000'000; ///< of one run, where a number counts them
inline constexpr number threads_max = 1'000;          ///< where each participant is a thread

/// One asks, the other answers, and so on.
struct ping_pong_plan {
  number pings = 40'000;
  bool operator==(const ping_pong_plan&) const = default;
};

/// A token is passed around a ring of members.
struct ring_plan {
  number members = 100;
  number hops = 100'000;
  bool operator==(const ring_plan&) const = default;
};

/// Workers are made, do one small thing, tell, and end.
struct fork_join_plan {
  number workers = 40'000;
  number threads_at_once = 64; ///< with locks: so many threads are alive at a time
  bool operator==(const fork_join_plan&) const = default;
};

/// Producers have one counter count.
struct counting_plan {
  number increments = 1'000'000; ///< of all producers together
  number producers = 1;
  number unanswered_max = 10'000; ///< by actors: so many of a producer's may be in the mailbox
  bool operator==(const counting_plan&) const = default;
};

/// Creatures meet two by two in a mall, and take on the colour that neither has.
struct chameneos_plan {
  number creatures = 100;
  number meetings = 200'000;
  bool operator==(const chameneos_plan&) const = default;
};

/// Each member asks others, drawn at random, one after the other.
struct big_plan {
  number members = 120;
  number pings = 20'000; ///< of each
  number seed = 1;
  bool operator==(const big_plan&) const = default;
};

/// Tellers have one account pay another; nobody is refused.
struct banking_plan {
  number accounts = 1'000;
  number transfers = 50'000; ///< of all tellers together
  number tellers = 2;
  number unanswered_max = 1'000; ///< by actors: so many of a teller's are under way
  number seed = 1;
  bool operator==(const banking_plan&) const = default;
};

/// As many forks as philosophers, and each needs two to eat.
struct philosophers_plan {
  number seats = 20;
  number rounds = 10'000; ///< meals of each
  bool forks = false;     ///< by actors: each fork is one, the lower number first; else a waiter
  bool operator==(const philosophers_plan&) const = default;
};

/// Customers who find the waiting room full come again when another has left, until each has had a
/// haircut.
struct barber_plan {
  number haircuts = 5'000;
  number chairs = 1'000;
  number arrival_steps = 1'000; ///< of computing, before a customer comes: at most, drawn
  number haircut_steps = 1'000; ///< likewise for a haircut
  number seed = 1;
  bool operator==(const barber_plan&) const = default;
};

using any_plan =
    std::variant<ping_pong_plan, ring_plan, fork_join_plan, counting_plan, chameneos_plan, big_plan,
                 banking_plan, philosophers_plan, barber_plan>;

/// A number of a plan: its name on a command line, and its bounds.
struct parameter {
  std::string_view name;
  const char* what;
  number least, most;
};

/// Calls `visit(parameter, number&)` for each number of a plan, in a fixed order.
template <class Visit>
void each_parameter(ping_pong_plan& p, Visit visit) {
  visit(parameter{"pings", "Questions, each with its answer", 1, messages_max}, p.pings);
}
template <class Visit>
void each_parameter(ring_plan& p, Visit visit) {
  visit(parameter{"members", "Of the ring; with locks each is a thread", 2, threads_max},
        p.members);
  visit(parameter{"hops", "From a member to the next", 1, messages_max}, p.hops);
}
template <class Visit>
void each_parameter(fork_join_plan& p, Visit visit) {
  visit(parameter{"workers", "Actors or threads that are made", 1, 1'000'000}, p.workers);
  visit(parameter{"threads-at-once", "With locks: threads alive at a time", 1, threads_max},
        p.threads_at_once);
}
template <class Visit>
void each_parameter(counting_plan& p, Visit visit) {
  visit(parameter{"increments", "Of all producers together", 1, messages_max}, p.increments);
  visit(parameter{"producers", "Who send or lock", 1, 64}, p.producers);
  visit(
      parameter{"unanswered-max", "By actors: a producer's increments that may wait", 2, 1'000'000},
      p.unanswered_max);
}
template <class Visit>
void each_parameter(chameneos_plan& p, Visit visit) {
  visit(parameter{"creatures", "Who meet; with locks each is a thread", 2, threads_max},
        p.creatures);
  visit(parameter{"meetings", "Of two, until the mall closes", 1, messages_max}, p.meetings);
}
template <class Visit>
void each_parameter(big_plan& p, Visit visit) {
  visit(parameter{"members", "Who ask each other; with locks each is a thread", 2, threads_max},
        p.members);
  visit(parameter{"pings", "Questions of each member", 1, 10'000'000}, p.pings);
  visit(parameter{"seed", "The same seed, the same partners", 0, ~number{0}}, p.seed);
}
template <class Visit>
void each_parameter(banking_plan& p, Visit visit) {
  visit(parameter{"accounts", "Each an actor, or a lock", 2, 1'000'000}, p.accounts);
  visit(parameter{"transfers", "Of all tellers together", 1, messages_max}, p.transfers);
  visit(parameter{"tellers", "Actors, or threads", 1, 64}, p.tellers);
  visit(parameter{"unanswered-max", "By actors: a teller's transfers under way", 1, 1'000'000},
        p.unanswered_max);
  visit(parameter{"seed", "The same seed, the same transfers", 0, ~number{0}}, p.seed);
}
template <class Visit>
void each_parameter(philosophers_plan& p, Visit visit) {
  visit(parameter{"seats", "Philosophers, and forks; with locks each philosopher is a thread", 2,
                  threads_max},
        p.seats);
  visit(parameter{"rounds", "Meals of each", 1, 10'000'000}, p.rounds);
}
template <class Visit>
void each_parameter(barber_plan& p, Visit visit) {
  visit(parameter{"haircuts", "Customers, each until it has been served", 1, 1'000'000},
        p.haircuts);
  visit(parameter{"chairs", "In the waiting room", 1, 1'000'000}, p.chairs);
  visit(parameter{"arrival-steps", "Of computing before a customer comes, at most", 0, 1'000'000},
        p.arrival_steps);
  visit(parameter{"haircut-steps", "Of computing for a haircut, at most", 0, 1'000'000},
        p.haircut_steps);
  visit(parameter{"seed", "The same seed, the same steps", 0, ~number{0}}, p.seed);
}

/// A benchmark by its name.
struct benchmark {
  std::string_view name;
  const char* what;
  any_plan usual;
};

/// Returns: all nine, in the order of the head of this file.
const std::vector<benchmark>& benchmarks();
/// Returns: the one of this name; null: there is none.
const benchmark* find_benchmark(std::string_view name);

} // namespace troupe::savina
