// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/audit.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/bank/audit_derive.hpp"

namespace troupe::bank {

namespace {

/// A transfer or post between partitions: ids are one partition's, so another may have the same.
struct crossing {
  op_id id;
  std::uint32_t source = 0; ///< partition
  bool operator==(const crossing&) const = default;
};
struct crossing_hash {
  using is_avalanching = void;
  std::size_t operator()(const crossing& c) const {
    return op_id_hash{}({c.id.high + c.source, c.id.low});
  }
};

/// The far end of one.
struct arrival {
  std::uint32_t partition = 0;
  std::uint64_t sequence = 0;
  account_id from = no_account;
  account_id to = no_account;
  amount value = 0;
  currency unit = currency::none;
  fault error = fault::none;
  amount balance = 0; ///< of `to`, after it
};

/// The near end.
struct departure {
  std::uint32_t partition = 0;
  std::uint64_t sequence = 0;
  hold sent;
  currency unit = currency::none;
  fault why = fault::none; ///< of a give-back
  amount far_balance = 0;  ///< as the end told it
  bool tells_balance = true;
};

std::string place(std::uint32_t partition) { return "partition " + std::to_string(partition); }

std::string place(std::uint32_t partition, std::uint64_t sequence) {
  return place(partition) + ", sequence " + std::to_string(sequence);
}

std::string differs(const char* what, const std::string& found, const std::string& expected) {
  return std::string{what} + " is " + found + ", expected " + expected;
}

std::string differs(const char* what, std::int64_t found, std::int64_t expected) {
  return differs(what, std::to_string(found), std::to_string(expected));
}

} // namespace

struct audit::impl {
  explicit impl(std::uint32_t n) : partitions(n) {}

  bool fail(const std::string& where, const std::string& what) {
    if (difference.empty())
      difference = where + ": " + what;
    return false;
  }
  bool compare(const account& stored, const account& derived);
  bool compare(const hold& stored, const hold& derived);
  bool add_up();
  bool match(const crossing& c, const arrival& a);
  bool match(const crossing& c, const departure& d);

