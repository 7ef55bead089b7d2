// SPDX-License-Identifier: BSD-3-Clause
#include "domain/savina/plans.hpp"

#include <algorithm>

namespace troupe::savina {

const std::vector<benchmark>& benchmarks() {
  static const std::vector<benchmark> all{
      {"ping-pong", "two take turns: what one hand-over costs", ping_pong_plan{}},
      {"threadring", "a token goes around a ring: who is next is never the one who ran last",
       ring_plan{}},
      {"fjcreate", "many short lives: what it costs to make somebody and to hear of its end",
       fork_join_plan{}},
      {"counting", "very many small messages to one counter", counting_plan{}},
      {"chameneos", "all meet at one place, two by two, and change their colours",
       chameneos_plan{}},
      {"big", "everybody asks anybody, drawn at random", big_plan{}},
      {"banking", "transfers, each of which needs two owners", banking_plan{}},
      {"philosophers", "two forks each, and no deadlock", philosophers_plan{}},
      {"barber", "a waiting room that can be full, and a barber who sleeps", barber_plan{}},
  };
  return all;
}

const benchmark* find_benchmark(std::string_view name) {
  const auto& all = benchmarks();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const benchmark& b) { return b.name == name; });
  return found == all.end() ? nullptr : &*found;
}

} // namespace troupe::savina
