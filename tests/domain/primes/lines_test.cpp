// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

#include "domain/primes/lines.hpp"
#include "domain/primes/primality.hpp"

using namespace troupe::primes;

namespace {

verdict no_judge(std::string_view) { return verdict::too_large; }

block_answer check(const line_job& job, std::string_view lines) {
  return line_checker{job, no_judge}.check(lines);
}

} // namespace

BOOST_AUTO_TEST_SUITE(lines)

BOOST_AUTO_TEST_CASE(a_block_cut_anywhere_between_lines_comes_to_the_same) {
  std::mt19937_64 draw{3};
  const std::string alphabet = "0123456789012345678901234567890123456789 \t\r\nx";
  for (int turn = 0; turn < 3000; ++turn) {
    std::string text;
    for (std::size_t i = draw() % 80; i > 0; --i)
      text += alphabet[draw() % alphabet.size()];
    const auto whole = check({}, text);
    const auto cut = text.rfind('\n', draw() % (text.size() + 1));
    if (cut == std::string::npos)
      continue;
    const auto first = check({}, text.substr(0, cut + 1)), second = check({}, text.substr(cut + 1));
    BOOST_TEST(first.text + second.text == whole.text);
    auto counts = first.counts;
    counts += second.counts;
    BOOST_TEST((counts == whole.counts));
  }
}

BOOST_AUTO_TEST_CASE(values_at_the_end_of_64_bits) {
  const auto got = check({}, "18446744073709551615\n18446744073709551616\n99999999999999999999\n"
                             "00000018446744073709551557\n0000000000000000000000000\n");
  BOOST_TEST(got.text
             == "18446744073709551615 composite\n18446744073709551616 too large\n"
                "99999999999999999999 too large\n00000018446744073709551557 prime\n"
                "0000000000000000000000000 composite\n");
  BOOST_TEST(got.counts.answers() == 5u);
}

BOOST_AUTO_TEST_CASE(the_judge_gets_digits_without_leading_zeros) {
  std::string seen;
  line_checker checker{{}, [&seen](std::string_view digits) {
                         seen += std::string{digits} + ",";
                         return verdict::probable_prime;
                       }};
  BOOST_TEST(checker.check(" 00100000000000000000000 \n").text
             == "00100000000000000000000 probable prime\n");
  BOOST_TEST(seen == "100000000000000000000,");
}

BOOST_AUTO_TEST_CASE(a_stop_leaves_a_block_that_is_not_whole) {
  int asked = 0;
  line_checker checker{{}, no_judge, [&asked] { return ++asked > 1; }};
  std::string many;
  for (int i = 0; i < 10'000; ++i)
    many += "7\n";
  BOOST_TEST(!checker.check(many).whole);
  BOOST_TEST(line_checker({}, no_judge).check(many).whole);
}

BOOST_AUTO_TEST_CASE(a_block_that_is_given_up_has_an_answer_a_line) {
  const auto got = unknown_block({}, "7\n\nx\n123456789012345678901234567890\n");
  BOOST_TEST(got.text == "7 unknown\ninvalid\n123456789012345678901234567890 unknown\n");
  BOOST_TEST(got.counts.unknown == 2u);
  BOOST_TEST(got.counts.invalid == 1u);
  BOOST_TEST(got.faults.size() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
