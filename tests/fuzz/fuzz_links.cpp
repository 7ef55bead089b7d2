// SPDX-License-Identifier: BSD-3-Clause
// Feeds arbitrary pages to page_reader. The first byte says how: its low bits choose what to
// extract and the content type, and the rest is the body. Held to: no crash, limits kept, links
// absolute and each once, valid UTF-8, and the same links whatever is extracted.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "domain/crawl/charset.hpp"
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

page_result read(page_reader& reader, const fetched& answer) {
  static const page_job job = [] {
    page_job j;
    j.target = *parse_url("http://h.test/d/p?q");
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
  return 0;
}
