// SPDX-License-Identifier: BSD-3-Clause
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/jobs/archive_entry.hpp"

using namespace troupe::jobs;
using kind = archive_entry::kind;
using fault = archive_fault;

namespace {

archive_entry file(std::string name, std::uint64_t bytes = 1) {
  return {std::move(name), kind::file, "", bytes};
}
archive_entry link_to(std::string name, std::string target) {
  return {std::move(name), kind::symlink, std::move(target), 0};
}

fault verdict_on(const std::vector<archive_entry>& entries, archive_limits limits = {}) {
  archive_check check{limits};
  for (const auto& e : entries)
    if (const auto f = check.take(e); f != fault::none)
      return f;
  std::string culprit;
  return check.finish(culprit);
}

} // namespace

BOOST_AUTO_TEST_SUITE(archives)

BOOST_AUTO_TEST_CASE(names_are_judged) {
  const struct {
    const char* name;
    fault expected;
  } rows[] = {
      {"a", fault::none},
      {"a/b/c.txt", fault::none},
      {"./a", fault::none},
      {"a//b/./c", fault::none},
      {"..a", fault::none},
      {"a..b/...", fault::none},
      {"\xc3\xa4 b", fault::none},
      {"-rf", fault::none},
      {"", fault::bad_name},
      {".", fault::bad_name},
      {"/etc/passwd", fault::absolute_name},
      {"//a", fault::absolute_name},
      {"..", fault::climbing_name},
      {"../a", fault::climbing_name},
      {"a/../b", fault::climbing_name},
      {"a/..", fault::climbing_name},
      {"./../a", fault::climbing_name},
      {"a\nb", fault::bad_name},
      {"a\x1b[2J", fault::bad_name},
      {"..\\..\\a", fault::bad_name},
      {"C:\\a", fault::bad_name},
  };
  for (const auto& row : rows)
    BOOST_TEST((verdict_on({file(row.name)}) == row.expected), row.name);
  BOOST_TEST((verdict_on({file(std::string(5000, 'a'))}) == fault::bad_name));
  BOOST_TEST((verdict_on({{"./", kind::folder, "", 0}}) == fault::none));
}

BOOST_AUTO_TEST_CASE(symbolic_links_stay_inside) {
  const struct {
    const char *name, *target;
    bool stays;
  } rows[] = {
      {"a", "b", true},
      {"a", "b/c", true},
      {"a", ".", true},
      {"d/a", "../b", true},
      {"d/e/a", "../../b", true},
      {"./d//a", "../b", true},
      {"d/a", "./../b", true},
      {"a", "..", false},
      {"a", "../b", false},
      {"d/a", "../..", false},
      {"d/a", "../../b", false},
      {"a", "/etc", false},
      {"a", "", false},
      {"d/a", "b/../c", false}, // what if b is a link itself?
      {"d/a", "x/../../..", false},
      {"a", "b\nc", false},
      {"d/a", "..\\b", false},
  };
  for (const auto& row : rows)
    BOOST_TEST(symlink_stays_inside(row.name, row.target) == row.stays,
               row.name << " -> " << row.target);
}

// A pair of links of which each looks harmless: p/q leads to the top, so p/q/.. is above it.
BOOST_AUTO_TEST_CASE(links_through_links_do_not_escape) {
  BOOST_TEST(
      (verdict_on({link_to("p/q", ".."), link_to("c", "p/q/../etc")}) == fault::leaving_symlink));
}

BOOST_AUTO_TEST_CASE(nothing_lies_beneath_a_link_in_any_order) {
  BOOST_TEST((verdict_on({link_to("a", "b"), file("a/x")}) == fault::beneath_symlink));
  BOOST_TEST((verdict_on({file("a/x"), link_to("a", "b")}) == fault::beneath_symlink));
  BOOST_TEST((verdict_on({link_to("a", "b"), file("./a//c/x")}) == fault::beneath_symlink));
  BOOST_TEST((verdict_on({{"a", kind::folder, "", 0}, link_to("a", "b"), file("a/x")})
              == fault::beneath_symlink));
  BOOST_TEST((verdict_on({link_to("a", "b"), file("ab/x"), file("b")}) == fault::none));
}

BOOST_AUTO_TEST_CASE(hard_links_name_files_of_the_archive) {
  const auto hard = [](std::string target) {
    return archive_entry{"h", kind::hardlink, std::move(target), 0};
  };
  BOOST_TEST((verdict_on({file("d/f"), hard("d/f")}) == fault::none));
  BOOST_TEST((verdict_on({file("d/f"), hard("./d//f")}) == fault::none));
  BOOST_TEST((verdict_on({hard("f"), file("f")}) == fault::leaving_hardlink));
  BOOST_TEST((verdict_on({file("f"), hard("../f")}) == fault::leaving_hardlink));
  BOOST_TEST((verdict_on({file("etc/passwd"), hard("/etc/passwd")}) == fault::leaving_hardlink));
  BOOST_TEST((verdict_on({link_to("s", "f"), hard("s")}) == fault::leaving_hardlink));
  BOOST_TEST((verdict_on({file("d/f"), hard("d")}) == fault::leaving_hardlink));
}

BOOST_AUTO_TEST_CASE(special_files_are_refused) {
  BOOST_TEST((verdict_on({{"null", kind::other, "", 0}}) == fault::special_file));
}

BOOST_AUTO_TEST_CASE(limits_hold) {
  archive_limits limits;
  limits.entries_max = 2;
  BOOST_TEST((verdict_on({file("a"), file("b")}, limits) == fault::none));
  BOOST_TEST((verdict_on({file("a"), file("b"), file("c")}, limits) == fault::too_many_entries));
  limits = {};
  limits.bytes_max = 100;
  BOOST_TEST((verdict_on({file("a", 60), file("b", 40)}, limits) == fault::none));
  BOOST_TEST((verdict_on({file("a", 60), file("b", 41)}, limits) == fault::too_many_bytes));
  BOOST_TEST(
      (verdict_on({file("a", 60), file("b", ~std::uint64_t{0})}, limits) == fault::too_many_bytes));
}

BOOST_AUTO_TEST_CASE(what_was_listed_is_known_and_what_lies_above_it) {
  archive_check check;
  check.take(file("./a/b//c"));
  for (const char* name : {"a", "a/b", "a/b/c"})
    BOOST_TEST(check.knows(name), name);
  for (const char* name : {"b", "a/c", "a/b/c/d", ""})
    BOOST_TEST(!check.knows(name), name);
  for (int i = 0; i <= static_cast<int>(fault::too_many_bytes); ++i)
    BOOST_TEST(to_string(static_cast<fault>(i)) != "?");
}

BOOST_AUTO_TEST_CASE(depth_and_implied_folders_have_a_bound) {
  const auto deep = [](const std::string& top, int levels) {
    archive_entry entry;
    entry.name = top;
    for (int i = 1; i < levels; ++i)
      entry.name += "/a";
    return entry;
  };
  archive_check check;
  BOOST_TEST((check.take(deep("x", 128)) == archive_fault::none));
  BOOST_TEST((check.take(deep("y", 129)) == archive_fault::bad_name));
  archive_limits limits;
  limits.entries_max = 1'000;
  archive_check few{limits};
  int taken = 0;
  while (few.take(deep(std::to_string(taken), 128)) == archive_fault::none)
    ++taken;
  BOOST_TEST(taken < 20);
}

BOOST_AUTO_TEST_SUITE_END()
