// SPDX-License-Identifier: BSD-3-Clause
// Partitions that were read at one cut, put together.
#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "domain/bank/whole_read.hpp"
#include "tests/domain/bank/ledger_bench.hpp"

using namespace troupe::bank;
using troupe::test::bench;

namespace {

using troupe::test::eur;
const account_id outside = account_of(system_account::outside, eur);
const account_id in_flight = account_of(system_account::in_flight, eur);

account has(account_id id, amount balance, amount held = 0) {
  return {.id = id, .unit = eur, .balance = balance, .held = held};
}

/// 1 had 100 and has sent 30 to 2, which had 50.
struct crossing {
  part_at_cut near{
      .cut = 9, .sequence = 5, .accounts = {has(1, 100, 30), has(outside, -100)}, .outgoing = {}};
  part_at_cut far{
      .cut = 9, .sequence = 5, .accounts = {has(2, 50), has(outside, -50)}, .outgoing = {}};
  open_transfer sent{{0, 7}, 1, 2, 30, eur};
  crossing() { near.outgoing = {sent}; }
  void arrive() { far.accounts = {has(2, 80), has(outside, -50), has(in_flight, -30)}; }
  whole_state read(const std::vector<open_transfer>& arrived) const {
    return put_together(std::vector{far, near}, arrived);
  }
};

amount balance_of(const whole_state& w, account_id id) {
  for (const auto& a : w.accounts)
    if (a.id == id)
      return a.balance;
  return std::numeric_limits<amount>::min();
}

/// Three partitions with messages between them that come in any order and twice, and one cut in the
/// middle of it. Takes: whether messages say of which cut their sender knows.
class interleaving {
public:
  interleaving(std::uint64_t seed, bool colours) : draw_(seed), colours_(colours) {
    for (std::uint32_t p = 0; p < count; ++p)
      parts_.emplace_back(partition{p, count});
    for (account_id a = 1; a <= 6; ++a) {
      at(a).open(a);
      at(a).deposit(a, 100);
    }
  }
  whole_state run() {
    for (int turn = 0; turn < 60; ++turn) {
      if (turn >= 20 && draw_() % 4 == 0)
        hear(draw_() % count, 1); // the reader's question comes when it comes
      if (draw_() % 2 == 0)
        pay(1 + draw_() % 6, 1 + draw_() % 6);
      else if (!messages_.empty())
        deliver(draw_() % messages_.size());
    }
    for (std::size_t p = 0; p < count; ++p)
      hear(p, 1);
    std::vector<open_transfer> arrived;
    std::vector<part_at_cut> parts;
    for (const auto& mine : kept_) {
      parts.push_back(mine);
      for (const auto& t : mine.outgoing) {
        const auto came = at(t.to).books.find_arrival(t.id, at(t.to));
        if (came && came->answer.sequence <= kept_[t.to % count].sequence)
          arrived.push_back(t);
      }
    }
    return put_together(parts, arrived);
  }

private:
  static constexpr std::uint32_t count = 3;
  struct message {
    std::size_t to;
    operation op;
    std::uint64_t cut;
  };
  bench& at(account_id a) { return parts_[a % count]; }
  void hear(std::size_t p, std::uint64_t cut) {
    if (cut <= cuts_[p])
      return;
    cuts_[p] = cut;
    const auto& books = parts_[p].books;
    kept_[p] = {cut, books.last_sequence(), books.accounts(), {}};
    for (const auto& t : books.open_transfers())
      kept_[p].outgoing.push_back({t.id, t.from, t.to, t.value, t.unit});
  }
  void pay(account_id from, account_id to) {
    const operation op{.id = {1, ++last_},
                       .kind = operation_kind::transfer,
                       .from = from,
                       .to = to,
                       .value = static_cast<amount>(1 + draw_() % 9)};
    if (!at(from).post(op).pending)
      return;
    auto step = transfer_of(op, op.value, eur);
    step.kind = operation_kind::receive;
    messages_.push_back({to % count, step, cuts_[from % count]});
  }
  void deliver(std::size_t which) {
    const auto m = messages_[which];
    if (draw_() % 4 != 0) // else it comes once more
      messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(which));
    if (colours_)
      hear(m.to, m.cut);
    const auto r = parts_[m.to].post(m.op);
    if (m.op.kind != operation_kind::receive)
      return;
    auto end = m.op;
    end.kind = operation_kind::settle;
    end.hold = end.id;
    end.unit = currency::none;
    end.far_balance = r.to_balance;
    messages_.push_back({m.op.from % count, end, cuts_[m.to]});
  }

