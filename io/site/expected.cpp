// SPDX-License-Identifier: BSD-3-Clause
#include "io/site/expected.hpp"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "io/crawl/output.hpp"

namespace troupe::io {

namespace json = boost::json;

std::string expected_json(const site::pages& site) {
  json::array lists;
  for (std::uint32_t n = 1; n <= site.options().lists; ++n) {
    json::array titles;
    for (auto& t : site.make(site.list_path(n)).titles)
      titles.push_back({{"href", t.href}, {"text", t.text}});
    lists.push_back({{"path", site.list_path(n)}, {"titles", std::move(titles)}});
  }
  json::array reachable;
  std::map<int, std::uint64_t> by_status;
  for (const auto& [path, what] : site::reachable_pages(site)) {
    json::object row{{"path", path}, {"status", what.status}};
    if (!what.location.empty())
      row["location"] = what.location;
    reachable.push_back(std::move(row));
    ++by_status[what.status];
  }
  json::object statuses;
  for (const auto& [status, count] : by_status)
    statuses[std::to_string(status)] = count;
  const json::object all{{"seed", site.options().seed},
                         {"lists", site.options().lists},
                         {"posts", site.posts()},
                         {"graph_pages", site.options().graph_pages},
                         {"list_pages", std::move(lists)},
                         {"reachable", std::move(reachable)},
                         {"by_status", std::move(statuses)},
                         {"redirects", by_status[301] + by_status[302]},
                         {"missing", by_status[404]},
                         {"never", {"/private/", "/nofollow/", "/trap/"}}};
  return json::serialize(all) + "\n";
}

void write_expected_items(const site::pages& site, const std::string& path) {
  crawl_output out("", path);
  std::string wrong;
  for (std::uint32_t n = 1; n <= site.options().lists && wrong.empty(); ++n) {
    crawl::page_row row;
    row.url = site.options().origin + site.list_path(n);
    row.status = 200;
    std::vector<crawl::item> items;
    for (auto& t : site.make(site.list_path(n)).titles)
      items.push_back({site.options().origin + t.href, std::move(t.text)});
    wrong = out.write(row, items);
  }
  if (wrong.empty())
    wrong = out.flush();
  if (!wrong.empty())
    throw std::runtime_error(wrong);
}

} // namespace troupe::io
