// SPDX-License-Identifier: BSD-3-Clause
#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "tests/actors/bank/ledger_simulation.hpp"

using troupe::test::ledger_simulation;

namespace {

/// TROUPE_SEED runs one seed, TROUPE_SEEDS another number of them.
std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr std::uint64_t seeds = 10'000;

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_simulations)

BOOST_AUTO_TEST_CASE(money_and_receipts_survive_every_order_and_every_crash) {
  const auto one = number_from("TROUPE_SEED", 0);
  const auto first = one != 0 ? one : 1;
  const auto last = one != 0 ? one : number_from("TROUPE_SEEDS", seeds);
  std::uint64_t receipts = 0, crashes = 0, crossings = 0, posts_away = 0;
  std::uint64_t whole_reads = 0, whole_crossings = 0;
  for (auto seed = first; seed <= last; ++seed) {
    ledger_simulation simulation{seed};
    const auto wrong = simulation.run();
    BOOST_REQUIRE_MESSAGE(wrong.empty(), wrong << " (TROUPE_SEED=" << seed << " replays it)");
    receipts += simulation.receipts();
    crashes += simulation.crashes();
    crossings += simulation.crossings();
    posts_away += simulation.posts_away();
    whole_reads += simulation.whole_reads();
    whole_crossings += simulation.whole_crossings();
  }
  BOOST_TEST_MESSAGE(last - first + 1 << " seeds, " << receipts << " receipts, " << crashes
                                      << " crashes, " << crossings << " crossings, " << posts_away
                                      << " posts to other partitions, " << whole_reads
                                      << " whole reads, " << whole_crossings
                                      << " of them with money on its way");
  BOOST_TEST(receipts > 0u);
  BOOST_TEST((one != 0 || crossings > last)); // it does exercise what it is for
  BOOST_TEST((one != 0 || posts_away > last / 20));
  BOOST_TEST((one != 0 || whole_crossings > last / 20));
}

BOOST_AUTO_TEST_CASE(receipts_that_leave_before_the_sync_are_found_out) {
  // The same simulation has to see the planted bug, and again when the seed is run again.
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto wrong = ledger_simulation{seed, {.syncs_late = true}}.run();
    if (wrong.empty())
      continue;
    BOOST_TEST(wrong == (ledger_simulation{seed, {.syncs_late = true}}.run()));
    return;
  }
  BOOST_FAIL("200 seeds, and nothing was seen");
}

BOOST_AUTO_TEST_SUITE_END()
