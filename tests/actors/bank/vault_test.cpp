// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <set>

#include "actors/bank/vault.hpp"
#include "actors/bank/vault_teller.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

using test_system = runtime::test_system<caf::id_block::troupe>;
constexpr std::size_t accounts = 5;
constexpr vault_limits small{.batch_transfers_max = 8, .batches_in_flight_max = 3};

/// `count` transfers, many of which no account can pay. Notes where each batch's memory was.
transfer_source random_source(std::size_t count, std::uint64_t seed,
                              std::set<const void*>* places = nullptr) {
  return [left = count, draw = std::mt19937_64(seed), places](std::vector<quick_transfer>& batch,
                                                              std::size_t max) mutable {
    for (; left > 0 && batch.size() < max; --left)
      batch.push_back({static_cast<std::uint32_t>(draw() % accounts),
                       static_cast<std::uint32_t>(draw() % accounts),
                       static_cast<std::int64_t>(draw() % 200)});
    if (places && !batch.empty())
      places->insert(batch.data());
  };
}

vault_teller_actor teller(test_system& actors, const vault_actor& vault, transfer_source source,
                          vault_limits bounds, std::vector<teller_report>& reports) {
  return runtime::spawn<vault_teller>(
      actors.system(), vault, std::move(source), bounds,
      std::function<void(teller_report)>{[&reports](auto r) { reports.push_back(std::move(r)); }});
}

/// Asks for the balances at each tick of its own, and keeps what it is told.
struct reader {
  static constexpr const char* name = "reader";
  reader(vault_teller_actor::pointer self, vault_actor vault, std::vector<balances_known>* seen)
      : self_(self), vault_(std::move(vault)), seen_(seen) {}
  vault_teller_actor::behavior_type make_behavior() {
    return {[](const batch_applied&) {},
            [this](teller_check) {
              runtime::request(self_, vault_, std::chrono::seconds(1), balances_wanted{})
                  .then([this](balances_known& x) { seen_->push_back(std::move(x)); },
                        [](const caf::error&) {});
            }};
  }
  vault_teller_actor::pointer self_;
  vault_actor vault_;
  std::vector<balances_known>* seen_;
};

/// Takes batches and answers none of them.
struct silent_vault {
  static constexpr const char* name = "silent_vault";
  silent_vault(vault_actor::pointer self, std::size_t* heard) : self_(self), heard_(heard) {}
  vault_actor::behavior_type make_behavior() {
    return {[this](const apply_batch&) -> caf::result<batch_applied> {
              ++*heard_;
              kept_.push_back(self_->make_response_promise<batch_applied>());
              return kept_.back();
            },
            [](balances_wanted) -> caf::result<balances_known> { return balances_known{}; }};
  }
  vault_actor::pointer self_;
  std::size_t* heard_;
  std::vector<caf::typed_response_promise<batch_applied>> kept_;
};

} // namespace

BOOST_AUTO_TEST_CASE(in_whatever_order_messages_come_the_money_is_all_there) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      test_system actors(seed);
      const auto vault = runtime::spawn<troupe::bank::vault>(
          actors.system(), std::vector<std::int64_t>(accounts, 100));
      std::vector<teller_report> reports;
      for (std::uint64_t i = 0; i < 3; ++i)
        teller(actors, vault, random_source(50 + i, seed * 10 + i), small, reports);
      std::vector<balances_known> seen;
      const auto looks = runtime::spawn<reader>(actors.system(), vault, &seen);
      // A look now and then, in the midst of it.
      std::size_t steps = 0;
      while (actors.step())
        if (++steps % 10 == 0 && reports.size() < 3)
          runtime::post(looks, teller_check{});
      BOOST_REQUIRE(reports.size() == 3u);
      std::uint64_t applied = 0;
      std::uint64_t refused = 0;
      for (const auto& r : reports) {
        BOOST_TEST(r.error == "");
        applied += r.applied;
        refused += r.refused;
      }
      BOOST_TEST(applied == 50u + 51u + 52u);
      BOOST_TEST(refused > 0u);
      BOOST_TEST(refused < applied);
      BOOST_TEST(seen.size() > 1u);
      for (const auto& s : seen) {
        BOOST_TEST(std::accumulate(s.amounts.begin(), s.amounts.end(), std::int64_t{0}) == 500);
        BOOST_TEST(*std::min_element(s.amounts.begin(), s.amounts.end()) >= 0);
      }
      runtime::stop(looks);
      runtime::stop(vault);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_batch_is_moved_to_the_vault_and_back_and_never_copied) {
  test_system actors;
  const auto vault = runtime::spawn<troupe::bank::vault>(actors.system(),
                                                         std::vector<std::int64_t>(accounts, 100));
  std::vector<teller_report> reports;
  std::set<const void*> places;
  teller(actors, vault, random_source(8 * 500, 1, &places), small, reports);
  actors.run();
  BOOST_REQUIRE(reports.size() == 1u);
  BOOST_TEST(reports[0].applied == 8u * 500u);
  BOOST_TEST(places.size() == small.batches_in_flight_max);
  runtime::stop(vault);
}

BOOST_AUTO_TEST_CASE(a_teller_sends_no_more_than_its_credit) {
  test_system actors;
  std::size_t heard = 0;
  const auto vault = runtime::spawn<silent_vault>(actors.system(), &heard);
  std::vector<teller_report> reports;
  teller(actors, vault, random_source(1000, 1), small, reports);
  actors.run();
  BOOST_TEST(heard == small.batches_in_flight_max);
  BOOST_TEST(reports.empty());
  runtime::stop(vault);
  actors.run(); // the teller reports now, while there is still somebody to report to
}

BOOST_AUTO_TEST_CASE(a_teller_gives_up_on_a_vault_that_does_not_answer) {
  test_system actors;
  std::size_t heard = 0;
  const auto vault = runtime::spawn<silent_vault>(actors.system(), &heard);
  std::vector<teller_report> reports;
  teller(actors, vault, random_source(1000, 1), small, reports);
  actors.run();
  actors.advance(small.answer_ms_max - std::chrono::milliseconds(1));
  actors.run();
  BOOST_TEST(reports.empty());
  actors.advance(std::chrono::milliseconds(1));
  actors.run();
  BOOST_REQUIRE(reports.size() == 1u);
  BOOST_TEST(reports[0].error == "the vault does not answer");
  BOOST_TEST(reports[0].applied == 0u);
  runtime::stop(vault);
}

BOOST_AUTO_TEST_CASE(a_teller_reports_that_the_vault_ended) {
  test_system actors;
  std::size_t heard = 0;
  const auto vault = runtime::spawn<silent_vault>(actors.system(), &heard);
  std::vector<teller_report> reports;
  teller(actors, vault, random_source(1000, 1), small, reports);
  actors.run();
  runtime::stop(vault);
  actors.run();
  BOOST_REQUIRE(reports.size() == 1u);
  BOOST_TEST(reports[0].error == "the vault ended");
}

BOOST_AUTO_TEST_CASE(a_teller_without_work_reports_at_once) {
  test_system actors;
  const auto vault = runtime::spawn<troupe::bank::vault>(actors.system(),
                                                         std::vector<std::int64_t>(accounts, 100));
  std::vector<teller_report> reports;
  teller(actors, vault, random_source(0, 1), small, reports);
  actors.run();
  BOOST_REQUIRE(reports.size() == 1u);
  BOOST_TEST(reports[0].applied == 0u);
  BOOST_TEST(reports[0].error == "");
  runtime::stop(vault);
}
