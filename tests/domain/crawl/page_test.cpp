// SPDX-License-Identifier: BSD-3-Clause
// From an answer to a page's row, links and items.

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/page.hpp"

#include "domain/crawl/final_page.hpp"

using namespace troupe::crawl;
using namespace std::string_literals;
using namespace std::chrono_literals;

namespace {

page_job job_for(std::string_view address) {
  page_job job;
  job.id = 7;
  job.target = *parse_url(address);
  job.depth = 3;
  return job;
}

fetched answer(std::string body, std::string type = "text/html") {
  fetched a;
  a.status = 200;
  a.content_type = std::move(type);
  a.body = std::make_shared<const std::string>(std::move(body));
  a.took = 42ms;
  return a;
}

page_result read(const fetched& a, const limits& bounds = {}) {
  page_reader reader({}, bounds);
  return reader.read(job_for("http://h.test/d/p"), a);
}

std::string targets(const page_result& r) {
  std::string out;
  for (const url& u : r.links)
    out += (out.empty() ? "" : " ") + u.str().substr(16);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pages)

BOOST_AUTO_TEST_CASE(fill_a_row) {
  page_reader reader({extract_spec::kind::css, "a.t"}, {});
  const page_result r = reader.read(
      job_for("http://u:p@h.test/d/p#f"),
      answer(
          "<a class=t href=1>x</a><a href=1>y</a><a rel=nofollow href=2>z</a><a href=p>self</a>"));
  BOOST_TEST(r.row.url == "http://h.test/d/p");
  BOOST_TEST(r.row.status == 200);
  BOOST_TEST(r.row.depth == 3u);
  BOOST_TEST(r.row.bytes == 84u);
  BOOST_TEST(r.row.content_type == "text/html");
  BOOST_TEST(r.row.links == 3u);
  BOOST_TEST(r.row.ms == 42u);
  BOOST_TEST(r.row.redirect_to == "");
  BOOST_TEST((r.row.error == fault::none));
  BOOST_TEST(targets(r) == "1 p");
  BOOST_REQUIRE(r.items.size() == 1u);
  BOOST_TEST((r.items[0] == item{"http://h.test/d/1", "x"}));
  BOOST_TEST(!r.redirect);
}

BOOST_AUTO_TEST_CASE(say_by_header_and_meta_what_may_not_be_followed) {
  fetched a = answer("<a href=1>x</a>");
  a.robots_tag = "noindex, NoFollow";
  BOOST_TEST(targets(read(a)) == "");
  BOOST_TEST(read(a).row.links == 1u);
  limits free;
  free.obey_robots = false;
  BOOST_TEST(targets(read(a, free)) == "1");
  BOOST_TEST(targets(read(answer("<meta name=robots content=nofollow><a href=1>"))) == "");
  BOOST_TEST(targets(read(answer("<a rel=nofollow href=1><a href=2>"))) == "2");
  BOOST_TEST(targets(read(answer("<a rel=nofollow href=1><a href=2>"), free)) == "1 2");
}

BOOST_AUTO_TEST_CASE(all_links_are_written_down_where_they_are_wanted) {
  const auto all = [](const fetched& a, bool wanted = true, const limits& bounds = {}) {
    page_reader reader({extract_spec::kind::none, "", wanted}, bounds);
    std::string out;
    for (const auto& link : reader.read(job_for("http://h.test/d/p"), a).all_links)
      out += link.target.substr(16) + (link.nofollow ? "! " : " ");
    return out;
  };
  const auto page = answer("<a href=1>x</a><a rel=nofollow href=2>y</a><a href=1#f>z</a>");
  BOOST_TEST(all(page) == "1 2! ");
  BOOST_TEST(all(page, false) == "");
  limits free;
  free.obey_robots = false;
  BOOST_TEST(all(page, true, free) == "1 2! ");
  fetched quiet = page;
  quiet.robots_tag = "nofollow";
  BOOST_TEST(all(quiet) == "1! 2! ");
  BOOST_TEST(all(quiet, true, free) == "1! 2! ");
  limits few;
  few.links_per_page_max = 1;
  BOOST_TEST(all(page, true, few) == "1 ");
}

BOOST_AUTO_TEST_CASE(heed_only_what_a_robots_tag_says_to_all) {
  const auto nofollow = [](std::string_view tag) { return read_robots_tag(tag).nofollow; };
  BOOST_TEST(nofollow("nofollow"));
  BOOST_TEST(nofollow("none"));
  BOOST_TEST(nofollow("noindex,nofollow"));
  BOOST_TEST(nofollow("nofollow, somebot: noindex"));
  BOOST_TEST(nofollow("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, nofollow"));
  BOOST_TEST(nofollow("max-snippet: 5, nofollow"));
  BOOST_TEST(!nofollow("somebot: nofollow"));
  BOOST_TEST(!nofollow("somebot: noindex, nofollow"));
  BOOST_TEST(!nofollow("noindex"));
  BOOST_TEST(!nofollow(""));
}

BOOST_AUTO_TEST_CASE(are_read_only_where_they_are_html) {
  const std::string html = "<!doctype html><a href=1>x</a>";
  struct row {
    std::string type;
    std::string body;
    bool read;
  };
  const std::vector<row> rows = {
      {"text/html", html, true},
      {" Text/HTML ; charset=utf-8", html, true},
      {"application/xhtml+xml", html, true},
      {"application/pdf", html, false},
      {"image/png", html, false},
      {"text/plain", html, false},
      {"application/xml", html, false},
      {"text/htmlx", html, false},
      {"", html, true},
      {"", "\xef\xbb\xbf \n<HTML >", true},
      {"", "<!-- c --><p>", true},
      {"", "<html", false},
      {"", "<htmlx>", false},
      {"", "hello <a href=1>", false},
      {"", "{}", false},
      {"text/html", "", false},
      {"text/html", "%PDF-1.7 <a href=1>", false},
      {"text/html", "\x89PNG\r\n\x1a\n<a href=1>", false},
      {"text/html", "\x1f\x8b\x08 <a href=1>", false},
      {"text/html",
       "\x7f"
       "ELF <a href=1>",
       false},
      {"text/html", "PK\x03\x04 <a href=1>", false},
      {"text/html", "<a href=1>" + std::string(20, '\0'), false},
      {"text/html", "<a href=1>" + std::string(100, ' ') + '\0', true},
      {"text/html", "\xff\xfe<\0a\0"s, true},
      {"text/html; charset=UTF-16LE", "<\0a\0"s, true},
  };
  for (const row& r : rows)
    BOOST_TEST(wants_reading(answer(r.body, r.type)) == r.read, r.type << " / " << r.body);
  fetched a = answer(html);
  for (const int status : {0, 199, 300, 301, 304, 404, 500}) {
    a.status = status;
    BOOST_TEST(!wants_reading(a), status);
  }
  a = answer(html);
  a.error = fault::connection_lost;
  BOOST_TEST(!wants_reading(a));
  a = answer(html);
  a.body = nullptr;
  BOOST_TEST(!wants_reading(a));
}

BOOST_AUTO_TEST_CASE(say_so_when_a_redirect_is_one_too_many) {
  page_job job = job_for("http://h.test/r/10");
  job.last_hop = true;
  fetched a = answer("");
  BOOST_TEST((result_without_reading(job, a).row.error == fault::none)); // where it ends well
  a.status = 302;
  a.location = "11";
  const page_result r = result_without_reading(job, a);
  BOOST_TEST((r.row.error == fault::redirect_limit));
  BOOST_TEST(r.row.status == 302);
  BOOST_TEST(r.row.redirect_to == "http://h.test/r/11");
}

BOOST_AUTO_TEST_CASE(are_as_they_were_if_a_server_says_so) {
  auto before_job = job_for("http://anna:old@h.test/d/p");
  before_job.depth = 5;
  fetched a = answer("<a href=1>one</a><a href=//other.test/>");
  a.now = {"\"tag\"", "Wed, 21 Oct 2015 07:28:00 GMT"};
  auto before =
      page_reader(extract_spec{extract_kind::css, "a", true}, limits{}).read(before_job, a);
  BOOST_TEST((before.now == a.now));
  BOOST_TEST(before.items.size() == 2u);

  auto job = job_for("http://anna:new@h.test/d/p");
  job.depth = 1;
  fetched same;
  same.status = 304;
  same.took = std::chrono::milliseconds(7);
  same.now.etag = "\"newer\"";
  same.earlier = std::make_shared<const std::string>(to_bytes(before_job, before));
  BOOST_TEST(wants_reading(same));
  const auto r = page_reader(extract_spec{extract_kind::css, "a", true}, limits{}).read(job, same);
  BOOST_TEST(r.row.status == 304);
  BOOST_TEST((r.row.error == fault::none));
  BOOST_TEST(r.row.depth == 1u);
  BOOST_TEST(r.row.ms == 7u);
  BOOST_TEST(r.row.bytes == before.row.bytes);
  BOOST_TEST(r.row.content_type == before.row.content_type);
  BOOST_TEST(r.row.links == 2u);
  BOOST_TEST((r.links == before.links));
  BOOST_TEST((r.items == before.items));
  BOOST_TEST((r.all_links == before.all_links));
  BOOST_TEST(!r.redirect);
  BOOST_TEST(r.now.etag == "\"newer\"");
  BOOST_TEST(r.now.last_modified == a.now.last_modified);
  BOOST_REQUIRE(r.links.size() == 2u);
  BOOST_TEST(r.links[0].credentials() == "anna:new"); // as its page is asked for now
  BOOST_TEST(r.links[1].credentials() == "");

  job.sitemap = true; // and was a page when it was read
  BOOST_TEST(wants_reading(job, same));
  const auto other = result_without_reading(job, same);
  BOOST_TEST((other.row.error == fault::bad_sitemap));
  BOOST_TEST(other.row.bytes == before.row.bytes);
  BOOST_TEST(other.row.links == 0u);
  BOOST_TEST((other.links.empty() && other.items.empty() && other.now.empty()));
  job.sitemap = false;

  same.earlier = std::make_shared<const std::string>("\x01 no page");
  BOOST_TEST((result_without_reading(job, same).row.error == fault::bad_response));
  same.earlier = nullptr;
  BOOST_TEST(!wants_reading(same));
}

BOOST_AUTO_TEST_CASE(keep_validators_that_a_condition_can_use) {
  const auto job = job_for("http://h.test/");
  fetched a = answer("x");
  a.now = {std::string(2'000, 'e'), "Wed, 21 Oct 2015 07:28:00 GMT"};
  BOOST_TEST(result_without_reading(job, a).now.etag == ""); // longer than any is kept
  BOOST_TEST(result_without_reading(job, a).now.last_modified == a.now.last_modified);
  for (const int status : {203, 206, 301, 404, 500}) {
    a.status = status;
    BOOST_TEST(result_without_reading(job, a).now.empty(), status);
  }
  a.status = 200;
  a.error = fault::bad_encoding;
  BOOST_TEST(result_without_reading(job, a).now.empty());
}

BOOST_AUTO_TEST_CASE(lead_on_where_they_are_redirects) {
  const page_job job = job_for("http://h.test/d/p");
  fetched a = answer("<a href=1>");
  a.location = " /e?\xc3\xa4#f";
  for (const int status : {301, 302, 303, 307, 308}) {
    a.status = status;
    const page_result r = result_without_reading(job, a);
    BOOST_TEST(r.row.redirect_to == "http://h.test/e?%C3%A4");
    BOOST_REQUIRE(r.redirect);
    BOOST_TEST(r.redirect->str() == r.row.redirect_to);
    BOOST_TEST((r.row.error == fault::none));
    BOOST_TEST(read(a).links.empty()); // the body of a redirect is not read
  }
  for (const int status : {200, 300, 304, 305, 306, 404}) {
    a.status = status;
    BOOST_TEST(!result_without_reading(job, a).redirect, status);
    BOOST_TEST((result_without_reading(job, a).row.error == fault::none), status);
  }
  a.status = 301;
  for (const auto* location : {"", " ", "mailto:x", "http://[", "ftp://h.test/"}) {
    a.location = location;
    const page_result r = result_without_reading(job, a);
    BOOST_TEST((r.row.error == fault::redirect_bad), location);
    BOOST_TEST(!r.redirect, location);
    BOOST_TEST(r.row.redirect_to == "", location);
  }
}

BOOST_AUTO_TEST_CASE(carry_faults_and_waiting_times) {
  fetched a;
  a.error = fault::dns_failed;
  const page_result r = read(a);
  BOOST_TEST((r.row.error == fault::dns_failed));
  BOOST_TEST(r.row.status == 0);
  BOOST_TEST(r.row.bytes == 0u);
  a = answer("");
  a.status = 429;
  a.retry_after = " 7 ";
  BOOST_TEST((read(a).retry_after == 7'000ms));
  a.retry_after = "Sun, 06 Nov 1994 08:49:37 GMT";
  BOOST_TEST(!read(a).retry_after);
  a.retry_after = "";
  BOOST_TEST(!read(a).retry_after);
}

BOOST_AUTO_TEST_CASE(have_a_name_for_every_fault) {
  BOOST_TEST(to_string(fault::none) == "");
  std::set<std::string_view> names;
  for (auto f = fault::dns_failed; f <= fault::canceled;
       f = static_cast<fault>(static_cast<int>(f) + 1))
    names.insert(to_string(f));
  BOOST_TEST(names.size() == static_cast<std::size_t>(fault::canceled));
  BOOST_TEST(names.count("unknown") == 0u);
  BOOST_TEST(to_string(fault::redirect_bad) == "redirect_bad");
}

BOOST_AUTO_TEST_CASE(can_be_read_one_after_the_other) {
  page_reader reader({extract_spec::kind::css, "b"}, {});
  const page_job job = job_for("http://h.test/d/p");
  const page_result first =
      reader.read(job, answer("<base href=/x/><template><svg><b>1<a href=1>"));
  BOOST_TEST(first.links.empty());
  const page_result second = reader.read(job, answer("<b>2</b><a href=1>"));
  BOOST_TEST(targets(second) == "1");
  BOOST_REQUIRE(second.items.size() == 1u);
  BOOST_TEST(second.items[0].text == "2");
}

BOOST_AUTO_TEST_CASE(say_where_they_are_to_be_found) {
  const auto of = [](const std::string& head, const std::string& header, std::string type) {
    auto a = answer("<head>" + head + "</head>", std::move(type));
    a.link = header;
    return read(a).row.canonical;
  };
  const std::string html = "text/html", none;
  BOOST_TEST(of("<link rel=canonical href=c>", none, html) == "http://h.test/d/c");
  BOOST_TEST(of("<base href=/e/><link href='c?a&amp;b' rel='x Canonical'>", none, html)
             == "http://h.test/e/c?a&b");
  BOOST_TEST(of("<link rel=canonical href='p#x'>", "<c>; rel=canonical", html) == none); // itself
  BOOST_TEST(of("<link rel=canonical href=1><link rel=canonical href=2>", none, html)
             == "http://h.test/d/1");
  BOOST_TEST(of("<link rel=canonical href=mailto:x>", none, html) == none);
  BOOST_TEST(of("<link rel=canonical>", none, html) == none);
  BOOST_TEST(of(none, "</c>; rel=canonical", html) == "http://h.test/c");
  BOOST_TEST(of(none, "<p>; rel=canonical", html) == none);
  BOOST_TEST(of(none, "</c>; rel=canonical", "application/pdf") == "http://h.test/c");
  BOOST_TEST(of("<link rel=canonical href=1>", "</c>; rel=canonical", html) == "http://h.test/d/1");
}

BOOST_AUTO_TEST_CASE(have_a_digest_where_it_is_asked_for) {
  page_reader reader({}, {});
  auto job = job_for("http://h.test/");
  for (const std::string type : {"text/html", "application/pdf"}) {
    job.digest = false;
    BOOST_TEST(!reader.read(job, answer("x", type)).digest.set());
    job.digest = true;
    BOOST_TEST(reader.read(job, answer("x", type)).digest.set());
    BOOST_TEST(!reader.read(job, answer("", type)).digest.set());
    auto missing = answer("x", type);
    missing.status = 404;
    BOOST_TEST(!reader.read(job, missing).digest.set());
  }
}

BOOST_AUTO_TEST_CASE(are_read_as_sitemaps_where_the_job_says_so) {
  auto job = job_for("http://h.test/s");
  job.sitemap = job.digest = true;
  page_reader reader({extract_spec::kind::css, "loc"}, {});
  const auto body =
      "<urlset><url><loc>http://h.test/1</loc></url><sitemap><loc>/2</loc></sitemap>"s;
  auto r = reader.read(job, answer(body + "</urlset>", "application/octet-stream"));
  BOOST_REQUIRE(r.links.size() == 1u);
  BOOST_TEST(r.links[0].str() == "http://h.test/1");
  BOOST_REQUIRE(r.sitemaps.size() == 1u);
  BOOST_TEST(r.sitemaps[0].str() == "http://h.test/2");
  BOOST_TEST(r.row.links == 2u);
  BOOST_TEST((r.row.error == fault::none));
  BOOST_TEST(r.items.empty());
  BOOST_TEST(!r.digest.set());
  r = reader.read(job, answer(body, "text/html"));
  BOOST_TEST(r.row.links == 2u);
  BOOST_TEST((r.row.error == fault::bad_sitemap));
  auto missing = answer(body);
  missing.status = 404;
  BOOST_TEST(reader.read(job, missing).links.empty());
  BOOST_TEST(wants_reading(job, answer(body, "image/png")));
  BOOST_TEST(!wants_reading(job, missing));
}

BOOST_AUTO_TEST_CASE(lead_nowhere_where_only_sitemaps_do) {
  limits bounds;
  bounds.sitemaps = sitemap_use::only;
  page_reader reader({extract_spec::kind::none, "", true}, bounds);
  const auto r =
      reader.read(job_for("http://h.test/d/p"), answer("<a href=1>x</a><a href=2>y</a>"));
  BOOST_TEST(r.links.empty());
  BOOST_TEST(r.all_links.size() == 2u);
  BOOST_TEST(r.row.links == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
