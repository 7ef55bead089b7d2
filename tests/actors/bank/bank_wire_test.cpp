// SPDX-License-Identifier: BSD-3-Clause
// What a bank over nodes sends, as bytes, and bytes that are no messages.
#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "messages/type_ids.hpp"
#include "runtime/bytes.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

const currency eur = parse_currency("EUR");

struct bank_wire {
  runtime::test_system<caf::id_block::troupe> actors{1};

  template <class T>
  T there_and_back(const T& x) {
    const auto bytes = runtime::to_bytes(actors.system(), x);
    BOOST_REQUIRE(bytes.has_value());
    const auto y = runtime::from_bytes<T>(actors.system(), *bytes);
    BOOST_REQUIRE(y.has_value());
    BOOST_TEST((runtime::to_bytes(actors.system(), *y) == bytes));
    std::mt19937_64 draw{1};
    for (std::size_t n = 0; n < bytes->size(); n += 1 + bytes->size() / 200)
      BOOST_TEST(!runtime::from_bytes<T>(actors.system(), bytes->substr(0, n)).has_value());
    for (int i = 0; i < 200 && !bytes->empty(); ++i) {
      auto broken = *bytes;
      broken[draw() % broken.size()] = static_cast<char>(draw());
      runtime::from_bytes<T>(actors.system(), broken);
    }
    return *y;
  }
};

operation some_operation() {
  return {.id = {1, 2},
          .kind = operation_kind::transfer,
          .from = 3,
          .to = 4,
          .value = -5,
          .unit = eur,
          .hold = {6, 7},
          .expires_ms = 8,
          .far_balance = 9};
}
receipt some_receipt() {
  return {.id = {1, 2},
          .error = fault::unreachable,
          .pending = true,
          .sequence = 3,
          .time_ms = 4,
          .moved = 5,
          .from_balance = -6,
          .from_held = 7,
          .to_balance = 8,
          .given_back = true};
}
account some_account() { return {1, eur, -2, 3, 4, true}; }
open_transfer some_transfer() { return {{1, 2}, 3, 4, 5, eur}; }

} // namespace

BOOST_FIXTURE_TEST_SUITE(bank_messages, bank_wire)

BOOST_AUTO_TEST_CASE(questions_and_answers_travel_with_their_cuts) {
  const auto batch = there_and_back(post_batch{{some_operation()}, true, 77});
  BOOST_TEST((batch.operations == std::vector{some_operation()}));
  BOOST_TEST((batch.all_or_nothing && batch.cut == 77));
  const auto receipts = there_and_back(batch_receipts{{some_receipt()}, 78});
  BOOST_TEST((receipts.receipts == std::vector{some_receipt()} && receipts.cut == 78));
  BOOST_TEST(there_and_back(account_wanted{9}).id == 9u);
  const auto report = there_and_back(account_report{fault::none, some_account(), 79});
  BOOST_TEST((report.state == some_account() && report.cut == 79));
  const record r{some_operation(), some_receipt()};
  const auto history = there_and_back(history_report{fault::none, {r}, 80});
  BOOST_TEST((history.records == std::vector{r} && history.cut == 80));
  BOOST_TEST(there_and_back(history_wanted{1, 2, 3}).records_max == 3u);
  BOOST_TEST((there_and_back(operation_wanted{{1, 2}}).id == op_id{1, 2}));
  BOOST_TEST((there_and_back(operation_report{fault::none, {r}, 81}).found == std::vector{r}));
  BOOST_TEST((there_and_back(hold_wanted{{1, 2}}).id == op_id{1, 2}));
  const hold h{{1, 2}, 3, 4, 5, 6, hold_state::posted, true, 7};
  const auto held = there_and_back(hold_report{fault::none, {h}, 82});
  BOOST_TEST((held.found == std::vector{h} && held.cut == 82));
  const auto sent = there_and_back(transfers_sent{{some_operation()}, 83});
  BOOST_TEST((sent.transfers == std::vector{some_operation()} && sent.cut == 83));
  there_and_back(courier_ready{});
}

BOOST_AUTO_TEST_CASE(whole_reads_travel) {
  BOOST_TEST(there_and_back(cut_wanted{1, 2, 3}).transfers_max == 3u);
  const part_at_cut part{1, 2, {some_account()}, {some_transfer()}};
  const auto report = there_and_back(cut_report{whole_fault::overtaken, 5, part});
  BOOST_TEST((report.part == part && report.instance == 5));
  BOOST_TEST((report.error == whole_fault::overtaken));
  BOOST_TEST(
      (there_and_back(arrivals_wanted{1, {some_transfer()}}).sent == std::vector{some_transfer()}));
  BOOST_TEST((there_and_back(arrivals_report{whole_fault::none, 2, {some_transfer()}}).arrived
              == std::vector{some_transfer()}));
  there_and_back(whole_wanted{});
  const whole_state w{whole_fault::too_large, "why", 4, {some_account()}, {some_transfer()}};
  BOOST_TEST((there_and_back(whole_report{w}).state == w));
}

BOOST_AUTO_TEST_CASE(what_heads_and_wardens_say_travels) {
  const auto offer = there_and_back(ledgers_offered{{}, "anna", 1, 5, {0, 2, 4}});
  BOOST_TEST(offer.node == "anna");
  BOOST_TEST((offer.numbers == std::vector<std::uint32_t>{0, 2, 4}));
  BOOST_TEST(there_and_back(offer_answer{"no"}).refused == "no");
  BOOST_TEST(there_and_back(take_partition{3, 9}).epoch_above == 9);
  BOOST_TEST(there_and_back(partition_taken{"no", 4, {}}).epoch == 4);
  BOOST_TEST(there_and_back(give_up_partition{3}).number == 3u);
  there_and_back(partition_given_up{});
  BOOST_TEST(there_and_back(partition_lost{{}, 3, 4, "why"}).why == "why");
  there_and_back(ledgers_withdrawn{});
  there_and_back(ledgers_let_go{});
  there_and_back(close_ledger{});
  there_and_back(ledger_closed{});
  there_and_back(bank_wanted{});
  const auto known = there_and_back(bank_known{"why", {}, {}, 7, {{1, "anna", "no", 3}}});
  BOOST_TEST(known.places.at(0).node == "anna");
  BOOST_TEST(known.ledger == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
