// SPDX-License-Identifier: BSD-3-Clause
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/race/report.hpp"

namespace troupe::race {

namespace {

namespace json = boost::json;

json::object counts_json(const order_counts& c) {
  return {{"orders", c.all()},
          {"fail", c.broken()},
          {"overdrawn", c.of(flaw::overdrawn)},
          {"miscounted", c.of(flaw::miscounted)},
          {"deadlocked", c.of(flaw::deadlocked)},
          {"at_least", c.full}};
}

json::object plan_json(const plan& p) {
  json::object out{{"model", p.model}, {"engine", p.engine}, {"heading", heading(p)}};
  if (p.model == "philosophers") {
    out["seats"] = p.seats;
  } else {
    out["tellers"] = p.tellers;
    out["balance"] = p.balance;
    out["draw"] = p.draw;
  }
  return out;
}

// "withdraw 800 from ta"
std::string letter_words(const model& m, const letter& x) {
  const auto from = " from " + m.cast()[x.from].name;
  const auto amount = " " + std::to_string(x.amount) + from;
  switch (x.what) {
  case letter_kind::withdraw:
    return "withdraw" + amount;
  case letter_kind::deposit:
    return "deposit" + amount;
  case letter_kind::balance_wanted:
    return "balance wanted" + from;
  case letter_kind::set_balance:
    return "set balance" + amount;
  case letter_kind::set_if:
    return "set balance if still " + std::to_string(x.seen) + amount;
  case letter_kind::done:
    return "answer" + amount;
  case letter_kind::refused:
    return "refusal" + from;
  case letter_kind::changed:
    return "it changed:" + amount;
  case letter_kind::fork_wanted:
    return "fork wanted" + from;
  case letter_kind::fork_given:
    return "here it is" + from;
  case letter_kind::fork_back:
    return "back again" + from;
  case letter_kind::forks_wanted:
    return "forks wanted" + from;
  case letter_kind::forks_given:
    return "both forks" + from;
  case letter_kind::forks_back:
    return "both back" + from;
  }
  return from;
}

// How the world stands: what the page draws.
json::object world_json(const model& m, const world& w, const std::vector<std::string>& waits) {
  json::array accounts, locks, people;
  for (std::size_t i = 0; i < w.accounts.size(); ++i)
    accounts.emplace_back(json::object{{"name", m.account_names()[i]}, {"balance", w.accounts[i]}});
  for (std::size_t i = 0; i < w.locks.size(); ++i) {
    json::value holder; // null: nobody
    if (w.locks[i] != nobody)
      holder = m.cast()[static_cast<std::size_t>(w.locks[i])].name;
    locks.emplace_back(json::object{{"name", m.lock_names()[i]}, {"holder", std::move(holder)}});
  }
  for (std::size_t i = 0; i < w.people.size(); ++i) {
    json::array mail;
    for (const auto& x : w.mail[i])
      mail.emplace_back(letter_words(m, x));
    const auto& p = w.people[i];
    people.emplace_back(json::object{{"saw", p.seen},
                                     {"has", p.hand},
                                     {"begun", p.at > 0 || p.over || p.seen != 0},
                                     {"through", p.over},
                                     {"waits_for", waits.empty() ? "" : waits[i]},
                                     {"mail", std::move(mail)}});
  }
  json::object out{{"accounts", std::move(accounts)},
                   {"locks", std::move(locks)},
                   {"people", std::move(people)}};
  if (w.places != no_places)
    out["places"] = w.places;
  return out;
}

json::object step_json(const model& m, const story_step& x, std::size_t number) {
  json::array sent;
  for (const auto who : x.told.sent)
    sent.emplace_back(m.cast()[who].name);
  json::object out{{"number", number},
                   {"who", m.cast()[x.who].name},
                   {"text", x.told.text},
                   {"sent_to", std::move(sent)},
                   {"money_off", x.money_off},
                   {"wrong", to_string(x.after.wrong)},
                   {"standing", standing(m, x.after)},
                   {"world", world_json(m, x.after, x.waits)}};
  if (x.ways)
    out["ways_on"] = counts_json(*x.ways);
  return out;
}

json::object story_json(const report& r) {
  const auto& m = *r.made;
  json::array cast, steps;
  for (const auto& x : m.cast())
    cast.emplace_back(
        json::object{{"name", x.name}, {"mark", std::string(1, x.mark)}, {"serves", x.serves}});
  for (std::size_t i = 0; i < r.shown.told.size(); ++i)
    steps.emplace_back(step_json(m, r.shown.told[i], i + 1));
  json::object out{{"word", to_word(m, r.shown.steps)},
                   {"verdict", to_string(r.shown.wrong)},
                   {"ended", r.shown.ended},
                   {"ending", ending(m, r.shown)},
                   {"switches", r.shown.switches},
                   {"shortest", r.shrunk && r.shrunk->proven},
                   {"cast", std::move(cast)},
                   {"begin", world_json(m, m.begin(), {})},
                   {"steps", std::move(steps)}};
  if (r.number)
    out["number"] = *r.number;
  if (r.shown.lost_after)
    out["lost_after"] = *r.shown.lost_after;
  return out;
}

} // namespace

std::string report_json(const report& r) {
  auto out = plan_json(r.asked);
  out["fails"] = r.fails();
  out["again"] = again(r);
  if (r.all) {
    out["counted"] = counts_json(*r.all);
    out["worlds"] = r.worlds;
  }
  if (r.drawn)
    out["drawn"] = json::object{{"seed", r.drawn->seed},
                                {"schedules", r.drawn->schedules},
                                {"fail", r.drawn->ends.broken()},
                                {"first_number", r.drawn->first_number},
                                {"first_word", to_word(*r.made, r.drawn->first.steps)}};
  out["shown"] = story_json(r);
  return json::serialize(out);
}

} // namespace troupe::race
