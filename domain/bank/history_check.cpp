// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/history_check.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "domain/bank/history_calls.hpp"

namespace troupe::bank {

namespace {

using wide = __int128;

/// Fits where a counterexample is told; what is beyond 64 bits is told as their end.
std::string text_of(wide n) {
  constexpr wide most = std::numeric_limits<amount>::max();
  return std::to_string(static_cast<amount>(std::clamp(n, -most, most)));
}

/// Keeps the first thing that is wrong.
void tell(check_result& r, std::string wrong) {
  if (r.counterexample.empty())
    r.counterexample = std::move(wrong);
}

amount floor_of(const history& h, account_id id) {
  const auto at = h.accounts.find(id);
  return at == h.accounts.end() ? 0 : -at->second.overdraft_max;
}

/// What clients have: as stated, or all deposits that were acknowledged.
wide total_of(const history_index& index) {
  if (index.of.total)
    return *index.of.total;
  wide sum = 0;
  for (const auto& c : index.calls)
    if (c.begin->asked.kind == operation_kind::deposit && c.outcome() == event_type::ok)
      sum += c.begin->asked.value;
  return sum;
}

check_result check_totals(const history_index& index) {
  check_result r{"totals", "whole reads add up to what there is"};
  const wide total = total_of(index);
  for (const auto& c : index.calls) {
    if (c.begin->op != event_op::whole_read || c.outcome() != event_type::ok)
      continue;
    ++r.checked;
    wide sum = c.end->in_transit;
    std::set<account_id> seen;
    for (const auto& [id, balance] : c.end->balances) {
      sum += balance;
      if (!seen.insert(id).second)
        tell(r, said_by(index.of, *c.end) + "account " + std::to_string(id) + " is there twice");
    }
    if (sum != total)
      tell(r, said_by(index.of, *c.end) + "the balances and what is in transit add up to "
                  + text_of(sum) + ", expected " + text_of(total));
  }
  return r;
}

check_result check_floors(const history_index& index) {
  check_result r{"floors", "no balance is below its overdraft"};
  const history& h = index.of;
  const auto look = [&](account_id id, amount balance, const auto& where) {
    ++r.checked;
    if (balance < floor_of(h, id))
      tell(r, where() + "account " + std::to_string(id) + " has " + std::to_string(balance)
                  + ", below " + std::to_string(floor_of(h, id)));
  };
  for (const auto& e : h.events)
    for (const auto& [id, balance] : e.balances)
      look(id, balance, [&] { return said_by(h, e); });
  for (std::size_t p = 0; p < h.partitions.size(); ++p) {
    std::map<account_id, amount> balances;
    for (const auto& x : h.partitions[p])
      each_movement(x, [&](account_id id, amount by) {
        const auto sum = add(balances[id], by);
        balances[id] = sum.value_or(0);
        look(id, sum.value_or(std::numeric_limits<amount>::min()), [&] {
          return "partition " + std::to_string(p) + ", after record "
                 + std::to_string(x.answer.sequence) + ": ";
        });
      });
  }
  for (const auto& [id, a] : h.accounts)
    look(id, a.balance, [] { return std::string{"at the end: "}; });
  return r;
}

/// What the records of one id say was done.
struct effect {
  int asked = 0;   // by a client, refused or not
  int refused = 0; // of these
  int left = 0;    // of these, to another partition
  int received = 0, settled = 0, given_back = 0;
  fault error = fault::none; // that its client has to be told
  bool done() const { return asked == 1 && refused == 0 && left == received && left == settled; }
  bool nothing() const {
    return asked <= 1 && received == 0 && settled == 0 && (refused + given_back == asked);
  }
  bool at_most_once() const { return asked <= 1 && received <= left && settled <= received; }
};

effect effect_of(const std::vector<placed_record>& records) {
  effect e;
  for (const auto& at : records) {
    const auto& [asked, answer] = *at.what;
    const bool refused = answer.error != fault::none;
    if (from_client(asked.kind)) {
      ++e.asked;
      e.refused += refused ? 1 : 0;
      e.left += answer.pending ? 1 : 0;
      e.error = refused ? answer.error : e.error;
    } else if (!refused) {
      e.received += asked.kind == operation_kind::receive ? 1 : 0;
      e.settled += asked.kind == operation_kind::settle ? 1 : 0;
      e.given_back += asked.kind == operation_kind::give_back ? 1 : 0;
      e.error = asked.kind == operation_kind::give_back ? asked.why : e.error;
    }
  }
  return e;
}

bool same_content(const operation& asked, const operation& recorded) {
  const bool leg = !from_client(recorded.kind); // of a transfer between partitions
  return (leg || asked.kind == recorded.kind) && asked.from == recorded.from
         && asked.to == recorded.to && asked.value == recorded.value;
}

std::string times_of(const effect& e) {
  return "the records have it " + std::to_string(e.asked) + " times asked, "
         + std::to_string(e.refused) + " refused, " + std::to_string(e.left) + " sent on, "
         + std::to_string(e.received) + " received, " + std::to_string(e.settled) + " settled, "
         + std::to_string(e.given_back) + " given back";
}

/// Returns: "" or what is wrong between a call and what the records have under its id.
std::string compare(const history_call& c, const std::vector<placed_record>& records) {
  for (const auto& at : records)
    if (!same_content(c.begin->asked, at.what->asked))
      return "is in partition " + std::to_string(at.partition) + ", record "
             + std::to_string(at.sequence) + ", as " + words_of(at.what->asked);
  const auto e = effect_of(records);
  switch (c.outcome()) {
  case event_type::ok:
    return e.done() ? "" : "was acknowledged, but " + times_of(e);
  case event_type::fail:
    if (!e.nothing())
      return "was refused, but " + times_of(e);
    return e.asked == 0 || e.error == c.end->error
               ? ""
               : "was refused as " + std::string{to_string(c.end->error)} + ", but the records say "
                     + std::string{to_string(e.error)};
  default:
    return e.at_most_once() ? "" : "may be done once, but " + times_of(e);
  }
}

check_result check_ids(const history_index& index) {
  check_result r{"ids", "each operation was done as often as its client was told"};
  if (index.of.partitions.empty())
    return r;
  std::set<op_id> asked;
  for (const auto& c : index.calls) {
    if (c.begin->op != event_op::post)
      continue;
    ++r.checked;
    asked.insert(c.begin->asked.id);
    const auto at = index.places.find(c.begin->asked.id);
    const auto wrong =
        compare(c, at == index.places.end() ? std::vector<placed_record>{} : at->second);
    if (!wrong.empty())
      tell(r, said_by(index.of, *c.begin) + words_of(c.begin->asked) + " " + wrong);
  }
  for (const auto& [id, records] : index.places)
    if (!asked.contains(id))
      tell(r, "partition " + std::to_string(records.front().partition) + ", record "
                  + std::to_string(records.front().sequence) + ": "
                  + words_of(records.front().what->asked) + " was never asked for");
  return r;
}

/// Returns: "" or how an answer differs from what the client was told before.
std::string compare(const history_call& c, const history_event& lookup) {
  if (lookup.found.size() > 1)
    return "is known to " + std::to_string(lookup.found.size()) + " partitions";
  const auto told = c.outcome();
  if (lookup.found.empty())
    return told == event_type::ok ? "was acknowledged, and is not known" : "";
  const auto& [asked, answer] = lookup.found.front();
  if (!same_content(c.begin->asked, asked))
    return "is known as " + words_of(asked);
  if (told == event_type::ok && answer.error != fault::none)
    return "was acknowledged, and is now refused as " + std::string{to_string(answer.error)};
  if (told == event_type::fail && answer.error != c.end->error)
    return "was refused as " + std::string{to_string(c.end->error)} + ", and is now "
           + std::string{answer.error == fault::none ? "done" : to_string(answer.error)};
  return "";
}

check_result check_lookups(const history_index& index) {
  check_result r{"lookups", "asked for at the end, each operation is what its client was told"};
  std::map<op_id, const history_call*> calls;
  for (const auto& c : index.calls)
    if (c.begin->op == event_op::post)
      calls.emplace(c.begin->asked.id, &c);
  for (const auto& c : index.calls) {
    if (c.begin->op != event_op::lookup || c.outcome() != event_type::ok)
      continue;
    ++r.checked;
    const auto& found = c.end->found;
    const auto call = calls.find(c.begin->asked.id);
    const auto at = index.places.find(c.begin->asked.id);
    std::string wrong;
    if (call != calls.end())
      wrong = compare(*call->second, *c.end);
    else if (!found.empty())
      wrong = "is known, and nobody asked for it";
    // Some that are refused leave no record, and no answer.
    if (wrong.empty() && found.empty() && call != calls.end() && at != index.places.end()
        && call->second->outcome() == event_type::fail)
      wrong = "was refused, and is not known, though the records have it";
    // What was told of an operation of which its client knew nothing counts from then on, too.
    if (wrong.empty() && found.size() == 1 && found[0].answer.error == fault::none
        && !index.of.partitions.empty()
        && (at == index.places.end() || !effect_of(at->second).done()))
      wrong = "was told to be done, and the records do not have it";
    if (!wrong.empty())
      tell(r, said_by(index.of, *c.end) + to_string(c.begin->asked.id) + " " + wrong);
  }
  return r;
}

check_result check_balances(const history_index& index) {
  check_result r{"balances", "the records lead to the balances"};
  const history& h = index.of;
  std::map<account_id, wide> derived;
  for (std::size_t p = 0; p < h.partitions.size(); ++p)
    for (std::size_t n = 0; n < h.partitions[p].size(); ++n) {
      const auto& x = h.partitions[p][n];
      if (x.answer.sequence != n + 1)
        tell(r, "partition " + std::to_string(p) + ": record " + std::to_string(x.answer.sequence)
                    + " follows " + std::to_string(n));
      each_movement(x, [&](account_id id, amount by) { derived[id] += by; });
    }
  for (const auto& [id, a] : h.accounts) {
    ++r.checked;
    const auto at = derived.find(id);
    const wide expected = at == derived.end() ? 0 : at->second;
    if (a.balance != expected)
      tell(r, "account " + std::to_string(id) + " has " + std::to_string(a.balance)
                  + ", and by the records " + text_of(expected));
  }
  return r;
}

} // namespace

std::vector<check_result> check_history(const history& h) {
  const history_index index{h};
  return {index.processes,      check_totals(index), check_floors(index),  check_ids(index),
          check_lookups(index), check_order(index),  check_balances(index)};
}

} // namespace troupe::bank
