// SPDX-License-Identifier: BSD-3-Clause
#include <random>

#include <boost/test/unit_test.hpp>

#include "domain/jobs/command.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/words.hpp"

using namespace troupe::jobs;
using words = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(commands)

BOOST_AUTO_TEST_CASE(places_are_filled) {
  const struct {
    words command, arguments, expected;
  } rows[] = {
      {{"echo"}, {"a b"}, {"echo", "a b"}},
      {{"echo", "{}"}, {"a b"}, {"echo", "a b"}},
      {{"cp", "{}", "{}.bak"}, {"x"}, {"cp", "x", "x.bak"}},
      {{"e", "{.}"}, {"dir.d/a.tar.gz"}, {"e", "dir.d/a.tar"}},
      {{"e", "{.}"}, {"dir.d/a"}, {"e", "dir.d/a"}},
      {{"e", "{.}"}, {"d/.profile"}, {"e", "d/.profile"}},
      {{"e", "{/}"}, {"d/e/f.txt"}, {"e", "f.txt"}},
      {{"e", "{//}"}, {"d/e/f.txt"}, {"e", "d/e"}},
      {{"e", "{//}"}, {"f.txt"}, {"e", "."}},
      {{"e", "{//}"}, {"/f.txt"}, {"e", "/"}},
      {{"e", "{/.}"}, {"d.x/f.txt"}, {"e", "f"}},
      {{"e", "{#}"}, {"x"}, {"e", "7", "x"}},
      {{"e", "{#}-{}"}, {"x"}, {"e", "7-x"}},
      {{"e", "{2}", "{1}"}, {"x", "y"}, {"e", "y", "x"}},
      {{"e", "{2/.}={1//}"}, {"p/q", "r/s.t"}, {"e", "s=p"}},
      {{"e", "{}"}, {"x", "y"}, {"e", "x y"}},
      {{"e"}, {"x", "y"}, {"e", "x", "y"}},
      {{"e", "{1}"}, {"x", "y"}, {"e", "x"}},
      {{"e", "{x} {} }{ {"}, {"1"}, {"e", "{x} 1 }{ {"}},
      {{"e", "{0}", "{{}}"}, {"1"}, {"e", "{0}", "{1}"}},
      {{"{}", "-v"}, {"true"}, {"true", "-v"}},
      {{"e"}, {""}, {"e", ""}},
      {{"e"}, {}, {"e"}},
      {{"e", "{}"}, {"$(rm)"}, {"e", "$(rm)"}},
  };
  for (const auto& row : rows) {
    const auto made = command::parse(row.command, row.arguments.size(), false);
    BOOST_REQUIRE(made);
    BOOST_TEST(made->expand(row.arguments, 7) == row.expected, shell_line(row.command));
  }
}

BOOST_AUTO_TEST_CASE(a_place_without_an_argument_is_refused) {
  const auto made = command::parse({"echo", "{3}"}, 2, false);
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error() == "{3} in '{3}' has no argument: a job has 2");
}

BOOST_AUTO_TEST_CASE(for_a_shell_places_are_refused_where_quotes_would_not_hold) {
  for (const auto* good : {"echo {}", "echo 'a b' {} \"c\"", "x=$(cat {})", "x=\"$(cat {})\"",
                           "echo \\' {}", "(cat {})", "echo $((1 + 2)) {}", "echo ${x:-\"y\"} {}",
                           "echo \"job {#}\"", "echo it is # isn't", "# '\ncat {}", "cat <{} | wc",
                           "cat <<<x\ncat {}", "test {} = \"$(cat \"$(ls {})\")\"",
                           "f() { cat {}; }", "echo \"\\\"\" {}", "echo a#' b' {}"})
    BOOST_TEST(command::parse({good}, 1, true).has_value(), good);
  for (const auto* bad :
       {"echo '{}'", "echo \"{}\"", "echo \"a {.} b\"", "echo \\{}", "echo `cat {}`",
        "echo \"`cat {}`\"", "echo $(({} + 1))", "echo $((1 + (2 * {})))", "echo ${x:-{}}",
        "echo ${}", "cat <<E\n{}\nE", "cat <<-'E'\n{}\nE", "echo \"$(cat {}) {}\"", "echo 'no end",
        "echo {}#'{}'", "echo \"$(echo '{}')\"", "sh -c 'cat {}'", "echo \"\\\\\\\"{}\""})
    BOOST_TEST(!command::parse({bad}, 1, true).has_value(), bad);
  BOOST_TEST(!command::parse({"echo", "'a", "{}", "b'"}, 1, true).has_value());
  BOOST_TEST(command::parse({"echo", "\"{}\""}, 1, false).has_value());
  BOOST_TEST(command::parse({"echo \"{}\""}, 1, true).error()
             == "the place in 'echo \"{}\"' stands within quotes, where it is not safe: arguments "
                "come quoted for the shell");
}

