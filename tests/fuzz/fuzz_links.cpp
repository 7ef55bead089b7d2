// SPDX-License-Identifier: BSD-3-Clause
// Feeds arbitrary pages to page_reader. The first byte says how: its low bits choose what to
// extract and the content type, and the rest is the body. Held to: no crash, limits kept, links
// absolute and each once, valid UTF-8, the same links whatever is extracted, and the same links and
// items whether the scanner reads a page or libxml2.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/html.hpp"
#include "domain/crawl/page.hpp"

using namespace troupe::crawl;

namespace {

void require(bool ok) {
  if (!ok)
    std::abort();
}

limits small_limits() {
  limits l;
  l.links_per_page_max = 200;
  l.items_per_page_max = 100;
  l.item_bytes_max = 300;
  l.url_bytes_max = 1'000;
  l.obey_robots = false;
  return l;
}

const url& base() {
  static const url u = *parse_url("http://h.test/d/p?q");
  return u;
}

/// Two readers of the same documents: one asks the scanner first, one libxml2 alone.
struct pair_of_readers {
  explicit pair_of_readers(const extract_spec& what)
      : scanner(what, small_limits()), library(what, small_limits(), html_parser::libxml2) {}
  void check(const fetched& answer) {
    const auto a = scanner.read(*answer.body, base(), answer.content_type);
    const auto b = library.read(*answer.body, base(), answer.content_type);
    require(a.base == b.base && a.nofollow == b.nofollow && a.noindex == b.noindex);
    require(a.cut == b.cut && a.items == b.items && a.links.size() == b.links.size());
    for (std::size_t i = 0; i < a.links.size(); ++i)
      require(a.links[i].target == b.links[i].target && a.links[i].nofollow == b.links[i].nofollow);
  }
  html_reader scanner, library;
};

page_result read(page_reader& reader, const fetched& answer) {
  static const page_job job = [] {
    page_job j;
    j.target = base();
    return j;
  }();
  return reader.read(job, answer);
}

void check(const page_result& r) {
  const limits l = small_limits();
  require(r.links.size() <= l.links_per_page_max && r.row.links == r.links.size());
  require(r.items.size() <= l.items_per_page_max);
  std::set<std::string_view> seen;
  for (const url& u : r.links) {
    require(u.str().size() <= l.url_bytes_max && seen.insert(u.str()).second);
    const auto again = parse_url(u.str());
    require(again && *again == u);
  }
  for (const item& i : r.items) {
    require(i.text.size() <= l.item_bytes_max && is_valid_utf8(i.text));
    require(!i.text.starts_with(' ') && !i.text.ends_with(' '));
    require(i.href.empty() || parse_url(i.href));
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using kind = extract_spec::kind;
  static page_reader readers[] = {
      page_reader({kind::css, "a.t, #i, [title^=x], p"}, small_limits()),
      page_reader({kind::css, "div a, td > b, body > *, svg *, li"}, small_limits()),
      page_reader({kind::xpath, "//a | //*[@class='t']/text() | //@title"}, small_limits()),
      page_reader({kind::xpath, "//p[2]/following::*"}, small_limits()),
  };
  static page_reader plain({}, small_limits());
  static pair_of_readers pairs[] = {
      pair_of_readers({}), pair_of_readers({kind::css, "a.t, #i, [title^=x], p"}),
      pair_of_readers({kind::css, "div a, td > b, body > *, svg *, li"})};
  static constexpr const char* types[] = {"text/html", "text/html; charset=utf-8",
                                          "application/xhtml+xml", "text/html; charset=gbk"};
  if (size == 0)
    return 0;
  fetched answer;
  answer.status = 200;
  answer.content_type = types[data[0] >> 2 & 3];
  answer.body =
      std::make_shared<const std::string>(reinterpret_cast<const char*>(data) + 1, size - 1);
  const page_result links = read(plain, answer);
  check(links);
  require(links.items.empty());
  const page_result both = read(readers[data[0] & 3], answer);
  check(both);
  require(both.links == links.links);
  for (auto& both_ways : pairs)
    both_ways.check(answer);
  return 0;
}
