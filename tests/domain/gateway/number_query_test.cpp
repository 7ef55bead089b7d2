// SPDX-License-Identifier: BSD-3-Clause
#include "domain/gateway/number_query.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::gateway;

namespace {

// The made-up truth: what ends in 7 is prime.
std::vector<primes::verdict> truth(const number_query& q) {
  std::vector<primes::verdict> v;
  for (const auto n : q.list.numbers)
    v.push_back(n % 10 == 7 ? primes::verdict::prime : primes::verdict::composite);
  for (const auto& x : q.list.large)
    v[x.at] = x.digits.back() == '7' ? primes::verdict::probable_prime : primes::verdict::composite;
  return v;
}

std::string answer(const number_query& q) {
  return q.error.empty() ? q.answer(truth(q)) : (q.large ? "too much: " : "bad: ") + q.error;
}

struct row {
  std::string asked, answered;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_list_in_an_address) {
  const std::string large = "100000000000000000000000000000000000007";
  const row rows[] = {
      {"17", R"({"17":true})"},
      {"17,4,97", R"({"17":true,"4":false,"97":true})"},
      {" 17 ,\t4", R"({"17":true,"4":false})"},
      {"007", R"({"7":true})"},
      {"0", R"({"0":false})"},
      {"00,0,-0", R"({"0":false})"},
      {"-7,7", R"({"-7":false,"7":true})"},
      {"-07,-7", R"({"-7":false})"},
      {"7,7,07,4,7", R"({"7":true,"4":false})"},
      {"18446744073709551615", R"({"18446744073709551615":false})"},
      {"18446744073709551617", R"({"18446744073709551617":true})"},
      {large + ",0" + large + ",4", R"({")" + large + R"(":true,"4":false})"},
      {"4," + large, R"({"4":false,")" + large + R"(":true})"},
      {"", R"(bad: this is no whole number: "")"},
      {"17,", R"(bad: this is no whole number: "")"},
      {"a", R"(bad: this is no whole number: "a")"},
      {"1.5,7,1e3,+7,0x11,--7,-,7 7",
       R"(bad: these are no whole numbers: "1.5", "1e3", "+7", "0x11", "--7" and 2 more)"},
      {"a\"b\\c\n\xff", R"(bad: this is no whole number: "a?b?c??")"},
      {std::string(50, 'x'), "bad: this is no whole number: \"" + std::string(40, 'x') + "...\""},
  };
  for (const auto& r : rows)
    BOOST_TEST(answer(read_number_list(r.asked)) == r.answered, r.asked);
}

BOOST_AUTO_TEST_CASE(an_array_in_a_body) {
  const std::string bad =
      "bad: the body has to be a JSON array of whole numbers, or of strings that hold one: ";
  const row rows[] = {
      {"[17]", R"({"17":true})"},
      {" [ 17 , \"4\",97 ]\r\n", R"({"17":true,"4":false,"97":true})"},
      {"[123456789012345678901234567]", R"({"123456789012345678901234567":true})"},
      {R"(["123456789012345678901234567", 7])", R"({"123456789012345678901234567":true,"7":true})"},
      {"[\"007\"]", R"({"7":true})"},
      {"[-7]", R"({"-7":false})"},
      {"[]", "bad: there is no number"},
      {"[ ]", "bad: there is no number"},
      {"", bad + "it does not begin with ["},
      {"{\"17\":1}", bad + "it does not begin with ["},
      {"17", bad + "it does not begin with ["},
      {"[17", bad + "it does not end with ]"},
      {"[", bad + "it does not end with ]"},
      {"[17,]", bad + "a value is missing"},
      {"[,17]", bad + "a value is missing"},
      {"[007]", bad + "a number begins with 0"},
      {"[-07]", bad + "a number begins with 0"},
      {"[\"17]", bad + "a string has no end"},
      {"[\"17\" 4]", bad + "there has to be a comma behind each value"},
      {"[1.0]", R"(bad: this is no whole number: "1.0")"},
      {"[1e3, null, true, [17]]",
       R"(bad: these are no whole numbers: "1e3", "null", "true", "[17]")"},
      {"[17 4]", R"(bad: this is no whole number: "17 4")"},
  };
  for (const auto& r : rows)
    BOOST_TEST(answer(read_number_array(r.asked)) == r.answered, r.asked);
}

BOOST_AUTO_TEST_CASE(each_limit_is_told_from_nonsense) {
  number_limits few;
  few.numbers_max = 3;
  few.digits_max = 30;
  few.large_digits_max = 50;
  BOOST_TEST(answer(read_number_list("1,2,3,3,1", few)) == R"({"1":false,"2":false,"3":false})");
  BOOST_TEST(answer(read_number_list("1,2,3,4", few)) == "too much: there are more than 3 numbers");
  BOOST_TEST(answer(read_number_list("1," + std::string(31, '1'), few))
             == "too much: a number has 31 digits; at most 30 are taken");
  BOOST_TEST(answer(read_number_list(std::string(99, '0') + "7", few)) == R"({"7":true})");
  const std::string one(30, '1'), two(30, '2');
  BOOST_TEST(answer(read_number_list(one + "," + two, few))
             == "too much: the numbers above 64 bits have more than 50 digits together");
}

/// Beyond the short lists that are looked through, and with what has a 0 in its place.
BOOST_AUTO_TEST_CASE(many_numbers_keep_their_order_and_come_once) {
  std::string asked, want = "{";
  for (int i = 1; i <= 300; ++i) {
    const auto n = std::to_string(i);
    asked += (i > 1 ? "," : "") + n + ",-" + n + ",0";
    want += (i > 1 ? ",\"" : "\"") + n + "\":" + (i % 10 == 7 ? "true" : "false") + ",\"-" + n
            + "\":false";
    if (i == 1)
      want += ",\"0\":false";
  }
  const auto all = asked + "," + asked;
  BOOST_TEST((answer(read_number_list(all)) == want + "}")); // too long to be shown
}
