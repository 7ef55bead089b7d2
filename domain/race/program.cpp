// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/program.hpp"

namespace troupe::race {

bool thread_model::can_step(const world& w, std::size_t who) const {
  if (!has_next(w, who))
    return false;
  const auto& next = programs_[who][w.people[who].at];
  if (next.what == act_kind::lock)
    return w.locks[next.where] == nobody;
  return next.what != act_kind::enter || w.places > 0;
}

void thread_model::act(world& w, std::size_t who, happening* told) const {
  const auto next = programs_[who][w.people[who].at];
  const auto before = told ? w : world{};
  const bool went_well = perform(w, who, next);
  auto& p = w.people[who];
  p.at = went_well ? static_cast<std::uint8_t>(p.at + 1) : next.otherwise;
  p.over = !has_next(w, who);
  if (told)
    told->text = words(before, w, who, next, went_well);
}

bool thread_model::perform(world& w, std::size_t who, const instruction& x) const {
  auto& p = w.people[who];
  switch (x.what) {
  case act_kind::check:
    p.seen = w.accounts[x.where];
    return p.seen >= sum_;
  case act_kind::read:
    p.seen = w.accounts[x.where];
    return true;
  case act_kind::take:
    w.accounts[x.where] -= sum_;
    p.hand += sum_;
    return true;
  case act_kind::pay_in:
    w.accounts[x.where] += sum_;
    p.hand -= sum_;
    return true;
  case act_kind::swap:
    if (w.accounts[x.where] != p.seen)
      return false;
    [[fallthrough]];
  case act_kind::write_less:
    w.accounts[x.where] = p.seen - sum_;
    p.hand += sum_;
    return true;
  case act_kind::write_more:
    w.accounts[x.where] = p.seen + sum_;
    p.hand -= sum_;
    return true;
  case act_kind::lock:
    w.locks[x.where] = static_cast<std::int8_t>(who);
    return true;
  case act_kind::unlock:
    w.locks[x.where] = nobody;
    return true;
  case act_kind::enter:
    --w.places;
    return true;
  case act_kind::exit:
    ++w.places;
    return true;
  case act_kind::eat:
    return true;
  }
  return true;
}

std::string thread_model::words(const world& before, const world& after, std::size_t who,
                                const instruction& x, bool went_well) const {
  const auto name = cast_[who].name + " ";
  const auto account = [&] { return account_names_[x.where]; };
  const auto sum = std::to_string(sum_);
  const auto seen = std::to_string(before.people[who].seen);
  const auto held = [&](const world& w) { return std::to_string(w.accounts[x.where]); };
  switch (x.what) {
  case act_kind::check:
    return name + "checks " + account() + ": " + held(before)
           + (went_well ? ", enough for " : ", too short for ") + sum
           + (went_well ? "" : ", and is refused");
  case act_kind::read:
    return name + "reads " + account() + ": " + held(before);
  case act_kind::take:
    return name + "takes " + sum + " from " + account() + ", which holds " + held(after) + " now";
  case act_kind::pay_in:
    return name + "pays " + sum + " into " + account() + ", which holds " + held(after) + " now";
  case act_kind::write_less:
    return name + "writes " + held(after) + " into " + account() + ", which is the " + seen
           + " it saw less " + sum;
  case act_kind::write_more:
    return name + "writes " + held(after) + " into " + account() + ", which is the " + seen
           + " it saw plus " + sum;
  case act_kind::swap:
    return went_well ? name + "finds the " + seen + " it saw still in " + account()
                           + " and makes it " + held(after)
                     : name + "does not find the " + seen + " it saw in " + account() + ", but "
                           + held(before) + ", and looks again";
  case act_kind::lock:
    return name + "takes " + lock_names_[x.where];
  case act_kind::unlock:
    return name + "gives back " + lock_names_[x.where];
  case act_kind::enter:
    return name + "sits down: " + std::to_string(after.places) + " places left";
  case act_kind::exit:
    return name + "gets up: " + std::to_string(after.places) + " places left";
  case act_kind::eat:
    return name + "eats";
  }
  return name;
}

std::string thread_model::waits_for(const world& w, std::size_t who) const {
  if (!has_next(w, who) || can_step(w, who))
    return "";
  const auto& next = programs_[who][w.people[who].at];
  if (next.what != act_kind::lock)
    return "a place at the table";
  return lock_names_[next.where] + ", which "
         + cast_[static_cast<std::size_t>(w.locks[next.where])].name + " holds";
}

thread_model::thread_model(parts p) : programs_(std::move(p.programs)), sum_(p.sum) {
  char mark = 'a';
  for (auto& name : p.names)
    cast_.push_back({std::move(name), mark++, false});
  account_names_ = std::move(p.accounts);
  lock_names_ = std::move(p.locks);
  world begin;
  begin.accounts.assign(account_names_.size(), p.balance);
  begin.places = p.places;
  set_up(std::move(begin));
}

} // namespace troupe::race
