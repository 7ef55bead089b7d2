// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/final_page.hpp"

#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/plan_identity.hpp"

using namespace troupe::crawl;

namespace {

final_page sample() {
  final_page p;
  p.job.id = 7;
  p.job.target = *parse_url("http://anna:secret@a.example/x?y=1");
  p.job.depth = 3;
  p.job.redirects = 2;
  p.job.attempt = 1;
  p.job.seed = true;
  p.job.last_hop = true;
  auto& r = p.result;
  r.row.url = p.job.target.str();
  r.row.status = 301;
  r.row.depth = 3;
  r.row.bytes = 123'456'789'012;
  r.row.content_type = "text/html; charset=\"x\"";
  r.row.links = 2;
  r.row.redirect_to = "http://b.example/";
  r.row.error = fault::redirect_limit;
  r.row.ms = 4'294'967'295u;
  r.links = {*parse_url("http://b.example/"), *parse_url("https://c.example/d")};
  r.items = {{"http://b.example/", "t\n\"\xc3\xa4"}, {"", ""}};
  r.all_links = {{"http://b.example/", false}, {"mailto:x", true}};
  r.redirect = *parse_url("http://b.example/");
  r.cut = true;
  return p;
}

void check_equal(const final_page& a, const final_page& b) {
  BOOST_TEST(a.job.target.str() == b.job.target.str());
  BOOST_TEST(a.job.target.credentials() == b.job.target.credentials());
  BOOST_TEST(a.job.depth == b.job.depth);
  BOOST_TEST(a.job.redirects == b.job.redirects);
  BOOST_TEST(a.job.attempt == b.job.attempt);
  BOOST_TEST(a.job.seed == b.job.seed);
  BOOST_TEST(a.job.last_hop == b.job.last_hop);
  const auto &x = a.result, &y = b.result;
  BOOST_TEST(x.row.url == y.row.url);
  BOOST_TEST(x.row.status == y.row.status);
  BOOST_TEST(x.row.depth == y.row.depth);
  BOOST_TEST(x.row.bytes == y.row.bytes);
  BOOST_TEST(x.row.content_type == y.row.content_type);
  BOOST_TEST(x.row.links == y.row.links);
  BOOST_TEST(x.row.redirect_to == y.row.redirect_to);
  BOOST_TEST((x.row.error == y.row.error));
  BOOST_TEST(x.row.ms == y.row.ms);
  BOOST_TEST((x.links == y.links));
  BOOST_TEST((x.items == y.items));
  BOOST_TEST((x.all_links == y.all_links));
  BOOST_TEST((x.redirect == y.redirect));
  BOOST_TEST(x.cut == y.cut);
}

} // namespace

BOOST_AUTO_TEST_SUITE(final_pages)

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  const auto page = sample();
  const auto bytes = to_bytes(page.job, page.result);
  const auto read = read_final_page(bytes);
  BOOST_REQUIRE(read);
  BOOST_TEST(read->job.id == 7u);
  check_equal(*read, page);
  const auto row = read_final_row(bytes);
  BOOST_REQUIRE(row);
  BOOST_TEST(row->url == page.result.row.url);
  BOOST_TEST(row->status == 301);
  BOOST_TEST((row->error == fault::redirect_limit));
}

BOOST_AUTO_TEST_CASE(validators_come_with_another_first_octet_and_go_without_one) {
  auto page = sample();
  const auto plain = to_bytes(page.job, page.result);
  BOOST_TEST(plain[0] == 1);
  BOOST_TEST(read_final_validators(plain).empty());
  page.result.now = {"W/\"a\"", "Wed, 21 Oct 2015 07:28:00 GMT"};
  const auto bytes = to_bytes(page.job, page.result);
  BOOST_TEST(bytes[0] == 3);
  BOOST_TEST((read_final_validators(bytes) == page.result.now));
  const auto read = read_final_page(bytes);
  BOOST_REQUIRE(read);
  check_equal(*read, page);
  BOOST_TEST((read->result.now == page.result.now));
  // What an earlier build wrote is the same bytes behind its first octet.
  BOOST_TEST(bytes.ends_with(plain.substr(1)));
  for (std::size_t n = 0; n < bytes.size(); ++n)
    BOOST_TEST(!read_final_page(bytes.substr(0, n)), n);
  BOOST_TEST(read_final_validators("").empty());
  BOOST_TEST(read_final_validators("\x05").empty());
  BOOST_TEST(read_final_validators("\x03\x7f").empty());
}

BOOST_AUTO_TEST_CASE(every_fault_has_its_name) {
  auto page = sample();
  for (int i = 0; i <= static_cast<int>(fault::not_modified_unasked);
       ++i) { // the last one there is
    page.result.row.error = static_cast<fault>(i);
    const auto read = read_final_page(to_bytes(page.job, page.result));
    BOOST_REQUIRE_MESSAGE(read, i);
    BOOST_TEST((read->result.row.error == page.result.row.error));
  }
}

