// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/story.hpp"

namespace troupe::race {

namespace {

void append(std::string& line, const char* between, const std::string& more) {
  if (!more.empty())
    line += (line.empty() ? "" : between) + more;
}

} // namespace

story tell_story(const model& m, const order& steps, const order_graph* graph) {
  const auto cut = until_flaw(m, steps);
  story s{.steps = cut.steps, .wrong = cut.wrong, .switches = cut.switches};
  auto w = m.begin();
  const auto lost = [&] { return graph != nullptr && graph->from(w).of(flaw::none) == 0; };
  if (lost())
    s.lost_after = 0;
  for (const auto who : s.steps) {
    story_step x{.who = who};
    m.step(w, who, &x.told);
    x.after = w;
    x.money_off = m.money_off(w);
    for (std::size_t i = 0; i < m.cast().size(); ++i)
      x.waits.push_back(m.waits_for(w, i));
    if (graph != nullptr)
      x.ways = graph->from(w);
    s.told.push_back(std::move(x));
    if (!s.lost_after && lost())
      s.lost_after = s.told.size();
  }
  s.ended = s.wrong != flaw::none || m.able(w).empty();
  return s;
}

std::string standing(const model& m, const world& w) {
  std::string accounts, hands, locks;
  for (std::size_t i = 0; i < w.accounts.size(); ++i)
    append(accounts, ", ", m.account_names()[i] + " " + std::to_string(w.accounts[i]));
  for (std::size_t i = 0; i < w.people.size(); ++i)
    if (w.people[i].hand != 0)
      append(hands, ", ", m.cast()[i].name + " has " + std::to_string(w.people[i].hand));
  for (std::size_t i = 0; i < w.locks.size(); ++i)
    if (w.locks[i] != nobody)
      append(locks, ", ",
             m.cast()[static_cast<std::size_t>(w.locks[i])].name + " holds " + m.lock_names()[i]);
  append(accounts, "; ", hands);
  append(accounts, "; ", locks);
  return accounts;
}

std::string ending(const model& m, const story& s) {
  if (!s.ended)
    return "not over: others could go on";
  const auto& last = s.told.empty() ? m.begin() : s.told.back().after;
  std::string what;
  if (s.wrong == flaw::deadlocked) {
    for (std::size_t i = 0; i < m.cast().size(); ++i)
      if (!s.told.empty() && !s.told.back().waits[i].empty())
        append(what, "; ", m.cast()[i].name + " waits for " + s.told.back().waits[i]);
  } else {
    for (std::size_t i = 0; i < last.accounts.size(); ++i)
      append(what, ", ", m.account_names()[i] + " holds " + std::to_string(last.accounts[i]));
    if (const auto off = m.money_off(last); off != 0)
      append(what, ", ",
             off > 0 ? std::to_string(off) + " came from nowhere"
                     : std::to_string(-off) + " are lost");
    if (m.account_names().empty())
      what = "everybody ate";
  }
  return std::string{to_string(s.wrong)} + ": " + what;
}

} // namespace troupe::race