  std::mt19937_64 draw_;
  bool colours_;
  std::vector<bench> parts_;
  std::vector<message> messages_;
  std::uint64_t cuts_[count] = {};
  part_at_cut kept_[count];
  std::uint64_t last_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(whole_reads)

BOOST_AUTO_TEST_CASE(a_cut_adds_up_in_any_order_of_messages_and_without_colours_it_does_not) {
  std::size_t wrong = 0, on_the_way = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const auto w = interleaving{seed, true}.run();
    BOOST_TEST((w.error == whole_fault::none && adds_up(w.accounts)), "seed " << seed);
    BOOST_TEST(sum_of_clients(w.accounts).at(eur) == 600, "seed " << seed);
    on_the_way += !w.on_the_way.empty();
    wrong += !adds_up(interleaving{seed, false}.run().accounts); // the planted bug
  }
  BOOST_TEST_MESSAGE(on_the_way << " of 2000 cuts with money on its way; without colours " << wrong
                                << " do not add up");
  BOOST_TEST(on_the_way > 100u);
  BOOST_TEST(wrong > 100u);
}

BOOST_AUTO_TEST_CASE(what_has_not_arrived_is_still_the_payers) {
  const crossing c;
  const auto w = c.read({});
  BOOST_TEST((w.error == whole_fault::none));
  BOOST_TEST(w.cut == 9u);
  BOOST_TEST(balance_of(w, 1) == 100);
  BOOST_TEST(balance_of(w, 2) == 50);
  BOOST_TEST(balance_of(w, outside) == -150);
  BOOST_TEST((w.on_the_way == std::vector{c.sent}));
  BOOST_TEST(adds_up(w.accounts));
  BOOST_TEST(sum_of_clients(w.accounts).at(eur) == 150);
}

BOOST_AUTO_TEST_CASE(what_has_arrived_is_counted_there_alone) {
  crossing c;
  c.arrive();
  BOOST_TEST(!adds_up(c.read({}).accounts)); // as if it had not
  const auto w = c.read({c.sent});
  BOOST_TEST(balance_of(w, 1) == 70);
  BOOST_TEST(balance_of(w, 2) == 80);
  BOOST_TEST(balance_of(w, in_flight) == 0);
  BOOST_TEST(w.on_the_way.empty());
  BOOST_TEST(adds_up(w.accounts));
  BOOST_TEST(sum_of_clients(w.accounts).at(eur) == 150);
}

BOOST_AUTO_TEST_CASE(the_same_id_of_another_payer_is_another_transfer) {
  crossing c;
  c.arrive();
  auto other = c.sent;
  other.from = 3;
  c.far.outgoing.push_back(other);
  const auto w = c.read({c.sent});
  BOOST_TEST((w.on_the_way == std::vector{other}));
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_twice_does_not_add_up) {
  crossing c;
  c.near.accounts[0].balance = 99;
  BOOST_TEST(!adds_up(c.read({}).accounts));
  c.near.accounts[0].balance = 100;
  c.near.accounts.push_back(has(2, 0));
  BOOST_TEST((c.read({}).error != whole_fault::none));
  // Money that is between partitions at a cut has to be at one of them.
  BOOST_TEST(!adds_up(std::vector{has(1, 10), has(in_flight, -10)}));
}

BOOST_AUTO_TEST_CASE(sums_beyond_64_bits_are_told_as_such) {
  constexpr auto largest = std::numeric_limits<amount>::max();
  const std::vector<account> rich{has(1, largest), has(2, largest), has(outside, -largest)};
  BOOST_TEST(sum_of_clients(rich).empty());
  BOOST_TEST(!adds_up(rich));
  crossing c;
  c.near.accounts.push_back(has(in_flight, largest));
  BOOST_TEST((c.read({c.sent}).error != whole_fault::none));
}

BOOST_AUTO_TEST_CASE(faults_have_names) {
  for (int k = 1; k <= 4; ++k)
    BOOST_TEST(!to_string(static_cast<whole_fault>(k)).empty());
  BOOST_TEST(to_string(whole_fault::none).empty());
}

BOOST_AUTO_TEST_SUITE_END()
