// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/model.hpp"

#include <algorithm>

#include "domain/race/makers.hpp"

namespace troupe::race {

void model::step(world& w, std::size_t who, happening* told) const {
  act(w, who, told);
  if (w.wrong != flaw::none)
    return;
  if (money_off(w) != 0)
    w.wrong = flaw::miscounted;
  else if (std::any_of(w.accounts.begin(), w.accounts.end(), [](auto x) { return x < 0; }))
    w.wrong = flaw::overdrawn;
  else if (!over(w) && able(w).empty())
    w.wrong = flaw::deadlocked;
}

std::vector<std::uint8_t> model::able(const world& w) const {
  std::vector<std::uint8_t> found;
  for (std::size_t who = 0; who < cast_.size(); ++who)
    if (can_step(w, who))
      found.push_back(static_cast<std::uint8_t>(who));
  return found;
}

bool model::over(const world& w) const {
  for (std::size_t who = 0; who < cast_.size(); ++who)
    if (!cast_[who].serves && !w.people[who].over)
      return false;
  return true;
}

std::int64_t model::money_off(const world& w) const {
  std::int64_t now = 0;
  for (const auto balance : w.accounts)
    now += balance;
  for (const auto& p : w.people)
    now += p.hand;
  return now - total_;
}

void model::set_up(world begin) {
  begin.people.resize(cast_.size());
  begin.mail.resize(cast_.size());
  begin.waiting.resize(cast_.size());
  begin.locks.assign(lock_names_.size(), nobody);
  begin_ = std::move(begin);
  total_ = money_off(begin_);
}

const std::vector<engine_entry>& engines() {
  static const std::vector<engine_entry> all{
      {"account", "none", "check, then take, with nothing that keeps them together: fails"},
      {"account", "none-fine", "the same, and to take is to read and to write: fails in two ways"},
      {"account", "late-lock", "a lock around the taking alone, not around the check: fails"},
      {"account", "lock", "a lock around both"},
      {"account", "atomics", "compare and swap, again until nobody came between"},
      {"account", "actor", "one message: the account checks and pays"},
      {"transfer", "lock", "the payer's lock, then the payee's: fails"},
      {"transfer", "none", "read and write two accounts, with no lock: fails"},
      {"transfer", "one-lock", "one lock for both accounts"},
      {"transfer", "ordered-locks", "A's lock before B's, whoever pays"},
      {"transfer", "atomics", "compare and swap to take, one atomic addition to pay in"},
      {"transfer", "actor", "a message to the payer's account, then one to the payee's"},
      {"get-then-set", "actor", "two messages: what is the balance, and this is it now: fails"},
      {"get-then-set", "none", "the same by threads, with no lock: fails"},
      {"get-then-set", "lock", "the same by threads, with a lock around both"},
      {"get-then-set", "atomics", "set by compare and swap, again until nobody came between"},
      {"get-then-set", "actor-set-if", "two messages, the second with what the first one showed"},
      {"get-then-set", "actor-one-message", "one message: the account checks and pays"},
      {"philosophers", "lock", "the left fork, then the right one: fails"},
      {"philosophers", "ordered-locks", "the fork with the lower number first"},
      {"philosophers", "semaphore", "one place fewer at the table than philosophers"},
      {"philosophers", "actor-forks", "each fork an actor, asked one after the other: fails too"},
      {"philosophers", "actor-waiter", "one actor has all forks, and gives two or none"},
  };
  return all;
}

std::vector<std::string> engines_of(std::string_view model) {
  std::vector<std::string> names;
  for (const auto& e : engines())
    if (e.model == model)
      names.emplace_back(e.name);
  return names;
}

std::string heading(const plan& p) {
  if (p.model == "philosophers")
    return std::to_string(p.seats) + " philosophers, each to eat once";
  const auto who = std::to_string(p.tellers) + (p.tellers == 1 ? " teller" : " tellers");
  const auto sum = std::to_string(p.draw), held = std::to_string(p.balance);
  return p.model == "transfer" ? who + ", each to move " + sum + " between two accounts of " + held
                               : who + ", each to draw " + sum + " from " + held;
}

std::unique_ptr<const model> make_model(const plan& p) {
  const auto names = engines_of(p.model);
  if (names.empty())
    throw std::invalid_argument("there is no model " + p.model);
  if (std::find(names.begin(), names.end(), p.engine) == names.end())
    throw std::invalid_argument("the model " + p.model + " has no engine " + p.engine);
  const bool table = p.model == "philosophers";
  if (table && (p.seats < seats_min || p.seats > seats_max))
    throw std::invalid_argument("seats: " + std::to_string(seats_min) + " to "
                                + std::to_string(seats_max));
  if (!table && (p.tellers < 1 || p.tellers > tellers_max))
    throw std::invalid_argument("tellers: 1 to " + std::to_string(tellers_max));
  if (!table && (p.balance < 0 || p.balance > amount_max || p.draw < 1 || p.draw > amount_max))
    throw std::invalid_argument("amounts: up to " + std::to_string(amount_max));
  const bool actors = p.engine.starts_with("actor");
  if (table)
    return actors ? make_table_actors(p) : make_table_threads(p);
  return actors ? make_bank_actors(p) : make_bank_threads(p);
}

} // namespace troupe::race
