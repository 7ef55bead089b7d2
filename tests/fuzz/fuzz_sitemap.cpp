// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a sitemap, packed or not. What is listed keeps to the bounds, each URL once; packed
// in members of one gzip file the same bytes list the same.
//
//     input = mode bytes       mode: an odd one packs the bytes, in two members

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/sitemap.hpp"
#include "tests/support/gzipped.hpp"

using namespace troupe::crawl;

namespace {

void require(bool holds, const char* what, std::string_view detail = {}) {
  if (holds)
    return;
  std::cerr << what << ": '" << detail << "'\n";
  std::abort();
}

limits small_limits() {
  limits b;
  b.sitemap_urls_max = 20;
  b.sitemap_bytes_max = 4'096;
  b.url_bytes_max = 100;
  return b;
}

std::vector<std::string> all_of(const sitemap& found) {
  std::vector<std::string> all;
  for (const auto* list : {&found.pages, &found.sitemaps})
    for (const url& u : *list)
      all.push_back(u.str());
  return all;
}

void check(const sitemap& found, const limits& bounds) {
  auto all = all_of(found);
  require(all.size() <= bounds.sitemap_urls_max, "more URLs than the bound");
  for (const auto& u : all) {
    require(u.size() <= bounds.url_bytes_max, "a longer URL than the bound", u);
    require(parse_url(u).has_value(), "what is listed is no URL", u);
  }
  for (const url& u : found.pages)
    require(std::count(found.pages.begin(), found.pages.end(), u) == 1, "twice", u.str());
  require(found.wrong.find('\n') == found.wrong.npos, "a fault of several lines", found.wrong);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  static const url where = *parse_url("http://h.test/maps/x");
  const auto bounds = small_limits();
  const auto plain = read_sitemap(bytes, where, bounds);
  check(plain, bounds);
  if (data[0] % 2 == 0 || bytes.starts_with("\x1f\x8b\x08")) // packed twice it is none
    return 0;
  const auto border = bytes.size() / 3;
  const auto packed = read_sitemap(troupe::test::gzipped(bytes.substr(0, border), 1)
                                       + troupe::test::gzipped(bytes.substr(border), 1),
                                   where, bounds);
  check(packed, bounds);
  require(all_of(plain) == all_of(packed), "packed, it lists something else");
  require(plain.cut == packed.cut, "packed, it is cut elsewhere");
  require(plain.wrong.empty() == packed.wrong.empty(), "packed, it has another fault",
          plain.wrong + " / " + packed.wrong);
  return 0;
}
