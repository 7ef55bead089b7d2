// SPDX-License-Identifier: BSD-3-Clause
// A true history is planted with one lie at a time; the audit has to name each.

#include "domain/bank/audit.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "domain/bank/ledger.hpp"

using namespace troupe::bank;

namespace {

const currency eur = parse_currency("EUR");

struct no_records : record_source {
  std::optional<record> record_at(std::uint64_t) override { return std::nullopt; }
};

struct part {
  std::vector<record> records;
  std::vector<account> accounts;
  std::vector<hold> holds;
};

/// A bank as it is stored.
using stored_bank = std::vector<part>;

op_id id(std::uint64_t n) { return {7, n}; }

part stored(ledger& l) {
  const auto c = l.changes();
  return {{c.records.begin(), c.records.end()}, c.accounts, c.holds};
}

/// One partition; sequence by sequence:
///   1, 2 open 1 (overdraft 50) and 2; 3 deposit 100 to 1; 4 transfer 120 from 1 to 2; 5 one that
///   is refused; 6 withdraw 20 from 2; 7 hold 30 of 2 until 5000; 8 post 10 of it to 1; 9 hold 5 of
///   2 until 2000; 10 hold 6 of 2; 11 expiry of 9; 12 void of 10; 13 hold 1 of 2, open.
stored_bank one_partition() {
  ledger l;
  no_records none;
  const auto put = [&](operation op, std::int64_t at = 1000) { l.apply(op, at, none); };
  using k = operation_kind;
  put({.id = id(1), .kind = k::open, .to = 1, .value = 50, .unit = eur});
  put({.id = id(2), .kind = k::open, .to = 2, .unit = eur});
  put({.id = id(3), .kind = k::deposit, .to = 1, .value = 100});
  put({.id = id(4), .kind = k::transfer, .from = 1, .to = 2, .value = 120});
  put({.id = id(5), .kind = k::transfer, .from = 1, .to = 2, .value = 999});
  put({.id = id(6), .kind = k::withdraw, .from = 2, .value = 20});
  put({.id = id(7), .kind = k::hold, .from = 2, .value = 30, .expires_ms = 5000});
  put({.id = id(8), .kind = k::post, .from = 2, .to = 1, .value = 10, .hold = id(7)});
  put({.id = id(9), .kind = k::hold, .from = 2, .value = 5, .expires_ms = 2000});
  put({.id = id(10), .kind = k::hold, .from = 2, .value = 6});
  l.expire(3000);
  put({.id = id(12), .kind = k::release, .from = 2, .hold = id(10)}, 3000);
  put({.id = id(13), .kind = k::hold, .from = 2, .value = 1}, 3000);
  return {stored(l)};
}

/// Two partitions. 0: open 2, deposit 100, then transfers of 10 to 3 (settled), 20 to 5 (given
/// back: no such account), 30 to 3 (received, not settled); 8 hold 9 of 2; 9 post of 4 of it to 3,
/// 10 settled; 11 hold 1, 12 post of it to 5, 13 given back. 1: open 3, and the five arrivals.
stored_bank two_partitions() {
  ledger source{{0, 2}}, target{{1, 2}};
  no_records none;
  using k = operation_kind;
  source.apply({.id = id(1), .kind = k::open, .to = 2, .unit = eur}, 1000, none);
  target.apply({.id = id(2), .kind = k::open, .to = 3, .unit = eur}, 1000, none);
  source.apply({.id = id(3), .kind = k::deposit, .to = 2, .value = 100}, 1000, none);
  const auto send = [&](std::uint64_t n, account_id to, amount value) {
    source.apply({.id = id(n), .kind = k::transfer, .from = 2, .to = to, .value = value}, 1000,
                 none);
    return target.apply(
        {.id = id(n), .kind = k::receive, .from = 2, .to = to, .value = value, .unit = eur}, 1000,
        none);
  };
  send(4, 3, 10);
  const auto refused = send(5, 5, 20);
  send(6, 3, 30);
  source.apply({.id = id(4),
                .kind = k::settle,
                .from = 2,
                .to = 3,
                .value = 10,
                .hold = id(4),
                .far_balance = 10},
               1000, none);
  source.apply({.id = id(5),
                .kind = k::give_back,
                .why = refused.error,
                .from = 2,
                .to = 5,
                .value = 20,
                .hold = id(5)},
               1000, none);
  const auto post = [&](std::uint64_t hold, std::uint64_t n, account_id to, amount held,
                        amount value, std::int64_t expires_ms) {
    source.apply(
        {.id = id(hold), .kind = k::hold, .from = 2, .value = held, .expires_ms = expires_ms}, 1000,
        none);
    source.apply(
        {.id = id(n), .kind = k::post, .from = 2, .to = to, .value = value, .hold = id(hold)}, 1000,
        none);
    const auto far = target.apply(
        {.id = id(n), .kind = k::receive, .from = 2, .to = to, .value = value, .unit = eur}, 1000,
        none);
    source.apply({.id = id(n),
                  .kind = far.error == fault::none ? k::settle : k::give_back,
                  .why = far.error,
                  .from = 2,
                  .to = to,
                  .value = value,
                  .hold = id(n),
                  .far_balance = far.to_balance},
                 3000, none);
  };
  post(8, 9, 3, 9, 4, 2000);
  post(11, 12, 5, 1, 1, 5000);
  return {stored(source), stored(target)};
}

std::string audited(const stored_bank& all, audit_totals* totals = nullptr,
                    std::uint64_t untold_sequence = 0) {
  audit a{static_cast<std::uint32_t>(all.size())};
  for (const auto& p : all) {
    a.begin_partition(untold_sequence);
    for (const auto& r : p.records)
      a.take(r);
    for (const auto& x : p.accounts)
      a.take(x);
    for (const auto& h : p.holds)
      a.take(h);
    a.end_partition();
  }
  const bool clean = a.finish(); // first: it may find the difference
  BOOST_TEST(clean == a.difference().empty());
  if (totals)
    *totals = a.totals();
  return a.difference();
}

account& account_in(part& p, account_id which) {
  for (auto& a : p.accounts)
    if (a.id == which)
      return a;
  throw std::logic_error("no such account in the test");
}
hold& hold_in(part& p, std::uint64_t which) {
  for (auto& h : p.holds)
    if (h.id == id(which))
      return h;
  throw std::logic_error("no such hold in the test");
}
record& at(stored_bank& b, std::size_t sequence, std::size_t partition = 0) {
  return b[partition].records.at(sequence - 1);
}

struct lie {
  const char* name;
  std::function<void(stored_bank&)> plant;
  const char* found; // what the line has to have
};
std::ostream& operator<<(std::ostream& to, const lie& l) { return to << l.name; }

const std::vector<lie> lies{
    {"a gap", [](auto& b) { b[0].records.erase(b[0].records.begin() + 4); },
     "sequence 6: follows sequence 4, expected 5"},
    {"a record twice", [](auto& b) { b[0].records.push_back(b[0].records.back()); },
     "sequence 13: follows sequence 13, expected 14"},
    {"time runs back", [](auto& b) { at(b, 3).answer.time_ms = 999; },
     "sequence 3: time runs back"},
    {"an id twice", [](auto& b) { at(b, 4).asked.id = at(b, 4).answer.id = id(3); },
     "sequence 4: id 00000000000000070000000000000003 was used before"},
    {"no id", [](auto& b) { at(b, 4).asked.id = at(b, 4).answer.id = {}; },
     "sequence 4: has no id"},
    {"a receipt for another", [](auto& b) { at(b, 4).answer.id = id(99); },
     "sequence 4: the receipt"},
    {"another amount asked", [](auto& b) { at(b, 3).asked.value = 90; },
     "sequence 3: account 1: moved is 100, expected 90"},
    {"a wrong balance told", [](auto& b) { at(b, 4).answer.from_balance = -19; },
     "sequence 4: account 1: balance in the receipt is -19, expected -20"},
    {"a wrong balance told, of the receiver", [](auto& b) { at(b, 4).answer.to_balance = 1; },
     "sequence 4: account 2: balance in the receipt is 1, expected 120"},
    {"a wrong held amount told", [](auto& b) { at(b, 7).answer.from_held = 31; },
     "sequence 7: account 2: held in the receipt is 31, expected 30"},
    {"a refused one that moved", [](auto& b) { at(b, 5).answer.moved = 999; },
     "sequence 5: account 1: moved is 999, expected 0"},
    {"a refused one that is pending", [](auto& b) { at(b, 5).answer.pending = true; },
     "sequence 5: was refused, yet is pending"},
    {"a refused one that was done after all",
     [](auto& b) {
       at(b, 5).answer.error = fault::none;
       at(b, 5).answer.moved = 999;
     },
     "sequence 5: account 1: balance is -1019 with 0 held, below an overdraft of 50"},
    {"an overdraft beyond the rule",
     [](auto& b) { at(b, 1).asked.value = account_in(b[0], 1).overdraft_max = 19; },
     "sequence 4: account 1: balance is -20 with 0 held, below an overdraft of 19"},
    {"an account that nobody opened",
     [](auto& b) { at(b, 2).answer.error = fault::account_exists; },
     "sequence 4: account 2: moved money, but is not open"},
    {"two currencies", [](auto& b) { at(b, 2).asked.unit = parse_currency("USD"); },
     "sequence 4: account 1: moved EUR to account 2 in USD"},
    {"more posted than held", [](auto& b) { at(b, 8).asked.value = at(b, 8).answer.moved = 31; },
     "sequence 8: account 2: posted 31 of 30 held"},
    {"a hold used after its time", [](auto& b) { at(b, 7).asked.expires_ms = 1000; },
     "sequence 7: account 2: a hold began expired"},
    {"a hold that ends twice", [](auto& b) { at(b, 12).asked.hold = id(7); },
     "sequence 12: account 2: hold 00000000000000070000000000000007 ends twice"},
    {"a hold expired too soon", [](auto& b) { at(b, 9).asked.expires_ms = 3001; },
     "sequence 11: account 2: hold 00000000000000070000000000000009 expired before its time"},
    {"a stored balance", [](auto& b) { account_in(b[0], 2).balance += 1; },
     "partition 0, account 2: balance is 91, expected 90"},
    {"a stored held amount", [](auto& b) { account_in(b[0], 2).held = 0; },
     "partition 0, account 2: held is 0, expected 1"},
    {"a stored overdraft", [](auto& b) { account_in(b[0], 1).overdraft_max = 51; },
     "partition 0, account 1: overdraft is 51, expected 50"},
    {"a stored currency", [](auto& b) { account_in(b[0], 1).unit = parse_currency("USD"); },
     "partition 0, account 1: currency is USD, expected EUR"},
    {"a stored account closed", [](auto& b) { account_in(b[0], 1).closed = true; },
     "partition 0, account 1: closed is yes, expected no"},
    {"an account gone", [](auto& b) { account_in(b[0], 2).id = 12; },
     "partition 0, account 12: is stored, but history never opened it"},
    {"an account less",
     [](auto& b) { std::erase_if(b[0].accounts, [](auto& a) { return a.id == 2; }); },
     "partition 0, account 2: is not stored"},
    {"an account twice", [](auto& b) { b[0].accounts.push_back(b[0].accounts[0]); },
     "stored twice"},
    {"the outside's balance",
     [](auto& b) { account_in(b[0], account_of(system_account::outside, eur)).balance = 0; },
     "partition 0, account outside:EUR: balance is 0, expected -80"},
    {"a stored hold's state", [](auto& b) { hold_in(b[0], 9).state = hold_state::open; },
     "state is open, expected expired"},
    {"a stored hold's amount", [](auto& b) { hold_in(b[0], 13).value = 2; },
     "amount is 2, expected 1"},
    {"a stored hold's end", [](auto& b) { hold_in(b[0], 10).closed_by = 11; },
     "the record that ended it is 11, expected 12"},
    {"a hold less",
     [](auto& b) { std::erase_if(b[0].holds, [](auto& h) { return h.id == id(13); }); },
     "is not stored, but history made it"},
    {"a reason that it does not take", [](auto& b) { at(b, 4).asked.why = fault::closed; },
     "sequence 4: has a reason, which its kind does not take"},
    {"an expiry that it does not take", [](auto& b) { at(b, 4).asked.expires_ms = 5; },
     "sequence 4: has an expiry, which its kind does not take"},
    {"a hold that it does not take", [](auto& b) { at(b, 4).asked.hold = id(7); },
     "sequence 4: has a hold, which its kind does not take"},
    {"a system account of no kind",
     [](auto& b) { b[0].accounts.push_back({.id = ~account_id{4}, .unit = eur}); },
     "is stored, but history never opened it"},
    {"a hold more", [](auto& b) { b[0].holds.push_back({.id = id(77), .from = 2}); },
     "is stored, but history never made it"},
};

/// In partition 0: 1 open, 2 deposit, 3-5 transfers, 6 settle, 7 give_back, 8-13 two holds posted;
/// 1: 1 open, 2-6 arrivals.
const std::vector<lie> lies_between{
    {"never sent", [](auto& b) { at(b, 4, 1).asked.id = at(b, 4, 1).answer.id = id(66); },
     "partition 1, sequence 4, account 3: received transfer 00000000000000070000000000000042, "
     "which "
     "no partition sent"},
    {"another amount arrived",
     [](auto& b) {
       at(b, 2, 1).asked.value = at(b, 2, 1).answer.moved = 11;
       at(b, 6).asked.far_balance = at(b, 6).answer.to_balance = 11;
       at(b, 10).asked.far_balance = at(b, 10).answer.to_balance = 45;
       for (std::size_t s : {2, 3, 4, 5, 6})
         at(b, s, 1).answer.to_balance += at(b, s, 1).asked.to == 3;
       account_in(b[1], 3).balance += 1;
       account_in(b[1], account_of(system_account::in_flight, eur)).balance -= 1;
     },
     "partition 1, sequence 2, account 3: received amount is 11, expected 10"},
    {"settled, and never received",
     [](auto& b) {
       at(b, 2, 1).answer.error = fault::closed;
       at(b, 2, 1).answer.moved = at(b, 2, 1).answer.to_balance = 0;
       at(b, 4, 1).answer.to_balance = 30;
       at(b, 5, 1).answer.to_balance = account_in(b[1], 3).balance = 34;
       at(b, 10).asked.far_balance = at(b, 10).answer.to_balance = 34;
       account_in(b[1], account_of(system_account::in_flight, eur)).balance = -34;
     },
     "partition 0, sequence 6, account 2: settled transfer 00000000000000070000000000000004"},
    {"given back, and received",
     [](auto& b) {
       auto& end = at(b, 6);
       end.asked.kind = operation_kind::give_back;
       end.asked.why = fault::closed;
       for (std::size_t s : {6, 7, 8, 9, 10, 11, 12, 13})
         at(b, s).answer.from_balance += 10;
       account_in(b[0], 2).balance += 10;
       account_in(b[0], account_of(system_account::in_flight, eur)).balance -= 10;
       hold_in(b[0], 4).state = hold_state::released;
     },
     "received transfer 00000000000000070000000000000004, which was given back"},
    {"given back for another reason", [](auto& b) { at(b, 7).asked.why = fault::closed; },
     "reason of the refusal is no_account, expected closed"},
    {"a transfer that leaves without being pending",
     [](auto& b) { at(b, 3).answer.pending = false; },
     "partition 0, sequence 3: leaves the partition, yet is not pending"},
    {"a settle of another amount", [](auto& b) { at(b, 6).asked.value = 9; },
     "partition 0, sequence 6: account 2: transfer 00000000000000070000000000000004 ends as "
     "another"},
    {"a post that leaves without being pending", [](auto& b) { at(b, 9).answer.pending = false; },
     "partition 0, sequence 9: leaves the partition, yet is not pending"},
    {"more posted away than held", [](auto& b) { at(b, 9).asked.value = 10; },
     "partition 0, sequence 9: account 2: posted 10 of 9 held"},
    {"posted away twice", [](auto& b) { at(b, 12).asked.hold = id(8); },
     "partition 0, sequence 12: account 2: hold 00000000000000070000000000000008 ends twice"},
    {"a hold's rest that stays held", [](auto& b) { at(b, 9).answer.from_held += 5; },
     "partition 0, sequence 9: account 2: held in the receipt is 39, expected 34"},
    {"a post's settle of the whole hold", [](auto& b) { at(b, 10).asked.value = 9; },
     "partition 0, sequence 10: account 2: transfer 00000000000000070000000000000009 ends as "
     "another"},
    {"another balance of the far end",
     [](auto& b) { at(b, 6).asked.far_balance = at(b, 6).answer.to_balance = 11; },
     "partition 0, sequence 6, account 3: balance in the receipt is 11, expected 10"},
    {"no balance of the far end",
     [](auto& b) { at(b, 10).asked.far_balance = at(b, 10).answer.to_balance = 0; },
     "partition 0, sequence 10, account 3: balance in the receipt is 0, expected 44"},
    {"an in-flight balance",
     [](auto& b) { account_in(b[0], account_of(system_account::in_flight, eur)).balance = 11; },
     "partition 0, account in-flight:EUR: balance is 11, expected 14"},
};

} // namespace

