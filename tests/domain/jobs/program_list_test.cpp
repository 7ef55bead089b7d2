// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include "domain/jobs/program_list.hpp"

using troupe::jobs::program_list;

BOOST_AUTO_TEST_SUITE(program_lists)

BOOST_AUTO_TEST_CASE(an_empty_one_lets_all_through) {
  BOOST_TEST(program_list{}.refusal("anything") == "");
  BOOST_TEST(program_list{}.refusal("") == "");
}

BOOST_AUTO_TEST_CASE(others_let_through_what_they_name_spelled_as_they_do) {
  const program_list list{{"gzip", "/usr/bin/sha256sum"}};
  BOOST_TEST(list.refusal("gzip") == "");
  BOOST_TEST(list.refusal("/usr/bin/sha256sum") == "");
  for (const auto* other : {"sha256sum", "/bin/gzip", "./gzip", "gzip ", "GZIP", "", "sh",
                            "/usr/bin/../bin/sha256sum", "/usr/bin//sha256sum"})
    BOOST_TEST(list.refusal(other).ends_with(" is not among the programs that this node runs"),
               other);
  BOOST_TEST(list.refusal("rm -r") == "'rm -r' is not among the programs that this node runs");
  BOOST_TEST(list.refusal(std::string(100'000, 'x')).size() < 300u);
}

BOOST_AUTO_TEST_CASE(names_and_absolute_paths_can_stand_in_one) {
  BOOST_TEST(program_list::check("gzip") == "");
  BOOST_TEST(program_list::check("/usr/bin/gzip") == "");
  BOOST_TEST(program_list::check("") == "a program without a name");
  BOOST_TEST(program_list::check("./gzip") == "'./gzip' is neither a name nor an absolute path");
  BOOST_TEST(program_list::check("bin/gzip") != "");
}

BOOST_AUTO_TEST_SUITE_END()
