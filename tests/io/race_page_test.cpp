// SPDX-License-Identifier: BSD-3-Clause
// The page of one order is one file, whatever its story has in it.
#include "io/race/page.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size()))
    ++n;
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(all_is_in_one_file) {
  const auto page = race::race_page(R"({"shown":{"steps":[]}})");
  for (const char* elsewhere : {"src=", "href=", "url(", "@import", "http:", "https:"})
    BOOST_TEST(page.find(elsewhere) == page.npos, elsewhere);
  BOOST_TEST(page.find("default-src 'none'") != page.npos);
  BOOST_TEST(page.find(R"(<div id="data" hidden>{"shown":{"steps":[]}}</div>)") != page.npos);
  for (const auto& file : race::page_files())
    if (file.name != "race.html")
      BOOST_TEST(page.find(file.bytes) != page.npos, file.name);
}

BOOST_AUTO_TEST_CASE(a_story_is_no_markup) {
  const auto plain = race::race_page("{}");
  const auto page = race::race_page(R"({"x":"</div><script>alert(1)</script>&lt;"})");
  BOOST_TEST(count(page, "<script") == count(plain, "<script"));
  BOOST_TEST(count(page, "</div>") == count(plain, "</div>"));
  BOOST_TEST(page.find(R"(\u003cscript>alert(1)\u003c/script>\u0026lt;)") != page.npos);
}