BOOST_AUTO_TEST_CASE(what_is_newer_is_written_only_where_it_is_there) {
  const auto page = sample();
  BOOST_TEST(to_bytes(page.job, page.result)[0] == 1); // as builds before wrote, and read, it
  for (int what = 0; what < 5; ++what) {
    auto newer = page;
    std::vector<url> announced;
    switch (what) {
    case 0:
      newer.job.sitemap = true;
      break;
    case 1:
      newer.result.sitemaps = {*parse_url("http://a.example/s")};
      break;
    case 2:
      announced = {*parse_url("http://a.example/s"), *parse_url("http://b.example/t")};
      break;
    case 3:
      newer.result.row.canonical = "http://a.example/c";
      break;
    default:
      newer.result.digest = {1, ~std::uint64_t{0}};
      newer.result.row.duplicate_of = "http://a.example/d";
    }
    const auto bytes = to_bytes(newer.job, newer.result, announced);
    BOOST_TEST(bytes[0] == 2);
    const auto read = read_final_page(bytes);
    BOOST_REQUIRE_MESSAGE(read, what);
    check_equal(*read, newer);
    BOOST_TEST(read->job.sitemap == newer.job.sitemap);
    BOOST_TEST((read->result.sitemaps == newer.result.sitemaps));
    BOOST_TEST((read->announced == announced));
    BOOST_TEST(read->result.row.canonical == newer.result.row.canonical);
    BOOST_TEST(read->result.row.duplicate_of == newer.result.row.duplicate_of);
    BOOST_TEST((read->result.digest == newer.result.digest));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      BOOST_TEST(!read_final_page({bytes.data(), size}), size);
    BOOST_TEST(!read_final_page(bytes + '\0'));
    newer.result.now = {"\"e\"", ""};
    const auto both = to_bytes(newer.job, newer.result, announced);
    BOOST_TEST(both[0] == 4);
    BOOST_TEST(both.ends_with(bytes.substr(1)));
    BOOST_TEST((read_final_validators(both) == newer.result.now));
    const auto all = read_final_page(both);
    BOOST_REQUIRE_MESSAGE(all, what);
    BOOST_TEST((all->announced == announced));
    BOOST_TEST((all->result.digest == newer.result.digest));
  }
}

BOOST_AUTO_TEST_CASE(a_page_with_nothing_in_it) {
  final_page page;
  page.job.target = *parse_url("http://a.example/");
  page.result.row.url = page.job.target.str();
  const auto read = read_final_page(to_bytes(page.job, page.result));
  BOOST_REQUIRE(read);
  check_equal(*read, page);
}

BOOST_AUTO_TEST_CASE(a_part_of_it_is_none) {
  const auto page = sample();
  const auto bytes = to_bytes(page.job, page.result);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_TEST(!read_final_page({bytes.data(), size}), size);
  BOOST_TEST(!read_final_page(bytes + '\0'));
  auto other = bytes;
  other[0] = 2;
  BOOST_TEST(!read_final_page(other));
}

BOOST_AUTO_TEST_CASE(a_claim_takes_no_memory) {
  // Two to the 63 links, and nothing behind.
  const auto page = sample();
  auto bytes = to_bytes(page.job, {});
  bytes.resize(bytes.size() - 5); // counts, redirect and flags of an empty result
  bytes += std::string(8, '\xff') + '\x7f';
  BOOST_TEST(!read_final_page(bytes));
}

BOOST_AUTO_TEST_CASE(what_was_spoilt_is_read_or_refused_in_order) {
  const auto page = sample();
  const auto whole = to_bytes(page.job, page.result);
  std::mt19937 dice{1};
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = whole;
    for (auto changes = 1 + dice() % 4; changes > 0; --changes)
      bytes[dice() % bytes.size()] = static_cast<char>(dice());
    const auto read = read_final_page(bytes);
    refused += !read;
    if (read) // then it says something that can be said
      BOOST_REQUIRE(read_final_page(to_bytes(read->job, read->result)));
  }
  BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_CASE(what_makes_a_crawl_another) {
  crawl_plan plan;
  plan.seeds = {*parse_url("http://a.example/")};
  const auto one = identity_of(plan);
  BOOST_TEST(difference_of(one, identity_of(plan)) == "");
  auto faster = plan;
  faster.bounds.concurrency = 100;
  faster.bounds.delay_ms = 5;
  faster.bounds.pages_max = 10;
  faster.user_agent = "other";
  BOOST_TEST(difference_of(one, identity_of(faster)) == "");
  auto wider = plan;
  wider.scope = scope_kind::domain;
  BOOST_TEST(difference_of(one, identity_of(wider)) == "scope: host there, and domain here");
  auto more = plan;
  more.seeds.push_back(*parse_url("http://b.example/"));
  BOOST_TEST(difference_of(one, identity_of(more)).starts_with("seeds: "));
  auto items = plan;
  items.extract = {extract_kind::css, "a.title"};
  BOOST_TEST(difference_of(one, identity_of(items))
             == "what is taken out: none there, and select here");
  // Beyond those that are shown, too.
  crawl_plan many;
  for (int i = 0; i < 10; ++i)
    many.seeds.push_back(*parse_url("http://a.example/" + std::to_string(i)));
  auto listed = plan;
  listed.bounds.sitemaps = sitemap_use::also;
  BOOST_TEST(difference_of(one, identity_of(listed)) == "sitemaps is not said there");
  BOOST_TEST(difference_of(identity_of(listed), one) == "sitemaps: also there, and not said here");
  const auto ten = identity_of(many);
  many.seeds[9] = *parse_url("http://a.example/other");
  BOOST_TEST(difference_of(ten, identity_of(many)).starts_with("seeds' fingerprint: "));
  BOOST_TEST(difference_of("", one) == "what is there is not understood");
  BOOST_TEST(difference_of("{}", one) == "seeds is not said there");
}

BOOST_AUTO_TEST_SUITE_END()
