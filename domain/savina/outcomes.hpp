// SPDX-License-Identifier: BSD-3-Clause
//
// What comes of a benchmark, and whether it is right. An outcome is what the participants counted
// themselves; the answer is one line that holds only what is the same in every right run, so that
// actors and locks can be compared by it before any time means anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/savina/draw.hpp"
#include "domain/savina/plans.hpp"

namespace troupe::savina {

struct ping_pong_outcome {
  number pings = 0; ///< heard by the one who answers
  number pongs = 0; ///< heard by the one who asks
};

struct ring_outcome {
  std::vector<number> had; ///< how often each member had the token
  number ended_at = 0;     ///< with which member it stopped
};

struct fork_join_outcome {
  number begun = 0, ended = 0;
  number sum = 0; ///< of what the workers told, modulo 2^64
};

struct counting_outcome {
  number sent = 0, counted = 0;
};

/// What a creature counted.
struct creature_tally {
  number met = 0;
  number same = 0; ///< of these, of its own colour
};
struct chameneos_outcome {
  number meetings = 0; ///< as the mall counted
  std::vector<creature_tally> creatures;
};

struct big_outcome {
  std::vector<number> pings; ///< heard by each member
  std::vector<number> pongs;
};

struct banking_outcome {
  number paid = 0; ///< as the tellers counted
  std::vector<std::int64_t> balances;
};

struct philosophers_outcome {
  std::vector<number> meals;
  number taken = 0, returned = 0; ///< forks, as those who hand them out counted
  number on_table = 0;            ///< forks, at the end
};

struct barber_outcome {
  number visits = 0; ///< to the waiting room
  number turned_away = 0;
  number haircuts = 0; ///< as the barber counted
  number left = 0;     ///< customers who went home with one
  number hair = 0;     ///< what the haircuts came to, modulo 2^64
  number ways = 0;     ///< what the ways to the room came to, likewise: more where there were more
};

/// A judgement.
struct verdict {
  std::string answer; ///< the same for every right run of one plan
  std::string aside;  ///< what may differ from run to run; "": nothing
  std::string fault;  ///< what is wrong; "": nothing
};

/// Returns: what is to be said of an outcome. Takes: a plan within its parameters' bounds.
/// Cost: of banking and big, one serial replay of what was drawn.
verdict judge(const ping_pong_plan& p, const ping_pong_outcome& o);
verdict judge(const ring_plan& p, const ring_outcome& o);
verdict judge(const fork_join_plan& p, const fork_join_outcome& o);
verdict judge(const counting_plan& p, const counting_outcome& o);
verdict judge(const chameneos_plan& p, const chameneos_outcome& o);
verdict judge(const big_plan& p, const big_outcome& o);
verdict judge(const banking_plan& p, const banking_outcome& o);
verdict judge(const philosophers_plan& p, const philosophers_outcome& o);
verdict judge(const barber_plan& p, const barber_outcome& o);

/// Returns: what the accounts hold after all transfers, one after the other.
std::vector<std::int64_t> replayed(const banking_plan& p);
/// Returns: how many questions each member gets.
std::vector<number> pings_to(const big_plan& p);

} // namespace troupe::savina