  std::uint32_t partitions;
  std::uint32_t current = 0;
  std::uint64_t untold_sequence = 0;
  std::optional<derived_partition> derived;
  boost::unordered_flat_set<account_id> accounts_seen;
  boost::unordered_flat_set<op_id, op_id_hash> holds_seen;
  boost::unordered_flat_map<crossing, arrival, crossing_hash> arrivals;
  boost::unordered_flat_map<crossing, departure, crossing_hash> departures;
  std::map<currency, wide> in_flight; // over all partitions
  std::map<currency, wide> clients;   // likewise
  audit_totals totals;
  std::string difference;
};

audit::audit(std::uint32_t partitions) : impl_(std::make_unique<impl>(partitions)) {}
audit::~audit() = default;
const std::string& audit::difference() const { return impl_->difference; }
const audit_totals& audit::totals() const { return impl_->totals; }

bool audit::begin_partition(std::uint64_t untold_sequence) {
  impl& my = *impl_;
  my.untold_sequence = untold_sequence;
  my.derived.emplace(partition_place{my.current, my.partitions});
  my.accounts_seen.clear();
  my.holds_seen.clear();
  return my.difference.empty();
}

bool audit::take(const record& r) {
  impl& my = *impl_;
  if (!my.difference.empty())
    return false;
  ++my.totals.records;
  my.totals.refused += r.answer.error != fault::none;
  if (const auto wrong = my.derived->take(r); !wrong.empty())
    return my.fail(place(my.current, r.answer.sequence), wrong);
  const operation& op = r.asked;
  if (op.kind == operation_kind::receive) {
    const account* to = my.derived->find(op.to);
    const auto source = static_cast<std::uint32_t>(op.from % my.partitions);
    my.arrivals.emplace(crossing{op.id, source},
                        arrival{my.current, r.answer.sequence, op.from, op.to, op.value,
                                to ? to->unit : op.unit, r.answer.error, r.answer.to_balance});
  }
  if (r.answer.pending) {
    departure& d = my.departures[{op.id, my.current}];
    d.partition = my.current;
    d.sequence = r.answer.sequence;
    d.sent = *my.derived->find(op.id);
    d.unit = my.derived->find(op.from)->unit;
  }
  if (op.kind == operation_kind::settle || op.kind == operation_kind::give_back) {
    departure& d = my.departures[{op.id, my.current}];
    d.why = op.why;
    d.far_balance = op.far_balance;
    d.tells_balance = op.far_balance != 0 || r.answer.sequence > my.untold_sequence;
  }
  return true;
}

// -- what is stored against what was derived

bool audit::impl::compare(const account& stored, const account& is) {
  const std::string where = place(current) + ", account " + account_name(stored.id);
  if (stored.unit != is.unit)
    return fail(where, differs("currency", to_string(stored.unit), to_string(is.unit)));
  if (stored.balance != is.balance)
    return fail(where, differs("balance", stored.balance, is.balance));
  if (stored.held != is.held)
    return fail(where, differs("held", stored.held, is.held));
  if (stored.overdraft_max != is.overdraft_max)
    return fail(where, differs("overdraft", stored.overdraft_max, is.overdraft_max));
  if (stored.closed != is.closed)
    return fail(where, differs("closed", stored.closed ? "yes" : "no", is.closed ? "yes" : "no"));
  return true;
}

bool audit::take(const account& stored) {
  impl& my = *impl_;
  if (!my.difference.empty())
    return false;
  ++my.totals.accounts;
  const std::string where = place(my.current) + ", account " + account_name(stored.id);
  if (!my.accounts_seen.insert(stored.id).second)
    return my.fail(where, "is stored twice");
  const account* derived = my.derived->find(stored.id);
  if (!derived) {
    // A deposit that was refused at last may have made the account of the other side.
    const bool known = stored.id == account_of(system_account::outside, stored.unit)
                       || stored.id == account_of(system_account::in_flight, stored.unit);
    const bool idle = known && stored.balance == 0 && stored.held == 0;
    return idle || my.fail(where, "is stored, but history never opened it");
  }
  if (!is_system(stored.id))
    my.clients[stored.unit] += stored.balance;
  return my.compare(stored, *derived);
}

bool audit::impl::compare(const hold& stored, const hold& is) {
  constexpr const char* names[] = {"open", "posted", "released", "expired"};
  const std::string where =
      place(current) + ", account " + account_name(stored.from) + ", hold " + to_string(stored.id);
  if (stored.from != is.from)
    return fail(where, differs("account", account_name(stored.from), account_name(is.from)));
  if (stored.to != is.to)
    return fail(where, differs("target", account_name(stored.to), account_name(is.to)));
  if (stored.value != is.value)
    return fail(where, differs("amount", stored.value, is.value));
  if (stored.expires_ms != is.expires_ms)
    return fail(where, differs("expiry", stored.expires_ms, is.expires_ms));
  if (stored.state != is.state)
    return fail(where, differs("state", names[static_cast<int>(stored.state)],
                               names[static_cast<int>(is.state)]));
  if (stored.outgoing != is.outgoing)
    return fail(where, differs("outgoing", stored.outgoing, is.outgoing));
  if (stored.closed_by != is.closed_by)
    return fail(where,
                differs("the record that ended it", static_cast<std::int64_t>(stored.closed_by),
                        static_cast<std::int64_t>(is.closed_by)));
  return true;
}

bool audit::take(const hold& stored) {
  impl& my = *impl_;
  if (!my.difference.empty())
    return false;
  ++my.totals.holds;
  my.totals.holds_open += stored.state == hold_state::open;
  const std::string where = place(my.current) + ", hold " + to_string(stored.id);
  if (!my.holds_seen.insert(stored.id).second)
    return my.fail(where, "is stored twice");
  const hold* derived = my.derived->find(stored.id);
  return derived ? my.compare(stored, *derived)
                 : my.fail(where, "is stored, but history never made it");
}

bool audit::impl::add_up() {
  std::map<currency, wide> sums;
  for (const auto& [id, a] : derived->accounts()) {
    sums[a.unit] += a.balance;
    if (id == account_of(system_account::in_flight, a.unit))
      in_flight[a.unit] += a.balance;
  }
  for (const auto& [unit, sum] : sums)
    if (sum != 0)
      return fail(place(current), "balances in " + to_string(unit) + " do not add up to 0");
  return true;
}

bool audit::end_partition() {
  impl& my = *impl_;
  if (!my.difference.empty())
    return false;
  for (const auto& [id, a] : my.derived->accounts())
    if (!my.accounts_seen.contains(id))
      return my.fail(place(my.current) + ", account " + account_name(id),
                     "is not stored, but history opened it");
  for (const auto& [id, h] : my.derived->holds()) {
    if (!my.holds_seen.contains(id))
      return my.fail(place(my.current) + ", account " + account_name(h.from) + ", hold "
                         + to_string(id),
                     "is not stored, but history made it");
    if (h.outgoing)
      my.departures[{id, my.current}].sent = h;
  }
  const bool good = my.add_up();
  ++my.current;
  return good;
}

// -- between partitions

bool audit::impl::match(const crossing& c, const arrival& a) {
  const std::string where = place(a.partition, a.sequence) + ", account " + account_name(a.to);
  const op_id& id = c.id;
  const auto sent = departures.find(c);
  if (sent == departures.end())
    return fail(where, "received transfer " + to_string(id) + ", which no partition sent");
  const departure& d = sent->second;
  if (a.from != d.sent.from)
    return fail(where, differs("sender", account_name(a.from), account_name(d.sent.from)));
  if (a.to != d.sent.to)
    return fail(where, differs("receiver", account_name(a.to), account_name(d.sent.to)));
  if (a.value != d.sent.value)
    return fail(where, differs("received amount", a.value, d.sent.value));
  if (a.error == fault::none && a.unit != d.unit)
    return fail(where, differs("received currency", to_string(a.unit), to_string(d.unit)));
  if (a.error == fault::none && d.sent.state == hold_state::released)
    return fail(where, "received transfer " + to_string(id) + ", which was given back");
  if (a.error != fault::none && d.sent.state == hold_state::released && d.why != a.error)
    return fail(where, differs("reason of the refusal", std::string{to_string(a.error)},
                               std::string{to_string(d.why)}));
  return true;
}

bool audit::impl::match(const crossing& c, const departure& d) {
  totals.on_the_way += d.sent.state == hold_state::open;
  const auto at = arrivals.find(c);
  const bool arrived = at != arrivals.end() && at->second.error == fault::none;
  if (d.sent.state == hold_state::posted && !arrived)
    return fail(place(d.partition, d.sent.closed_by) + ", account " + account_name(d.sent.from),
                "settled transfer " + to_string(c.id) + ", which account " + account_name(d.sent.to)
                    + " never received");
  if (at != arrivals.end() && d.sent.state != hold_state::open && d.tells_balance
      && d.far_balance != at->second.balance)
    return fail(place(d.partition, d.sent.closed_by) + ", account " + account_name(d.sent.to),
                differs("balance in the receipt", d.far_balance, at->second.balance));
  // What arrived and is not settled yet stands against the in-flight accounts.
  if (d.sent.state == hold_state::open && arrived) {
    in_flight[d.unit] += d.sent.value;
    clients[d.unit] -= d.sent.value;
  }
  return true;
}

bool audit::finish() {
  impl& my = *impl_;
  if (!my.difference.empty())
    return false;
  if (my.current != my.partitions)
    return my.fail(place(my.current), "is missing");
  for (const auto& [c, a] : my.arrivals)
    if (!my.match(c, a))
      return false;
  for (const auto& [c, d] : my.departures)
    if (!my.match(c, d))
      return false;
  for (const auto& [unit, sum] : my.in_flight)
    if (sum != 0)
      return my.fail("all partitions", account_name(account_of(system_account::in_flight, unit))
                                           + " does not add up to what is on its way");
  for (const auto& [unit, sum] : my.clients)
    if (const auto fitting = static_cast<amount>(sum); fitting == sum)
      my.totals.clients[unit] = fitting;
  return true;
}

} // namespace troupe::bank