BOOST_AUTO_TEST_CASE(for_a_shell_arguments_are_quoted_and_words_are_not) {
  const auto made = command::parse({"echo {} | wc", "-c; cat {/}"}, 1, true);
  BOOST_REQUIRE(made);
  BOOST_TEST(made->expand({"a/it's $x"}, 1)
             == (words{"sh", "-c", "echo 'a/it'\\''s $x' | wc -c; cat 'it'\\''s $x'"}));
}

BOOST_AUTO_TEST_CASE(lines_are_split_as_a_shell_splits_words) {
  const struct {
    const char* line;
    words expected;
  } rows[] = {
      {"", {}},
      {"  \t ", {}},
      {"a", {"a"}},
      {" a  b\tc\r", {"a", "b", "c"}},
      {"'a b' c", {"a b", "c"}},
      {"a'b'c", {"abc"}},
      {R"("a b" "c\"d" "e\\f" "g\h" "i\$j")", {"a b", "c\"d", "e\\f", "g\\h", "i$j"}},
      {R"(a\ b \'c)", {"a b", "'c"}},
      {R"('a\b')", {"a\\b"}},
      {"''", {""}},
      {"a \"\" b", {"a", "", "b"}},
      {"# all of it", {}},
      {"a # the rest", {"a"}},
      {"a#b 'c#d' #e", {"a#b", "c#d"}},
      {"a > b | c && $d *.e", {"a", ">", "b", "|", "c", "&&", "$d", "*.e"}},
  };
  for (const auto& row : rows) {
    const auto got = split_words(row.line);
    BOOST_REQUIRE(got);
    BOOST_TEST(*got == row.expected, row.line);
  }
  BOOST_TEST(split_words("a 'b").error() == "a ' has no end");
  BOOST_TEST(split_words("a \"b\\\"").error() == "a \" has no end");
  BOOST_TEST(split_words("a \\").error() == "a backslash has nothing behind it");
}

BOOST_AUTO_TEST_CASE(what_is_quoted_is_read_back) {
  std::mt19937_64 draw{42};
  const std::string_view alphabet = "ab '\"\\$`#;|&*?\n\t~{}()<>-=\x80\xff";
  for (int i = 0; i < 2000; ++i) {
    words list;
    for (auto n = draw() % 4; n > 0; --n) {
      auto& word = list.emplace_back();
      for (auto k = draw() % 6; k > 0; --k)
        word += alphabet[draw() % alphabet.size()];
    }
    const auto line = shell_line(list);
    const auto got = split_words(line);
    BOOST_REQUIRE(got);
    BOOST_TEST(*got == list, line);
  }
}

BOOST_AUTO_TEST_CASE(a_key_tells_commands_apart) {
  BOOST_TEST(key_of({"a", "b"}) == key_of({"a", "b"}));
  BOOST_TEST(key_of({"a", "b"}) != key_of({"ab"}));
  BOOST_TEST(key_of({"a", "b"}) != key_of({"b", "a"}));
  BOOST_TEST(key_of({"a", ""}) != key_of({"a"}));
  BOOST_TEST(key_of({}) != 0u);
}

BOOST_AUTO_TEST_SUITE_END()
