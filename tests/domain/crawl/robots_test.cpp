// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/robots.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace troupe::crawl;
using std::chrono::milliseconds;

namespace {

robots_rules read(std::string_view text, std::string_view agent = "troupe") {
  return robots_rules::parse(text, agent);
}

/// Whether a crawler may have `target`, for each of these files.
struct file_row {
  const char* text;
  const char* agent;
  const char* target;
  bool allowed;
};

void check_rows(const auto& rows) {
  for (const file_row& row : rows) {
    const auto rules = read(row.text, row.agent);
    BOOST_TEST(rules.allows(row.target) == row.allowed,
               row.agent << " at " << row.target << " by " << row.text);
    BOOST_TEST(rules.check(row.target).allowed == row.allowed);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(robots)

BOOST_AUTO_TEST_CASE(the_group_that_names_us_is_the_one_that_counts) {
  constexpr file_row rows[] = {
      {"User-agent: troupe\nDisallow: /a\n", "troupe", "/a", false},
      {"User-agent: troupe\nDisallow: /a\n", "other", "/a", true},
      {"User-agent: *\nDisallow: /a\n", "troupe", "/a", false},
      {"User-agent: *\nDisallow: /a\n\nUser-agent: troupe\nDisallow: /b\n", "troupe", "/a", true},
      {"User-agent: *\nDisallow: /a\n\nUser-agent: troupe\nDisallow: /b\n", "troupe", "/b", false},
      {"User-agent: troupe\nDisallow: /b\n\nUser-agent: *\nDisallow: /a\n", "troupe", "/a", true},
      {"User-agent: other\nDisallow: /\n", "troupe", "/", true},
      // without any rule, it still counts
      {"User-agent: *\nDisallow: /\n\nUser-agent: troupe\n", "troupe", "/x", true},
      {"User-agent: troupe\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "troupe", "/x", true},
      // several groups for one agent are one
      {"User-agent: troupe\nDisallow: /a\n\nUser-agent: x\nDisallow: /c\n\nUser-agent: "
       "troupe\nDisallow: /b\n",
       "troupe", "/a", false},
      {"User-agent: troupe\nDisallow: /a\n\nUser-agent: x\nDisallow: /c\n\nUser-agent: "
       "troupe\nDisallow: /b\n",
       "troupe", "/b", false},
      {"User-agent: troupe\nDisallow: /a\n\nUser-agent: x\nDisallow: /c\n\nUser-agent: "
       "troupe\nDisallow: /b\n",
       "troupe", "/c", true},
      {"User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b\n", "troupe", "/a", false},
      {"User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b\n", "troupe", "/b", false},
      // several agents for one group
      {"User-agent: x\nUser-agent: troupe\nDisallow: /a\n", "troupe", "/a", false},
      {"User-agent: x\nUser-agent: troupe\nDisallow: /a\n", "x", "/a", false},
      {"User-agent: x\nUser-agent: troupe\nDisallow: /a\n", "y", "/a", true},
      {"User-agent: x\nUser-agent: *\nDisallow: /a\n", "y", "/a", false},
      {"User-agent: x\nDisallow: /a\nUser-agent: troupe\nDisallow: /b\n", "troupe", "/a", true},
      {"User-agent: troupe\nAllow: /\nUser-agent: x\nDisallow: /\n", "troupe", "/a", true},
      // rules before any agent belong to nobody
      {"Disallow: /\nUser-agent: *\nDisallow: /a\n", "troupe", "/b", true},
      {"Disallow: /\nUser-agent: *\nDisallow: /a\n", "troupe", "/a", false},
      {"", "troupe", "/", true},
      {"no robots here, only words", "troupe", "/", true},
  };
  check_rows(rows);
}

BOOST_AUTO_TEST_CASE(product_tokens_match_whole_and_in_any_case) {
  constexpr file_row rows[] = {
      {"User-agent: TROUPE\nDisallow: /\n", "troupe", "/", false},
      {"User-agent: troupe\nDisallow: /\n", "Troupe", "/", false},
      {"User-agent: troupe/0.1\nDisallow: /\n", "troupe", "/", false},
      {"User-agent: troupe (the crawler)\nDisallow: /\n", "troupe", "/", false},
      {"User-agent: troupe*\nDisallow: /\n", "troupe", "/", false},
      {"User-agent: troup\nDisallow: /\n", "troupe", "/", true},
      {"User-agent: troupes\nDisallow: /\n", "troupe", "/", true},
      {"User-agent: troupe-news\nDisallow: /\n", "troupe", "/", true},
      {"User-agent: troupe\nDisallow: /\n", "troupe-news", "/", true},
      {"User-agent: my_bot-2\nDisallow: /\n", "My_Bot-2", "/", false},
      {"User-agent: bot12\nDisallow: /\n", "bot1", "/", true},
      {"User-agent: troupe\nDisallow: /\n", "troupe/0.1 (+http://x)", "/", false},
      {"User-agent:\nDisallow: /\n", "troupe", "/", true},
      {"User-agent: *bot\nDisallow: /\n", "troupe", "/", true},
      {"User-agent: * # all\nDisallow: /\n", "troupe", "/", false},
      {"User-agent: * troupe\nDisallow: /\n", "other", "/", false},
      {"User-agent: *\nDisallow: /\n", "", "/", false},
      {"User-agent: \xC3\xA9\nDisallow: /\n", "", "/", true},
  };
  check_rows(rows);
}

BOOST_AUTO_TEST_CASE(the_longest_match_decides_and_allow_wins_ties) {
  constexpr file_row rows[] = {
      {"User-agent: *\nDisallow: /\nAllow: /p\n", "troupe", "/page", true},
      {"User-agent: *\nAllow: /p\nDisallow: /\n", "troupe", "/page", true},
      {"User-agent: *\nAllow: /p\nDisallow: /\n", "troupe", "/x", false},
      {"User-agent: *\nAllow: /folder\nDisallow: /folder\n", "troupe", "/folder/page", true},
      {"User-agent: *\nDisallow: /folder\nAllow: /folder\n", "troupe", "/folder/page", true},
      {"User-agent: *\nAllow: /page\nDisallow: /*.htm\n", "troupe", "/page.htm", false},
      {"User-agent: *\nAllow: /page\nDisallow: /*.ht\n", "troupe", "/page.htm", true},
      {"User-agent: *\nAllow: /page\nDisallow: /*.h\n", "troupe", "/page.htm", true},
      {"User-agent: *\nAllow: /$\nDisallow: /\n", "troupe", "/", true},
      {"User-agent: *\nAllow: /$\nDisallow: /\n", "troupe", "/page.htm", false},
      {"User-agent: *\nDisallow: /a/\nAllow: /a/b/\nDisallow: /a/b/c\n", "troupe", "/a/x", false},
      {"User-agent: *\nDisallow: /a/\nAllow: /a/b/\nDisallow: /a/b/c\n", "troupe", "/a/b/x", true},
      {"User-agent: *\nDisallow: /a/\nAllow: /a/b/\nDisallow: /a/b/c\n", "troupe", "/a/b/c", false},
      {"User-agent: *\nDisallow: /x?\n", "troupe", "/x?q", false},
      {"User-agent: *\nDisallow: /x?\n", "troupe", "/x", true},
      // spelled at different lengths, they are equally long
      {"User-agent: *\nDisallow: /caf\xC3\xA9\nAllow: /caf%C3%A9\n", "troupe", "/caf%C3%A9", true},
      {"User-agent: *\nDisallow: /%66oo\nAllow: /foo\n", "troupe", "/foo", true},
  };
  check_rows(rows);
}

BOOST_AUTO_TEST_CASE(lines_are_read_as_generously_as_the_rfc_allows) {
  constexpr file_row rows[] = {
      {"\xEF\xBB\xBFUser-agent: *\nDisallow: /a\n", "troupe", "/a", false},
      {"User-agent: *\r\nDisallow: /a\r\n", "troupe", "/a", false},
      {"User-agent: *\rDisallow: /a\r", "troupe", "/a", false},
      {"User-agent: *\n\nDisallow: /a\n\n\nDisallow: /b", "troupe", "/a", false},
      {"User-agent: *\n\nDisallow: /a\n\n\nDisallow: /b", "troupe", "/b", false},
      {"User-agent: x\n\n\nUser-agent: troupe\n\nDisallow: /a", "troupe", "/a", false},
      {"user-agent:*\ndisallow:/a", "troupe", "/a", false},
      {"USER-AGENT : *\n  DISALLOW\t:\t/a  \n", "troupe", "/a", false},
      {"User-agent: * # us too\nDisallow: /a # not this\n", "troupe", "/a", false},
      {"User-agent: *\n#Disallow: /a\n", "troupe", "/a", true},
      {"User-agent: *\nDisallow: /a#b\n", "troupe", "/ax", false},
      {"User-agent: *\nDisallow: #/a\n", "troupe", "/a", true},
      {"User-agent: *\nDisallow:\n", "troupe", "/a", true},
      {"User-agent: *\nAllow:\nDisallow: /a\n", "troupe", "/a", false},
      {"User-agent: *\nFoo: bar\nDisallow: /a\n", "troupe", "/a", false},
      {"User-agent: x\nFoo: bar\nUser-agent: troupe\nDisallow: /a\n", "x", "/a", false},
      {"User-agent: x\nSitemap: http://h/s\nUser-agent: troupe\nDisallow: /a\n", "x", "/a", false},
      {"User-agent: x\nCrawl-delay: 1\nUser-agent: troupe\nDisallow: /a\n", "x", "/a", false},
      {"User-agent *\nDisallow /a\n", "troupe", "/a", false},
      {"User-agent: *\nDisallow /a b\n", "troupe", "/a", true},
      {"User-agent: *\nDisallow /a:b\n", "troupe", "/a:b", false},
      {"User agent: *\nDissallow: /a\n", "troupe", "/a", false},
      {"Useragent: *\nDisalow: /a\n", "troupe", "/a", false},
      {"User-agent: *\nDisallowed: /a\n", "troupe", "/a", true},
      {"User-agent: *\nDisallow: /a:b\n", "troupe", "/a:b", false},
      {"User-agent: *\nDisallow: a\n", "troupe", "/a", true},
      {"User-agent: *\nDisallow: /a b\n", "troupe", "/a%20b", false},
      {"<html>\n<body>User-agent: *\nDisallow: /a</body>", "troupe", "/a", true},
      {": /\nUser-agent: *\n: /a\n", "troupe", "/a", true},
  };
  check_rows(rows);
}

BOOST_AUTO_TEST_CASE(nul_bytes_neither_end_the_file_nor_reach_a_rule) {
  using namespace std::string_literals;
  const auto rules = read("User-agent: *\0\nDisallow: /a\0b\nDisallow: /c\n\0Disallow: /d"s);
  BOOST_TEST(!rules.allows("/a%00b"));
  BOOST_TEST(rules.allows("/a"));
  BOOST_TEST(!rules.allows("/c"));
  BOOST_TEST(!rules.allows("/d"));
}

BOOST_AUTO_TEST_CASE(robots_txt_itself_is_always_allowed) {
  const auto rules = read("User-agent: *\nDisallow: /\nDisallow: /robots.txt\n");
  BOOST_TEST(rules.allows("/robots.txt"));
  BOOST_TEST(!rules.allows("/robots.txt.bak"));
  BOOST_TEST(!rules.allows("/"));
  BOOST_TEST(robots_rules::disallow_all().allows("/robots.txt"));
}

BOOST_AUTO_TEST_CASE(a_target_without_its_slash_is_read_as_one_with_it) {
  const auto rules = read("User-agent: *\nDisallow: /?x\n");
  BOOST_TEST(!rules.allows("?x"));
  BOOST_TEST(rules.allows(""));
  BOOST_TEST(!robots_rules::disallow_all().allows(""));
}

BOOST_AUTO_TEST_CASE(the_deciding_line_is_reported_as_it_was_written) {
  const auto rules =
      read("User-agent: *\nDISALLOW:   /priv%61te/  # keep out\nallow: /private/caf\xC3\xA9$\n");
  BOOST_TEST(rules.check("/private/x").rule == "Disallow: /priv%61te/");
  BOOST_TEST(rules.check("/private/caf%C3%A9").rule == "Allow: /private/caf\xC3\xA9$");
  BOOST_TEST(rules.check("/public").rule == "");
  BOOST_TEST(rules.check("/public").allowed);
  BOOST_TEST(robots_rules::disallow_all().check("/x").rule == "");
  BOOST_TEST(robots_rules::allow_all().check("/x").rule == "");
}

BOOST_AUTO_TEST_CASE(only_the_first_bytes_count_and_a_cut_line_does_not) {
  const std::string head = "User-agent: *\nDisallow: /a\n";
  const std::string text = head + "Disallow: /b/c\n";
  struct {
    std::size_t bytes;
    bool a, b;
  } const rows[] = {
      {text.size(), false, false},
      {text.size() - 1, false, false}, // without its line end
      {text.size() - 2, false, true},
      {head.size() + 12, false, true}, // would be "/b", or "/"
      {head.size(), false, true},
      {head.size() - 1, false, true},
      {head.size() - 2, true, true},
      {5, true, true},
      {0, true, true},
      {text.size() + 100, false, false},
  };
  for (const auto& row : rows) {
    const auto rules = robots_rules::parse(text, "troupe", row.bytes);
    BOOST_TEST(rules.allows("/a") == row.a, "the first " << row.bytes);
    BOOST_TEST(rules.allows("/b/c") == row.b, "the first " << row.bytes);
  }
  const std::string long_comment = "#" + std::string(500u << 10, 'x') + "\n" + head;
  BOOST_TEST(read(long_comment).allows("/a"));
  BOOST_TEST(!robots_rules::parse(long_comment, "troupe", 1u << 20).allows("/a"));
}

BOOST_AUTO_TEST_CASE(crawl_delay_is_decimal_seconds) {
  struct {
    const char* value;
    long long ms; // -1: none
  } const rows[] = {
      {"1", 1000},
      {"10", 10'000},
      {"0.5", 500},
      {".25", 250},
      {"2.", 2000},
      {"1.2345", 1234},
      {"0", 0},
      {"-1", -1},
      {"", -1},
      {".", -1},
      {"1.2.3", -1},
      {"1e3", -1},
      {"ten", -1},
      {"10s", -1},
      {"inf", -1},
      {"1 2", -1},
      {"007", 7000},
      {"0.0001", 0},
      {"86400", 86'400'000},
      {"99999999999999999999999999", 86'400'000},
  };
  for (const auto& row : rows) {
    const auto rules = read(std::string("User-agent: *\nCrawl-delay: ") + row.value + "\n");
    const long long ms = rules.crawl_delay() ? rules.crawl_delay()->count() : -1;
    BOOST_TEST(ms == row.ms, "Crawl-delay: " << row.value);
  }
}

BOOST_AUTO_TEST_CASE(crawl_delay_belongs_to_the_agents_above_it) {
  struct {
    const char* text;
    long long ms;
  } const rows[] = {
      {"User-agent: troupe\nCrawl-delay: 2\nUser-agent: x\nCrawl-delay: 9\n", 2000},
      {"User-agent: x\nCrawl-delay: 9\nUser-agent: troupe\nCrawl-delay: 2\n", 2000},
      {"User-agent: x\nUser-agent: troupe\nCrawl-delay: 2\n", 2000},
      {"User-agent: troupe\nDisallow:\nCrawl-delay: 2\nUser-agent: x\nCrawl-delay: 9\n", 2000},
      {"User-agent: troupe\nCrawl-delay: 2\nDisallow: /a\nCrawl-delay: 3\n", 3000},
      {"User-agent: *\nCrawl-delay: 9\n\nUser-agent: troupe\nDisallow: /a\n", -1},
      {"User-agent: *\nCrawl-delay: 9\n\nUser-agent: x\nDisallow: /a\n", 9000},
      {"User-agent: x\nDisallow: /\nCrawl-delay: 9\n", -1},
      {"User-agent: troupe\nDisallow: /a\nCrawl-delay: 2\nUser-agent: troupe\nCrawl-delay: 3\n",
       3000},
      {"User-agent: troupe\nDisallow: /a\nCrawl-delay: 3\nUser-agent: troupe\nCrawl-delay: 2\n",
       3000},
      {"Crawl-delay: 5\nUser-agent: *\nDisallow: /a\n", -1},
      {"User-agent: *\nCrawldelay: 4\n", 4000},
  };
  for (const auto& row : rows) {
    const auto delay = read(row.text).crawl_delay();
    BOOST_TEST((delay ? delay->count() : -1) == row.ms, row.text);
  }
}

BOOST_AUTO_TEST_CASE(sitemaps_belong_to_the_file) {
  const auto rules = read("Sitemap: http://h/one.xml\nUser-agent: x\nDisallow: /\n"
                          "sitemap:  http://h/two.xml # second\nSite-map: /three.xml\n");
  const std::vector<std::string> expected{"http://h/one.xml", "http://h/two.xml", "/three.xml"};
  BOOST_TEST(rules.sitemaps() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_file_still_says_something) {
  struct {
    int status;
    bool private_allowed, public_allowed;
  } const rows[] = {
      {200, false, true}, {204, false, true},  {206, false, true},  {301, true, true},
      {308, true, true},  {304, true, true},   {400, true, true},   {401, true, true},
      {403, true, true},  {404, true, true},   {410, true, true},   {429, false, false},
      {499, true, true},  {500, false, false}, {503, false, false}, {599, false, false},
      {0, false, false},  {100, false, false}, {600, false, false}, {-1, false, false},
  };
  for (const auto& row : rows) {
    const auto rules =
        rules_from_answer(row.status, "User-agent: *\nDisallow: /private\n", "troupe", 500u << 10);
    BOOST_TEST(rules.allows("/private") == row.private_allowed, "status " << row.status);
    BOOST_TEST(rules.allows("/public") == row.public_allowed, "status " << row.status);
  }
}

BOOST_AUTO_TEST_CASE(the_product_token_is_the_first_word_of_a_user_agent) {
  struct {
    const char* text;
    const char* token;
  } const rows[] = {
      {"troupe", "troupe"},
      {"troupe/0.1 (+https://h/)", "troupe"},
      {"my-bot_2/1", "my-bot_2"},
      {"  troupe", "troupe"},
      {"troupe crawler", "troupe"},
      {"Mozilla/5.0 (compatible; troupe)", "Mozilla"},
      {"", ""},
      {"/1.0", ""},
      {"(troupe)", ""},
  };
  for (const auto& row : rows)
    BOOST_TEST(product_token(row.text) == row.token, row.text);
}

BOOST_AUTO_TEST_CASE(a_file_of_a_hundred_thousand_rules_is_read_and_asked) {
  std::string text = "User-agent: *\n";
  for (int i = 0; i < 100'000; ++i)
    text += "Disallow: /p" + std::to_string(i) + "$\n";
  const auto rules = robots_rules::parse(text, "troupe", text.size());
  BOOST_TEST(!rules.allows("/p0"));
  BOOST_TEST(!rules.allows("/p99999"));
  BOOST_TEST(rules.allows("/p100000"));
  BOOST_TEST(rules.check("/p77").rule == "Disallow: /p77$");
}

BOOST_AUTO_TEST_SUITE_END()
