// SPDX-License-Identifier: BSD-3-Clause
#include "domain/compare/answer.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::compare;

BOOST_AUTO_TEST_SUITE(answer_suite)

BOOST_AUTO_TEST_CASE(lines_in_any_order_are_one_text) {
  BOOST_TEST(sorted_lines("b\na\nb\n") == "a\nb\nb\n");
  BOOST_TEST(sorted_lines("b\na") == sorted_lines("a\nb\n"));
  BOOST_TEST(sorted_lines("") == "");
  BOOST_TEST(sorted_lines("a\na\n") != sorted_lines("a\n")); // twice is not once
}

BOOST_AUTO_TEST_CASE(rows_keep_the_fields_that_are_named) {
  const auto a = rows_of("{\"url\":\"/b\",\"ms\":3}\n{\"url\":\"/a\",\"ms\":9}\n", {"url"});
  const auto b = rows_of("{\"ms\":1,\"url\":\"/a\"}\n{\"url\":\"/b\"}\n", {"url"});
  BOOST_TEST(a == b);
  BOOST_TEST(a == "[\"/a\"]\n[\"/b\"]\n");
  BOOST_TEST(rows_of("{\"x\":1}", {"y"}) == "[null]\n");
  BOOST_TEST(rows_of("{\"x\":{\"y\":[1,2]},\"z\":0}", {"x.y", "z.y"}) == "[[1,2],null]\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_row_is_named) {
  for (const auto* bad : {"{}\nno\n", "{}\n[]\n", "{}\n{\"a\":\n"})
    try {
      rows_of(bad, {"a"});
      BOOST_ERROR("taken: " << bad);
    } catch (const std::runtime_error& e) {
      BOOST_TEST(std::string{e.what()}.starts_with("line 2 of its output is no JSON object: '"));
    }
}

BOOST_AUTO_TEST_CASE(hashes_are_fnv_1a) { // the values of its authors' own list
  BOOST_TEST(hash_of("") == "cbf29ce484222325");
  BOOST_TEST(hash_of("a") == "af63dc4c8601ec8c");
  BOOST_TEST(hash_of("foobar") == "85944171f73967e8");
}

BOOST_AUTO_TEST_CASE(the_first_difference_is_shown) {
  BOOST_TEST(first_difference("a\nb\n", "a\nb\n") == "");
  BOOST_TEST(first_difference("a\nb\nc\n", "a\nx\nc\n") == "line 2: 'b' and 'x'");
  BOOST_TEST(first_difference("a\nb\n", "a\n") == "line 2: 'b' and no such line");
  BOOST_TEST(first_difference("", "x") == "line 1: no such line and 'x'");
  BOOST_TEST(first_difference("a\n", "a") == "the last line's end");
  BOOST_TEST(first_difference("\x1b[2J\n", "ok\n") == "line 1: '?[2J' and 'ok'");
  const auto cut = first_difference(std::string(500, 'x'), "y");
  BOOST_TEST(cut == "line 1: '" + std::string(120, 'x') + "...' and 'y'");
}

BOOST_AUTO_TEST_SUITE_END()