BOOST_AUTO_TEST_CASE(a_true_history_passes) {
  audit_totals sum;
  BOOST_TEST(audited(one_partition(), &sum) == "");
  BOOST_TEST(sum.records == 13u);
  BOOST_TEST(sum.refused == 1u);
  BOOST_TEST(sum.holds == 4u);
  BOOST_TEST(sum.holds_open == 1u);
  BOOST_TEST(sum.clients.at(eur) == 80);
}

BOOST_AUTO_TEST_CASE(a_true_history_of_two_partitions_passes) {
  audit_totals sum;
  BOOST_TEST(audited(two_partitions(), &sum) == "");
  BOOST_TEST(sum.on_the_way == 1u);
  BOOST_TEST(sum.clients.at(eur) == 100); // what is on its way, once
}

BOOST_AUTO_TEST_CASE(ends_that_were_written_before_they_told_a_balance_pass) {
  auto b = two_partitions();
  at(b, 6).asked.far_balance = at(b, 6).answer.to_balance = 0;
  BOOST_TEST(audited(b).find("balance in the receipt is 0, expected 10") != std::string::npos);
  BOOST_TEST(audited(b, nullptr, 6) == "");
  at(b, 10).asked.far_balance = at(b, 10).answer.to_balance = 0; // it should have told
  BOOST_TEST(audited(b, nullptr, 6).find("is 0, expected 44") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_partitions_may_use_the_same_id) {
  std::vector<ledger> parts;
  no_records none;
  using k = operation_kind;
  for (std::uint32_t p = 0; p < 3; ++p) {
    parts.emplace_back(partition{p, 3});
    const account_id a = p + 3;
    parts[p].apply({.id = id(1), .kind = k::open, .to = a, .unit = eur}, 1000, none);
    parts[p].apply({.id = id(2), .kind = k::deposit, .to = a, .value = 100}, 1000, none);
  }
  const auto send = [&](account_id from, account_id to, amount value) {
    ledger &near = parts[from % 3], &far = parts[to % 3];
    operation op{.id = id(9), .kind = k::transfer, .from = from, .to = to, .value = value};
    near.apply(op, 1000, none);
    op.kind = k::receive;
    op.unit = eur;
    op.far_balance = far.apply(op, 1000, none).to_balance;
    op.kind = k::settle;
    op.unit = currency::none;
    op.hold = op.id;
    near.apply(op, 1000, none);
  };
  send(3, 4, 10);
  send(4, 5, 7);
  stored_bank b;
  for (auto& p : parts)
    b.push_back(stored(p));
  BOOST_TEST(audited(b) == "");
  at(b, 3, 2).asked.from = 7; // who sent it is looked at too
  BOOST_TEST(audited(b) == "partition 2, sequence 3, account 5: sender is 7, expected 4");
}

BOOST_AUTO_TEST_CASE(a_sum_beyond_64_bits_is_left_out) {
  stored_bank b;
  no_records none;
  constexpr auto largest = std::numeric_limits<amount>::max();
  for (std::uint32_t p = 0; p < 2; ++p) {
    ledger l{{p, 2}};
    l.apply({.id = id(1), .kind = operation_kind::open, .to = p + 2, .unit = eur}, 1000, none);
    l.apply({.id = id(2), .kind = operation_kind::deposit, .to = p + 2, .value = largest}, 1000,
            none);
    b.push_back(stored(l));
  }
  audit_totals sum;
  BOOST_TEST(audited(b, &sum) == "");
  BOOST_TEST(sum.clients.empty());
}

BOOST_AUTO_TEST_CASE(a_partition_less_is_seen) {
  audit a{2};
  a.begin_partition();
  a.end_partition();
  BOOST_TEST(!a.finish());
  BOOST_TEST(a.difference() == "partition 1: is missing");
}

BOOST_DATA_TEST_CASE(each_lie_is_found, boost::unit_test::data::make(lies), planted) {
  auto b = one_partition();
  planted.plant(b);
  const auto line = audited(b);
  BOOST_TEST(line.find(planted.found) != std::string::npos, planted.name << ": '" << line << "'");
}

BOOST_DATA_TEST_CASE(each_lie_between_partitions_is_found,
                     boost::unit_test::data::make(lies_between), planted) {
  auto b = two_partitions();
  planted.plant(b);
  const auto line = audited(b);
  BOOST_TEST(line.find(planted.found) != std::string::npos, planted.name << ": '" << line << "'");
}
