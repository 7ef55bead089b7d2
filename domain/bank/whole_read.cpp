// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/whole_read.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace troupe::bank {

std::string_view to_string(whole_fault f) {
  switch (f) {
  case whole_fault::unreachable:
    return "unreachable";
  case whole_fault::store_failed:
    return "store_failed";
  case whole_fault::too_large:
    return "too_large";
  case whole_fault::overtaken:
    return "overtaken";
  case whole_fault::none:
    break;
  }
  return "";
}

namespace {

using account_table = std::map<account_id, account>;

/// Returns: false where 64 bits do not hold it.
bool move(account_table& all, const open_transfer& t) {
  const auto from = all.find(t.from);
  if (from == all.end())
    return false;
  const auto flight_id = account_of(system_account::in_flight, t.unit);
  auto& flight = all.try_emplace(flight_id, account{.id = flight_id, .unit = t.unit}).first->second;
  const auto rest = subtract(from->second.balance, t.value);
  const auto held = subtract(from->second.held, t.value);
  const auto flown = add(flight.balance, t.value);
  if (!rest || !held || !flown)
    return false;
  from->second.balance = *rest;
  from->second.held = *held;
  flight.balance = *flown;
  return true;
}

whole_state refused(whole_fault f, std::string why) {
  whole_state w;
  w.error = f;
  w.why = std::move(why);
  return w;
}

} // namespace

whole_state put_together(std::span<const part_at_cut> parts,
                         std::span<const open_transfer> arrived) {
  whole_state w;
  account_table all;
  for (const auto& part : parts) {
    w.cut = part.cut;
    for (const auto& a : part.accounts) {
      const auto [at, fresh] = all.try_emplace(a.id, a);
      if (fresh)
        continue;
      const auto sum = add(at->second.balance, a.balance);
      if (!is_system(a.id) || !sum)
        return refused(whole_fault::too_large, "account " + account_name(a.id)
                                                   + " is in two partitions, or beyond 64 bits");
      at->second.balance = *sum;
    }
  }
  // Two partitions may have used one id: only all of it together says which transfer is meant.
  using key = std::pair<op_id, account_id>;
  std::set<key> there;
  for (const auto& t : arrived)
    there.emplace(t.id, t.from);
  for (const auto& part : parts)
    for (const auto& t : part.outgoing)
      if (!there.contains({t.id, t.from}))
        w.on_the_way.push_back(t);
      else if (!move(all, t))
        return refused(whole_fault::too_large, "a balance is beyond 64 bits");
  for (auto& [id, a] : all)
    w.accounts.push_back(a);
  return w;
}

std::map<currency, amount> sum_of_clients(std::span<const account> accounts) {
  std::map<currency, amount> sums;
  std::set<currency> beyond;
  for (const auto& a : accounts) {
    if (is_system(a.id))
      continue;
    auto& sum = sums[a.unit];
    if (const auto next = add(sum, a.balance))
      sum = *next;
    else
      beyond.insert(a.unit);
  }
  for (const auto unit : beyond)
    sums.erase(unit);
  return sums;
}

bool adds_up(std::span<const account> accounts) {
  std::map<currency, __int128> sums;
  for (const auto& a : accounts) {
    sums[a.unit] += a.balance;
    if (a.id == account_of(system_account::in_flight, a.unit) && a.balance != 0)
      return false;
  }
  return std::all_of(sums.begin(), sums.end(), [](const auto& s) { return s.second == 0; });
}

} // namespace troupe::bank
