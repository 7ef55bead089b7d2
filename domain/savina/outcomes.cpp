// SPDX-License-Identifier: BSD-3-Clause
#include "domain/savina/outcomes.hpp"

#include <algorithm>
#include <numeric>

namespace troupe::savina {

namespace {

std::string text(number n) { return std::to_string(n); }

number sum_of(const std::vector<number>& all) {
  return std::accumulate(all.begin(), all.end(), number{0});
}

std::string hex(number n) {
  std::string out(16, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, n >>= 4)
    *digit = "0123456789abcdef"[n & 15];
  return out;
}

// The first of these that is wrong is the fault.
class checks {
public:
  template <class Value>
  checks& equal(const std::string& what, Value is, Value should) {
    if (fault.empty() && is != should)
      fault = what + ": " + std::to_string(is) + ", and not " + std::to_string(should);
    return *this;
  }
  template <class Value>
  checks& each_equal(const std::string& what, const std::vector<Value>& are,
                     const std::vector<Value>& should) {
    equal(what + "s", are.size(), should.size());
    for (std::size_t i = 0; i < are.size() && fault.empty(); ++i)
      equal(what + " " + std::to_string(i), are[i], should[i]);
    return *this;
  }

  std::string fault;
};

} // namespace

verdict judge(const ping_pong_plan& p, const ping_pong_outcome& o) {
  checks c;
  c.equal("pings heard", o.pings, p.pings).equal("pongs heard", o.pongs, p.pings);
  return {text(o.pings) + " pings, " + text(o.pongs) + " pongs", "", c.fault};
}

verdict judge(const ring_plan& p, const ring_outcome& o) {
  // With the first member it begins: that is no hop, but the token was there.
  std::vector<number> should;
  for (number i = 0; i < p.members; ++i)
    should.push_back(share_of(p.hops + 1, p.members, i));
  checks c;
  c.each_equal("had by member", o.had, should).equal("ended at", o.ended_at, p.hops % p.members);
  return {text(sum_of(o.had) - 1) + " hops, ended at member " + text(o.ended_at), "", c.fault};
}

verdict judge(const fork_join_plan& p, const fork_join_outcome& o) {
  number sum = 0;
  for (number i = 0; i < p.workers; ++i)
    sum += work_of(i);
  checks c;
  c.equal("begun", o.begun, p.workers).equal("ended", o.ended, p.workers).equal("sum", o.sum, sum);
  return {text(o.ended) + " workers, sum " + hex(o.sum), "", c.fault};
}

verdict judge(const counting_plan& p, const counting_outcome& o) {
  checks c;
  c.equal("sent", o.sent, p.increments).equal("counted", o.counted, p.increments);
  return {text(o.counted) + " counted", "", c.fault};
}

verdict judge(const chameneos_plan& p, const chameneos_outcome& o) {
  number met = 0, same = 0, most = 0;
  auto least = ~number{0};
  for (const auto& creature : o.creatures) {
    met += creature.met;
    same += creature.same;
    most = std::max(most, creature.met);
    least = std::min(least, creature.met);
  }
  checks c;
  c.equal("creatures", o.creatures.size(), static_cast<std::size_t>(p.creatures))
      .equal("meetings", o.meetings, p.meetings)
      .equal("meetings as the creatures count", met, 2 * p.meetings)
      .equal("half a meeting of two of the same colour", same % 2, number{0});
  return {text(o.meetings) + " meetings, " + text(met) + " counted by creatures",
          "each met " + text(least) + " to " + text(most) + " others, " + text(same)
              + " of them of its own colour",
          c.fault};
}

verdict judge(const big_plan& p, const big_outcome& o) {
  checks c;
  c.each_equal("pongs to member", o.pongs, std::vector<number>(p.members, p.pings))
      .each_equal("pings to member", o.pings, pings_to(p));
  return {text(sum_of(o.pings)) + " pings, " + text(sum_of(o.pongs)) + " pongs", "", c.fault};
}

verdict judge(const banking_plan& p, const banking_outcome& o) {
  std::int64_t off = 0; // of the sum, which itself could exceed 64 bits
  number hash = 0;
  for (const auto b : o.balances) {
    off += b - opening_of(p);
    hash = mixed(hash, static_cast<number>(b));
  }
  checks c;
  c.equal("paid", o.paid, p.transfers)
      .equal("money lost or from nowhere", off, std::int64_t{0})
      .each_equal("balance", o.balances, replayed(p));
  return {text(o.paid) + " transfers among " + text(o.balances.size()) + " accounts, balances "
              + hex(hash),
          "", c.fault};
}

verdict judge(const philosophers_plan& p, const philosophers_outcome& o) {
  checks c;
  c.each_equal("meals of philosopher", o.meals, std::vector<number>(p.seats, p.rounds))
      .equal("forks taken", o.taken, 2 * p.seats * p.rounds)
      .equal("forks returned", o.returned, o.taken)
      .equal("forks on the table", o.on_table, p.seats);
  return {text(o.meals.size()) + " philosophers, " + text(sum_of(o.meals)) + " meals, "
              + text(o.on_table) + " forks on the table",
          "", c.fault};
}

verdict judge(const barber_plan& p, const barber_outcome& o) {
  checks c;
  c.equal("haircuts", o.haircuts, p.haircuts)
      .equal("customers who left with one", o.left, p.haircuts)
      .equal("visits", o.visits, o.haircuts + o.turned_away);
  return {text(o.haircuts) + " haircuts, " + text(o.left) + " customers content, hair "
              + hex(o.hair),
          text(o.turned_away) + " times the room was full", c.fault};
}

std::vector<std::int64_t> replayed(const banking_plan& p) {
  std::vector<std::int64_t> balances(p.accounts, opening_of(p));
  for (number i = 0; i < p.transfers; ++i) {
    const auto t = transfer_of(p, i);
    balances[t.from] -= t.amount;
    balances[t.to] += t.amount;
  }
  return balances;
}

std::vector<number> pings_to(const big_plan& p) {
  std::vector<number> all(p.members, 0);
  for (number member = 0; member < p.members; ++member)
    for (number i = 0; i < p.pings; ++i)
      ++all[partner(p, member, i)];
  return all;
}

} // namespace troupe::savina
