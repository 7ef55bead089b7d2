// SPDX-License-Identifier: BSD-3-Clause
//
// All engines write the same to every kind of output, and all kinds say the same of one crawl.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "io/sqlite/sqlite.hpp"
#include "tests/agree/engines.hpp"
#include "tests/agree/rich_site.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/tiny_site.hpp"
#include "tests/support/warc_reader.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

using rows = std::vector<std::string>; // sorted, columns joined by '|'

/// What one crawl wrote, read back; the site's origin is taken out, for it has another port each
/// time. Columns are those that two right crawls share: neither depth nor time.
struct everything {
  rows pages_csv, pages_database, items_csv, items_database;
  rows links_csv, links_graphml, links_database;
  std::set<std::string> archived; // targets and statuses
};

std::string without(std::string text, const std::string& origin) {
  for (auto at = text.find(origin); at != text.npos; at = text.find(origin, at))
    text.erase(at, origin.size());
  return text;
}

/// Takes a file of RFC 4180 apart and joins the columns of these numbers.
rows csv(const std::string& text, const std::vector<std::size_t>& columns) {
  rows out;
  std::vector<std::string> row(1);
  bool quoted = false, header = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
      row.back() += text[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (quoted || (c != ',' && c != '\r' && c != '\n'))
      row.back() += c;
    else if (c == ',')
      row.emplace_back();
    else if (c == '\n') {
      std::string joined;
      for (const auto column : columns)
        joined += (joined.empty() ? "" : "|") + row.at(column);
      if (!std::exchange(header, false))
        out.push_back(joined);
      row.assign(1, "");
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

rows database(const std::string& path, const std::string& sql) {
  io::sqlite_db db(path, io::sqlite_mode::read);
  io::sqlite_statement query(db, sql);
  rows out;
  while (query.step())
    out.emplace_back(query.text(0));
  std::sort(out.begin(), out.end());
  return out;
}

std::string between(const std::string& line, const std::string& a, const std::string& b) {
  const auto begin = line.find(a);
  if (begin == line.npos)
    return "";
  const auto from = begin + a.size();
  return line.substr(from, line.find(b, from) - from);
}

rows graphml(const std::string& text) {
  std::map<std::string, std::string> nodes;
  rows out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("<node ")) {
      auto url = between(line, "<data key=\"url\">", "</data>");
      for (auto at = url.find("&amp;"); at != url.npos; at = url.find("&amp;"))
        url.replace(at, 5, "&");
      BOOST_TEST(nodes.emplace(between(line, "id=\"", "\""), url).second, line);
    } else if (line.starts_with("<edge ")) {
      out.push_back(nodes.at(between(line, "source=\"", "\"")) + '|'
                    + nodes.at(between(line, "target=\"", "\"")) + '|'
                    + between(line, "<data key=\"rel\">", "</data>"));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

everything crawl_with(const engine_row& engine) {
  tiny_site site(rich_site);
  scratch_folder dir;
  auto plan = plan_for({site.origin() + "/"});
  plan.extract = {crawl::extract_spec::kind::css, "a.post-item-title", true};
  plan.bounds.per_host = 4;
  io::output_files files;
  files.pages = {dir.path("p.jsonl"), dir.path("p.csv")};
  files.items = {dir.path("i.jsonl"), dir.path("i.csv"), dir.path("c.sqlite")};
  files.graphs = {dir.path("g.csv"), dir.path("g.graphml")};
  files.archives = {dir.path("a.warc.gz")};
  crawl::crawl_summary sum;
  {
    io::crawl_output output(files, {"agree/1", &plan});
    baselines::crawl_setting setting;
    setting.output = &output;
    setting.http.record = files.want_records();
    sum = engine.run(plan, setting);
    BOOST_TEST(output.finish(true) == "");
  }
  BOOST_TEST(sum.output_error == "");
  const auto clean = [&](rows all) {
    for (auto& row : all)
      row = without(std::move(row), site.origin());
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto path = dir.path("c.sqlite");
  everything out;
  out.pages_csv = clean(csv(dir.content("p.csv"), {0, 1, 3, 4, 5, 6, 7}));
  out.pages_database = clean(
      database(path, "SELECT url || '|' || status || '|' || bytes || '|' || content_type || '|' || "
                     "links || '|' || ifnull(redirect_to, '') || '|' || ifnull(error, '') "
                     "FROM page_list"));
  out.items_csv = clean(csv(dir.content("i.csv"), {0, 1, 2}));
  out.items_database =
      clean(database(path, "SELECT page || '|' || href || '|' || text FROM item_list"));
  out.links_csv = clean(csv(dir.content("g.csv"), {0, 1, 2}));
  out.links_graphml = clean(graphml(dir.content("g.graphml")));
  out.links_database = clean(database(
      path, "SELECT source || '|' || target || '|' || iif(nofollow, 'nofollow', '') FROM link_list "
            "UNION ALL SELECT url || '|' || redirect_to || '|redirect' FROM page_list "
            "WHERE redirect_to IS NOT NULL"));
  for (const auto& record : read_warc(dir.path("a.warc.gz"))) {
    const auto target = without(record.field("WARC-Target-URI"), site.origin());
    if (record.field("WARC-Type") == "response")
      BOOST_TEST(out.archived.insert(target + record.http_header().substr(8, 4)).second, target);
    if (record.field("WARC-Type") == "metadata"
        && record.block.find("error: ") != std::string::npos)
      out.archived.insert(target + " failed");
  }
  return out;
}

void check_same(const rows& have, const rows& want) {
  BOOST_CHECK_EQUAL_COLLECTIONS(have.begin(), have.end(), want.begin(), want.end());
}

} // namespace

BOOST_AUTO_TEST_CASE(all_engines_write_the_same_to_every_output) {
  std::optional<everything> first;
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto found = crawl_with(engine);
      check_same(found.pages_database, found.pages_csv);
      check_same(found.items_database, found.items_csv);
      check_same(found.links_graphml, found.links_csv);
      check_same(found.links_database, found.links_csv);
      std::set<std::string> answered;
      for (const auto& [target, status] : rich_site_pages())
        answered.insert(target + (status == 0 ? " failed" : ' ' + std::to_string(status)));
      answered.insert("/nowhere failed"); // a redirect that leads to no page is both
      BOOST_CHECK_EQUAL_COLLECTIONS(found.archived.begin(), found.archived.end(), answered.begin(),
                                    answered.end());
      const auto has = [&](const char* link) {
        BOOST_TEST(std::count(found.links_csv.begin(), found.links_csv.end(), link) == 1, link);
      };
      has("/|/unfollowed|nofollow");
      has("/quiet|/unfollowed-too|nofollow");
      has("/|http://elsewhere.invalid/|");
      has("/chain/1|/chain/2|redirect");
      if (!first) {
        first = found;
        continue;
      }
      check_same(found.pages_csv, first->pages_csv);
      check_same(found.items_csv, first->items_csv);
      check_same(found.links_csv, first->links_csv);
    }
  }
  BOOST_REQUIRE(first);
  BOOST_TEST(first->pages_csv.size() == rich_site_pages().size());
  BOOST_TEST(first->items_csv.size() == rich_site_items("").size());
}
