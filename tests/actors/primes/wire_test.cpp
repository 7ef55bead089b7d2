// SPDX-License-Identifier: BSD-3-Clause
// The prime checker's messages as bytes, and bytes that are no messages.

#include <memory>
#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "messages/type_ids.hpp"
#include "runtime/bytes.hpp"
#include "runtime/test_system.hpp"
#include "tests/support/wire.hpp"

using namespace troupe;
using namespace troupe::primes;

namespace {

using test::wire;

line_job odd_job() { return {method::prove, true, true, 123, 7}; }

number_list some_numbers() {
  return {{1, 0, 18446744073709551557u}, {{1, "1000000000000000000039"}}};
}

block_answer some_answer() {
  block_answer a;
  a.text = std::string("7 prime\ninvalid\n\0x", 18);
  a.counts = {2, 1, 0, 0, 1, 0, 0};
  a.faults = {{2, line_fault::too_long}};
  a.whole = false;
  return a;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(prime_messages, wire)

BOOST_AUTO_TEST_CASE(blocks_and_their_answers_travel_as_their_values) {
  const auto text = std::make_shared<const std::string>("7\nx\n");
  const auto asked = there_and_back(check_lines{text, odd_job()});
  BOOST_TEST(*asked.lines == *text);
  BOOST_TEST((asked.job == odd_job()));
  const auto batch = there_and_back(lines_batch{9, text, odd_job()});
  BOOST_TEST(batch.batch == 9u);
  BOOST_TEST(*batch.lines == *text);
  BOOST_TEST((batch.job == odd_job()));
  const lines_checked checked{std::make_shared<const block_answer>(some_answer()), 77};
  BOOST_TEST((*there_and_back(checked).answer == some_answer()));
  const auto done = there_and_back(lines_done{9, checked});
  BOOST_TEST((*done.result.answer == some_answer()));
  BOOST_TEST(done.result.took_ns == 77u);
}

BOOST_AUTO_TEST_CASE(that_there_is_no_value_travels_too) {
  BOOST_TEST(!there_and_back(check_lines{nullptr, {}}).lines);
  BOOST_TEST(!there_and_back(lines_batch{1, nullptr, {}}).lines);
  BOOST_TEST(!there_and_back(lines_checked{nullptr, 1}).answer);
  BOOST_TEST(!there_and_back(numbers_batch{1, nullptr, method::fast}).list);
  const auto empty = std::make_shared<const std::string>();
  BOOST_TEST(*there_and_back(check_lines{empty, {}}).lines == "");
}

BOOST_AUTO_TEST_CASE(numbers_and_verdicts_travel) {
  const auto asked = there_and_back(check_primes{5, some_numbers(), method::prove});
  BOOST_TEST((asked.list == some_numbers()));
  BOOST_TEST((asked.how == method::prove));
  const auto batch = there_and_back(
      numbers_batch{6, std::make_shared<const number_list>(some_numbers()), method::trial});
  BOOST_TEST((*batch.list == some_numbers()));
  const std::vector<verdict> v{verdict::prime, verdict::too_large};
  BOOST_TEST((there_and_back(numbers_done{6, v}).verdicts == v));
  const auto checked = there_and_back(primes_checked{5, v, {1}});
  BOOST_TEST((checked.verdicts == v));
  BOOST_TEST(checked.lost == std::vector<std::uint32_t>{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_small_ones_travel) {
  BOOST_TEST(there_and_back(cancel_check{4}).job == 4u);
  BOOST_TEST(there_and_back(drop_batch{4}).batch == 4u);
  BOOST_TEST(there_and_back(batch_dropped{4}).batch == 4u);
  BOOST_TEST(there_and_back(want_batch{{}, 3}).batches == 3u);
  there_and_back(checker_leaves{});
  there_and_back(checker_left{});
  there_and_back(crew_wanted{});
  const crew_report r{1, 2, 3, 4, 5, 6, 7};
  BOOST_TEST((there_and_back(r) == r));
}

BOOST_AUTO_TEST_CASE(a_length_that_is_a_lie_is_no_message_and_takes_no_memory) {
  // A block whose text claims to have 4 GiB, and a list that claims to have as many numbers.
  const auto block = runtime::to_bytes(actors.system(),
                                       check_lines{std::make_shared<const std::string>("7\n"), {}});
  const auto list = runtime::to_bytes(actors.system(), check_primes{1, {{7}, {}}, {}});
  for (const auto& [bytes, at] : {std::pair{*block, 1u}, std::pair{*list, 8u}}) {
    const auto lie = bytes.substr(0, at) + "\xff\xff\xff\xff\x0f" + bytes.substr(at + 1);
    BOOST_TEST(!runtime::from_bytes<check_lines>(actors.system(), lie).has_value());
    BOOST_TEST(!runtime::from_bytes<check_primes>(actors.system(), lie).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
