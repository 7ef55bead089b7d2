// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/race.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <utility>

#include "actors/bank/account.hpp"
#include "actors/bank/teller.hpp"
#include "actors/bank/umpire.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/orders.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"
#include "runtime/test_system.hpp"

namespace troupe::bank {

namespace {

using stepwise = runtime::test_system<caf::id_block::troupe>;
using tell_function = std::function<void(race_step)>;

std::vector<account_actor> open_accounts(caf::actor_system& system, const race_plan& plan) {
  std::vector<account_actor> accounts;
  for (std::size_t i = 0; i < plan.accounts(); ++i)
    accounts.push_back(runtime::spawn<account_owner>(system, plan.balance));
  return accounts;
}

template <class Spawner>
teller_actor send_out(Spawner& where, const race_plan& plan, actor_manner manner,
                      const std::vector<account_actor>& accounts, std::uint32_t number,
                      caf::timespan pause, tell_function tell) {
  teller_errand errand;
  errand.who = teller_name(number);
  errand.amount = plan.draw;
  errand.pause = pause;
  errand.tell = std::move(tell);
  errand.from_account = static_cast<std::uint32_t>(plan.from(number));
  errand.from = accounts[errand.from_account];
  if (plan.transfer) {
    errand.to_account = static_cast<std::uint32_t>(plan.to(number));
    errand.to = accounts[errand.to_account];
    return runtime::spawn<transfer_teller>(where, std::move(errand));
  }
  if (manner == actor_manner::get_then_set)
    return runtime::spawn<trap_teller>(where, std::move(errand));
  return runtime::spawn<draw_teller>(where, std::move(errand));
}

// The people of one stepwise round, and their names in its events.
class small_model {
public:
  small_model(const race_plan& plan, actor_manner manner) : plan_(plan) {
    accounts_ = open_accounts(actors_.system(), plan);
    for (std::size_t i = 0; i < accounts_.size(); ++i)
      names_[accounts_[i].id()] = "account " + race_account_name(i);
    actors_.run(); // they are open before anybody comes
    for (std::uint32_t i = 0; i < plan.tellers; ++i) {
      const auto teller = send_out(actors_, plan, manner, i);
      names_[teller.id()] = teller_name(i);
    }
  }

  std::size_t ready() { return actors_.ready(); }

  void step(std::size_t which) {
    if (keeps_events)
      note(actors_.peek(which));
    actors_.step(which);
  }

  race_outcome finish() {
    const auto ended = [this](race_outcome end) { round_.balances = std::move(end.balances); };
    const auto head = runtime::spawn<umpire>(
        actors_.system(), std::exchange(accounts_, {}),
        umpire::start_tellers{[](const umpire_actor&) { return std::vector<teller_actor>{}; }},
        std::function<void(race_outcome)>{ended});
    actors_.run();
    return std::move(round_);
  }

  bool keeps_events = false; // words cost more than the round itself
  std::vector<race_event> events;

private:
  teller_actor send_out(stepwise& actors, const race_plan& plan, actor_manner manner,
                        std::uint32_t number) {
    return bank::send_out(actors.system(), plan, manner, accounts_, number, caf::timespan{0},
                          [this](race_step step) {
                            if (keeps_events)
                              events.push_back({false, told(plan_, step)});
                            round_.story.push_back(std::move(step));
                          });
  }

  void note(const runtime::delivery& x) {
    auto line = names_[x.to];
    line += x.what.empty() ? " begins" : " gets " + x.what;
    if (const auto from = names_.find(x.from); from != names_.end() && x.from != 0)
      line += " from " + from->second;
    events.push_back({true, std::move(line)});
  }

  race_plan plan_;
  std::map<caf::actor_id, std::string> names_;
  race_outcome round_;
  stepwise actors_; // goes first: its actors tell into the members above
  std::vector<account_actor> accounts_;
};

race_outcome play(small_model& model, runtime::order_walk& walk) {
  while (const auto ready = model.ready())
    model.step(walk.choose(ready));
  return model.finish();
}

} // namespace

race_outcome race_actors(const race_plan& plan, actor_manner manner) {
  std::promise<race_outcome> ended;
  auto round = ended.get_future();
  runtime::actor_runtime<caf::id_block::troupe> actors;
  auto accounts = open_accounts(actors.system(), plan);
  const auto start = [&](const umpire_actor& umpire) {
    std::vector<teller_actor> tellers;
    for (std::uint32_t i = 0; i < plan.tellers; ++i)
      tellers.push_back(send_out(actors.system(), plan, manner, accounts, i, plan.pause,
                                 [umpire](race_step x) { runtime::post(umpire, std::move(x)); }));
    return tellers;
  };
  // Held until the end: who only watches keeps nobody alive, and the umpire would go with the last
  // teller that knows it, before it heard of that teller's end.
  const auto head = runtime::spawn<umpire>(
      actors.system(), accounts, umpire::start_tellers{start},
      std::function<void(race_outcome)>{[&](race_outcome x) { ended.set_value(std::move(x)); }});
  auto result = round.get();
  for (const auto& account : accounts)
    runtime::stop(account);
  return result;
}

race_orders explore_orders(const race_plan& plan, actor_manner manner, std::uint64_t orders_max) {
  race_orders all;
  all.drawn = stepwise::draws_order;
  runtime::order_walk walk;
  bool more = true;
  while (more && all.tried < orders_max) {
    small_model model{plan, manner};
    const auto round = play(model, walk);
    ++all.tried;
    if (judge(plan, round) != race_verdict::held && ++all.broken == 1)
      all.first_broken = race_order{walk.number(), {}, round};
    more = walk.next();
  }
  all.cut = more;
  if (all.first_broken)
    all.first_broken = replay_order(plan, manner, all.first_broken->number);
  return all;
}

std::optional<race_order> replay_order(const race_plan& plan, actor_manner manner,
                                       std::uint64_t number) {
  runtime::order_walk walk;
  while (true) {
    small_model model{plan, manner};
    model.keeps_events = walk.number() == number;
    auto round = play(model, walk);
    if (model.keeps_events)
      return race_order{number, std::move(model.events), std::move(round)};
    if (!walk.next())
      return std::nullopt;
  }
}

} // namespace troupe::bank
