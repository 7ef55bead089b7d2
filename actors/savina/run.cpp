// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/run.hpp"

#include <future>
#include <utility>
#include <vector>

#include "actors/savina/banking.hpp"
#include "actors/savina/barber.hpp"
#include "actors/savina/big.hpp"
#include "actors/savina/chameneos.hpp"
#include "actors/savina/counting.hpp"
#include "actors/savina/fork_join.hpp"
#include "actors/savina/philosophers.hpp"
#include "actors/savina/ping_pong.hpp"
#include "actors/savina/ring.hpp"
#include "messages/savina_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

namespace {

template <class Plan>
auto play(const Plan& p, const runtime::system_options& how) {
  std::promise<std::vector<tally>> ended;
  auto tallies = ended.get_future();
  runtime::actor_runtime<caf::id_block::troupe_savina> actors(how); // goes before the promise
  runtime::spawn<gatherer>(actors.system(), gatherer::assembly{[&](const gatherer_actor& head) {
                             return assemble(actors.system(), p, head);
                           }},
                           std::function<void(std::vector<tally>)>{
                               [&](std::vector<tally> all) { ended.set_value(std::move(all)); }});
  return outcome_of(p, tallies.get());
}

template <class... Plans>
bool is_one_of(const any_plan& p) {
  return (std::holds_alternative<Plans>(p) || ...);
}

} // namespace

runtime::system_options usual_scheduling(const any_plan& p) {
  return {.stealing =
              is_one_of<ping_pong_plan, ring_plan, counting_plan, chameneos_plan, big_plan>(p)};
}

ping_pong_outcome by_actors(const ping_pong_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
ring_outcome by_actors(const ring_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
fork_join_outcome by_actors(const fork_join_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
counting_outcome by_actors(const counting_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
chameneos_outcome by_actors(const chameneos_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
big_outcome by_actors(const big_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
banking_outcome by_actors(const banking_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
philosophers_outcome by_actors(const philosophers_plan& p, const runtime::system_options& how) {
  return play(p, how);
}
barber_outcome by_actors(const barber_plan& p, const runtime::system_options& how) {
  return play(p, how);
}

} // namespace troupe::savina
