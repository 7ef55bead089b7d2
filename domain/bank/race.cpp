// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/race.hpp"

#include <algorithm>
#include <numeric>

namespace troupe::bank {

namespace {

// What the accounts ought to hold, if every deed of the story happened as told.
std::vector<std::int64_t> booked(const race_plan& plan, const race_outcome& round) {
  std::vector<std::int64_t> sums(plan.accounts(), plan.balance);
  for (const auto& step : round.story) {
    if (step.what == deed::drew)
      sums.at(step.account) -= step.amount;
    else if (step.what == deed::paid_in || step.what == deed::refunded)
      sums.at(step.account) += step.amount;
  }
  return sums;
}

bool happened(const race_outcome& round, deed what) {
  return std::any_of(round.story.begin(), round.story.end(),
                     [what](const race_step& s) { return s.what == what; });
}

} // namespace

race_verdict judge(const race_plan& plan, const race_outcome& round) {
  if (happened(round, deed::lost_sight))
    return race_verdict::unknown;
  if (round.balances != booked(plan, round))
    return race_verdict::miscounted;
  const bool below = std::any_of(round.story.begin(), round.story.end(), [](const race_step& s) {
    return (s.what == deed::saw || s.what == deed::remains) && s.amount < 0;
  });
  if (below || *std::min_element(round.balances.begin(), round.balances.end()) < 0)
    return race_verdict::overdrawn;
  return happened(round, deed::gave_up) ? race_verdict::deadlocked : race_verdict::held;
}

std::int64_t money_off(const race_plan& plan, const race_outcome& round) {
  const auto expected = booked(plan, round);
  const auto sum = [](const std::vector<std::int64_t>& list) {
    return std::accumulate(list.begin(), list.end(), std::int64_t{0});
  };
  return sum(round.balances) - sum(expected);
}

std::string told(const race_plan& plan, const race_step& step) {
  const auto name = race_account_name(step.account);
  const auto number = std::to_string(step.amount);
  const auto at = [&](const char* preposition) {
    return plan.accounts() > 1 ? " " + std::string{preposition} + " " + name : std::string{};
  };
  switch (step.what) {
  case deed::saw:
    return step.who + " sees " + number + at("in");
  case deed::drew:
    return step.who + " drew " + number + at("from");
  case deed::paid_in:
    return step.who + " paid " + number + at("into");
  case deed::refunded:
    return step.who + " gave " + number + " back" + at("to");
  case deed::remains:
    return step.who + " balance now " + number + at("in");
  case deed::refused:
    return step.who + " refused" + at("by") + ": " + std::string{to_string(step.why)};
  case deed::waits:
    return step.who + " waits for " + name + ", which " + step.other + " has locked";
  case deed::gave_up:
    return step.who + " gives up: it and " + step.other + " wait for each other (deadlock)";
  case deed::lost_sight:
    return step.who + " got no answer" + at("from") + ": done or not, it cannot know";
  }
  return "";
}

std::string teller_name(std::uint32_t teller) {
  return teller < 26 ? std::string{'t', static_cast<char>('a' + teller)}
                     : "t" + std::to_string(teller + 1);
}

std::string race_account_name(std::size_t account) { return account == 0 ? "A" : "B"; }

std::string_view to_string(race_verdict v) {
  switch (v) {
  case race_verdict::held:
    return "held";
  case race_verdict::overdrawn:
    return "overdrawn";
  case race_verdict::miscounted:
    return "miscounted";
  case race_verdict::deadlocked:
    return "deadlocked";
  case race_verdict::unknown:
    return "unknown";
  }
  return "";
}

std::uint64_t race_tally::all() const {
  return std::accumulate(rounds.begin(), rounds.end(), std::uint64_t{0});
}

} // namespace troupe::bank
