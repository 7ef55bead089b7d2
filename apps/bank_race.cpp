// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_race.hpp"

#include <cstdio>
#include <stdexcept>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "apps/bank_race_options.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "baselines/bank/race.hpp"

namespace troupe::apps {

namespace {

using bank::race_verdict;
namespace json = boost::json;

constexpr race_verdict bad_verdicts[] = {race_verdict::overdrawn, race_verdict::miscounted,
                                         race_verdict::deadlocked, race_verdict::unknown};

bank::actor_manner manner_of(const bank_race_options& o) {
  return o.engine == "actor-get-then-set" ? bank::actor_manner::get_then_set
                                          : bank::actor_manner::one_message;
}

bank::race_outcome play(const bank_race_options& o) {
  using baselines::race_engine;
  if (o.engine.starts_with("actor"))
    return bank::race_actors(o.plan, manner_of(o));
  return baselines::race_threads(o.plan, o.engine == "none"            ? race_engine::none
                                         : o.engine == "lock"          ? race_engine::lock
                                         : o.engine == "ordered-locks" ? race_engine::ordered_locks
                                                                       : race_engine::atomics);
}

// What is here to break, and why that is no failure of the program.
std::string why_it_may_break(const bank_race_options& o) {
  if (o.engine == "none")
    return "none has nothing that keeps check and act together: to break is what it shows";
  if (o.engine == "actor-get-then-set")
    return "two messages where one is needed: to break is what this engine shows";
  if (o.engine == "lock" && o.plan.transfer)
    return "each takes its payer's lock first: the deadlock is what this engine shows; it was seen "
           "as it came about, and one teller gave up. Plain mutexes would hang here";
  return "";
}

int exit_code(const bank_race_options& o, std::uint64_t broken) {
  return broken > 0 && why_it_may_break(o).empty() ? 1 : 0;
}

std::string plural(std::uint64_t n, const std::string& one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

std::string heading(const bank_race_options& o) {
  const auto& p = o.plan;
  const auto sum = std::to_string(p.draw), held = std::to_string(p.balance);
  return o.engine + ": " + plural(p.tellers, "teller")
         + (p.transfer ? ", each to move " + sum + " between two accounts of " + held
                       : ", each to draw " + sum + " from " + held);
}

// "overdrawn: A holds -600"
std::string ending(const bank::race_plan& plan, const bank::race_outcome& round) {
  std::string text{to_string(judge(plan, round))};
  text += ":";
  for (std::size_t i = 0; i < round.balances.size(); ++i)
    text += (i ? ", " : " ") + bank::race_account_name(i) + " holds "
            + std::to_string(round.balances[i]);
  if (const auto off = money_off(plan, round); off != 0)
    text += off > 0 ? ", " + std::to_string(off) + " from nowhere"
                    : ", " + std::to_string(-off) + " lost";
  else if (judge(plan, round) == race_verdict::miscounted)
    text += ", which is not what was paid";
  return text;
}

json::object round_json(const bank::race_plan& plan, const bank::race_outcome& round) {
  json::array lines, balances(round.balances.begin(), round.balances.end());
  for (const auto& step : round.story)
    lines.emplace_back(told(plan, step));
  return {{"verdict", to_string(judge(plan, round))},
          {"balances", std::move(balances)},
          {"money_off", money_off(plan, round)},
          {"story", std::move(lines)}};
}

json::object plan_json(const bank_race_options& o) {
  return {{"engine", o.engine},  {"transfer", o.plan.transfer}, {"balance", o.plan.balance},
          {"draw", o.plan.draw}, {"tellers", o.plan.tellers},   {"pause_ms", o.plan.pause.count()}};
}

void print(const json::object& out) { std::puts(json::serialize(out).c_str()); }

void tell_round(const bank::race_plan& plan, std::uint64_t number,
                const bank::race_outcome& round) {
  for (const auto& step : round.story)
    std::puts(told(plan, step).c_str());
  std::printf("round %s %s\n", std::to_string(number).c_str(), ending(plan, round).c_str());
  std::fflush(stdout);
}

int play_rounds(const bank_race_options& o) {
  bank::race_tally tally;
  auto out = plan_json(o);
  if (!o.json)
    std::printf("%s, after a pause of %lld ms\n", heading(o).c_str(),
                static_cast<long long>(o.plan.pause.count()));
  for (std::uint64_t number = 1; number <= o.rounds; ++number) {
    const auto round = play(o);
    const auto verdict = judge(o.plan, round);
    tally.add(verdict);
    const bool first_broken = verdict != race_verdict::held && tally.broken() == 1;
    if (o.json && first_broken)
      out["first_broken"] = round_json(o.plan, round);
    if (o.json && number == 1)
      out["first"] = round_json(o.plan, round);
    if (!o.json && (number == 1 || first_broken))
      tell_round(o.plan, number, round);
  }
  if (o.json) {
    out["rounds"] = tally.all();
    out["broken"] = tally.broken();
    out["held"] = tally.of(race_verdict::held);
    for (const auto v : bad_verdicts)
      out[to_string(v)] = tally.of(v);
    print(out);
    return exit_code(o, tally.broken());
  }
  std::string kinds;
  for (const auto v : bad_verdicts)
    if (tally.of(v) > 0)
      kinds += (kinds.empty() ? " (" : ", ") + std::string{to_string(v)} + " "
               + std::to_string(tally.of(v));
  std::printf("%s: %s held, %s broke%s\n", plural(tally.all(), "round").c_str(),
              std::to_string(tally.of(race_verdict::held)).c_str(),
              std::to_string(tally.broken()).c_str(), kinds.empty() ? "" : (kinds + ")").c_str());
  if (const auto why = why_it_may_break(o); tally.broken() > 0 && !why.empty())
    std::printf("%s\n", why.c_str());
  return exit_code(o, tally.broken());
}

// Messages are numbered; what a teller tells upon one stands below it.
void tell_order(const bank::race_plan& plan, const bank::race_order& order) {
  int number = 0;
  for (const auto& event : order.events) {
    if (event.delivery)
      std::printf("%4d. %s\n", ++number, event.text.c_str());
    else
      std::printf("        %s\n", event.text.c_str());
  }
  std::printf("order %s %s\n", std::to_string(order.number).c_str(),
              ending(plan, order.round).c_str());
}

json::object order_json(const bank::race_plan& plan, const bank::race_order& order) {
  auto out = round_json(plan, order.round);
  json::array events;
  for (const auto& event : order.events)
    events.emplace_back(json::object{{"delivery", event.delivery}, {"text", event.text}});
  out["number"] = order.number;
  out["events"] = std::move(events);
  return out;
}

int try_orders(const bank_race_options& o) {
  const auto all = bank::explore_orders(o.plan, manner_of(o), o.orders_max);
  if (o.json) {
    auto out = plan_json(o);
    out["orders"] = all.tried;
    out["broken"] = all.broken;
    out["cut"] = all.cut;
    out["chosen"] = all.drawn;
    if (all.first_broken)
      out["first_broken"] = order_json(o.plan, *all.first_broken);
    print(out);
    return exit_code(o, all.broken);
  }
  std::printf("%s, in every order of their messages\n", heading(o).c_str());
  if (all.first_broken)
    tell_order(o.plan, *all.first_broken);
  const auto count = std::to_string(all.tried);
  if (!all.drawn)
    std::puts("the actor library that this was built with does not let orders be chosen: one was "
              "run");
  if (all.broken > 0)
    std::printf("%s of %s orders break\n", std::to_string(all.broken).c_str(), count.c_str());
  else
    std::printf(all.cut ? "the first %s orders hold\n" : "all %s orders hold\n", count.c_str());
  if (all.cut)
    std::printf("only the first %s orders were tried: there are more (--orders-max)\n",
                count.c_str());
  if (const auto why = why_it_may_break(o); all.broken > 0 && !why.empty())
    std::printf("%s\n", why.c_str());
  return exit_code(o, all.broken);
}

int play_order(const bank_race_options& o) {
  const auto order = bank::replay_order(o.plan, manner_of(o), *o.order);
  if (!order)
    throw std::runtime_error("there is no order " + std::to_string(*o.order)
                             + ": the last one is before it");
  const bool broke = judge(o.plan, order->round) != race_verdict::held;
  if (o.json) {
    auto out = plan_json(o);
    out["order"] = order_json(o.plan, *order);
    print(out);
  } else {
    std::printf("%s, in order %s of their messages\n", heading(o).c_str(),
                std::to_string(*o.order).c_str());
    tell_order(o.plan, *order);
  }
  return exit_code(o, broke ? 1 : 0);
}

} // namespace

int bank_race(int argc, char** argv) {
  int code = 0;
  const auto options = parse_bank_race(argc, argv, code);
  if (!options)
    return code;
  tracing trace{"troupe-bank"};
  trace_letters();
  return trace.finish(options->orders  ? try_orders(*options)
                      : options->order ? play_order(*options)
                                       : play_rounds(*options));
}

} // namespace troupe::apps
