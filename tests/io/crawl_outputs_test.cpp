// SPDX-License-Identifier: BSD-3-Clause
// The outputs beside JSON lines: CSV, graphs, databases; several at once; and going on with one.
#include <boost/test/unit_test.hpp>

#include <map>
#include <stdexcept>

#include "domain/crawl/plan.hpp"
#include "io/crawl/graphml_output.hpp"
#include "io/crawl/output.hpp"
#include "io/sqlite/sqlite.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace troupe;
using test::scratch_folder;
using test::small_disk;

namespace {

struct page {
  crawl::page_row row;
  std::vector<crawl::item> items;
  std::vector<crawl::page_link> links;
  io::found_page found() const { return {row, items, links}; }
};

std::string url_of(int number) { return "http://h/" + std::to_string(number); }

/// A page that links to the next two, one of them with nofollow, and to the first.
page make_page(int number) {
  page p;
  p.row.url = url_of(number);
  p.row.status = number % 10 == 9 ? 404 : 200;
  p.row.bytes = 1000u + static_cast<unsigned>(number);
  p.row.content_type = "text/html";
  p.row.links = 3;
  p.row.ms = static_cast<std::uint32_t>(number % 7);
  p.items = {{url_of(number + 1), "item " + std::to_string(number)}, {"", "other"}};
  p.links = {{url_of(number + 1), false}, {url_of(number + 2), true}, {url_of(0), false}};
  if (number == 0)
    p.links.pop_back();
  return p;
}

page redirect_page() {
  page p;
  p.row.url = "http://h/old?a=1&b=<2>";
  p.row.status = 301;
  p.row.redirect_to = url_of(3);
  return p;
}

std::vector<std::string> rows_of(const std::string& path, const std::string& sql) {
  io::sqlite_db db(path, io::sqlite_mode::read);
  io::sqlite_statement query(db, sql);
  std::vector<std::string> out;
  while (query.step())
    out.emplace_back(query.text(0));
  return out;
}

std::string one(const std::string& path, const std::string& sql) {
  const auto rows = rows_of(path, sql);
  return rows.empty() ? "none" : rows.front();
}

std::string why_not(const io::output_files& files, const std::vector<std::string>& from = {}) {
  try {
    io::crawl_output out(files, {}, {}, from);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
    ++n;
  return n;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_outputs)

BOOST_AUTO_TEST_CASE(pages_and_links_as_csv) {
  scratch_folder dir;
  io::output_files files;
  files.pages = {dir.path("p.csv"), dir.path("p.jsonl")};
  files.graphs = {dir.path("g.csv")};
  {
    io::crawl_output out(files);
    auto p = make_page(1);
    p.row.content_type = "text/html; charset=\"utf-8\"";
    BOOST_TEST(out.write(p.found()) == "");
    auto lost = redirect_page();
    lost.row.error = crawl::fault::redirect_limit;
    lost.row.canonical = "http://h/c,1";
    lost.row.duplicate_of = "http://h/1";
    BOOST_TEST(out.write(lost.found()) == "");
    BOOST_TEST(out.finish(true) == "");
  }
  BOOST_TEST(
      dir.content("p.csv")
      == "url,status,depth,bytes,content_type,links,redirect_to,error,ms,canonical,duplicate_of\r\n"
         "http://h/1,200,0,1001,\"text/html; charset=\"\"utf-8\"\"\",3,,,1,,\r\n"
         "http://h/old?a=1&b=<2>,301,0,0,,0,http://h/3,redirect_limit,0,\"http://h/c,1\","
         "http://h/1\r\n");
  BOOST_TEST(count(dir.content("p.jsonl"), "\n") == 2u);
  BOOST_TEST(dir.content("g.csv")
             == "source,target,rel\r\n"
                "http://h/1,http://h/2,\r\nhttp://h/1,http://h/3,nofollow\r\n"
                "http://h/1,http://h/0,\r\n"
                "http://h/old?a=1&b=<2>,http://h/3,redirect\r\n");
}

BOOST_AUTO_TEST_CASE(a_graph_is_graphml_with_each_url_once) {
  scratch_folder dir;
  io::output_files files;
  files.graphs = {dir.path("g.graphml")};
  {
    io::crawl_output out(files);
    for (int i = 0; i < 3; ++i)
      out.write(make_page(i).found());
    out.write(redirect_page().found());
    BOOST_TEST(out.finish(true) == "");
  }
  const auto text = dir.content("g.graphml");
  BOOST_TEST(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml "));
  BOOST_TEST(text.ends_with("</graph>\n</graphml>\n"));
  BOOST_TEST(count(text, "<node ") == 6u); // 0 to 4, and the one that moved
  BOOST_TEST(count(text, "<edge ") == 9u);
  BOOST_TEST(count(text, "nofollow") == 3u);
  BOOST_TEST(count(text, "redirect") == 1u);
  BOOST_TEST(count(text, ">http://h/old?a=1&amp;b=&lt;2&gt;<") == 1u);
}

BOOST_AUTO_TEST_CASE(a_graph_that_grows_too_large_says_so_and_stays_whole) {
  scratch_folder dir;
  crawl::output_limits bounds;
  bounds.graph_nodes_max = 4;
  io::graphml_output out(dir.path("g.graphml"), bounds, std::nullopt);
  out.write(make_page(0).found());
  BOOST_TEST(out.error() == "");
  out.write(make_page(7).found());
  BOOST_TEST(out.error()
             == dir.path("g.graphml")
                    + ": more than 4 URLs are too many for one GraphML file: a .csv takes any "
                      "number");
  out.finish(false);
  const auto text = dir.content("g.graphml");
  BOOST_TEST(count(text, "<node ") == 4u);
  BOOST_TEST(text.ends_with("</graphml>\n"));
}

BOOST_AUTO_TEST_CASE(a_database_answers_what_one_would_ask) {
  scratch_folder dir;
  const auto path = dir.path("c.sqlite");
  crawl::crawl_plan plan;
  plan.seeds = {*crawl::parse_url(url_of(0))};
  plan.user_agent = "probe/1.0";
  io::output_files files;
  files.items = {path};
  BOOST_TEST(files.want_links());
  {
    io::crawl_output out(files, {"software/1", &plan});
    for (int i = 0; i < 40; ++i)
      BOOST_TEST(out.write(make_page(i).found()) == "");
    auto moved = redirect_page();
    moved.row.canonical = url_of(9);
    moved.row.duplicate_of = url_of(1);
    out.write(moved.found());
    BOOST_TEST(out.flush() == "");
    BOOST_TEST(one(path, "SELECT count(*) FROM pages") == "41"); // while it is written
    BOOST_TEST(one(path, "SELECT ended IS NULL FROM crawl") == "1");
    BOOST_TEST(out.finish(true) == "");
  }
  BOOST_TEST(one(path, "PRAGMA integrity_check") == "ok");
  BOOST_TEST(rows_of(path, "PRAGMA foreign_key_check").empty());
  BOOST_TEST(one(path, "SELECT software || ' ' || user_agent || ' ' || complete FROM crawl")
             == "software/1 probe/1.0 1");
  BOOST_TEST(one(path, "SELECT url FROM seeds JOIN urls ON id = url_id") == url_of(0));
  BOOST_TEST(one(path, "SELECT count(*) FROM links") == "119");
  BOOST_TEST(one(path, "SELECT count(*) FROM items") == "80");
  BOOST_TEST(one(path, "SELECT count(*) FROM urls") == "43");
  BOOST_TEST(one(path, "SELECT sum(nofollow) FROM links") == "40");
  BOOST_TEST(one(path, "SELECT url || ' ' || pages FROM most_linked") == url_of(0) + " 39");
  BOOST_TEST(one(path, "SELECT group_concat(page, ' ') FROM (SELECT page FROM broken_links WHERE "
                       "link = 'http://h/19' ORDER BY page)")
             == url_of(17) + ' ' + url_of(18));
  BOOST_TEST(one(path, "SELECT redirect_to FROM page_list WHERE status = 301") == url_of(3));
  BOOST_TEST(one(path, "SELECT canonical || ' ' || duplicate_of FROM page_list WHERE status = 301")
             == url_of(9) + ' ' + url_of(1));
  BOOST_TEST(one(path, "SELECT count(canonical) + count(duplicate_of) FROM pages") == "2");
  BOOST_TEST(one(path, "SELECT href || ' ' || text FROM item_list WHERE page = 'http://h/5'")
             == url_of(6) + " item 5");
}

BOOST_AUTO_TEST_CASE(text_in_a_database_is_utf_8) {
  scratch_folder dir;
  io::output_files files;
  files.items = {dir.path("c.db")};
  {
    io::crawl_output out(files);
    auto p = make_page(1);
    p.row.content_type = "caf\xe9";
    p.items = {{"", "a\xff\"quoted\""}};
    out.write(p.found());
  }
  BOOST_TEST(one(dir.path("c.db"), "SELECT content_type FROM pages") == "caf\xef\xbf\xbd");
  BOOST_TEST(one(dir.path("c.db"), "SELECT text FROM items") == "a\xef\xbf\xbd\"quoted\"");
}

BOOST_AUTO_TEST_CASE(replaces_its_own_database_and_no_other) {
  scratch_folder dir;
  io::output_files files;
  files.items = {dir.path("c.sqlite")};
  for (int round = 0; round < 2; ++round) {
    io::crawl_output out(files);
    out.write(make_page(round).found());
  }
  BOOST_TEST(one(files.items[0], "SELECT group_concat(url) FROM pages") == url_of(1));

  files.items = {dir.path("other.sqlite")};
  io::sqlite_db(files.items[0], io::sqlite_mode::create).run("CREATE TABLE mine (x)");
  BOOST_TEST(why_not(files) == files.items[0] + ": is not a crawl's database; name another file");
  BOOST_TEST(one(files.items[0], "SELECT name FROM sqlite_schema") == "mine");

  files.items = {dir.path("text.db")};
  std::ofstream(files.items[0]) << "no database at all, but long enough to be looked at as one: "
                                << std::string(1000, 'x');
  BOOST_TEST(why_not(files) == files.items[0] + ": is no SQLite database");
  files.items = {dir.path("no/such/folder.db")};
  BOOST_TEST(why_not(files).starts_with(files.items[0] + ": cannot be opened"));
}

// A limit on file sizes stands in for a full disk.
BOOST_AUTO_TEST_CASE(a_database_on_a_full_disk_keeps_what_it_had) {
  scratch_folder dir;
  io::output_files files;
  files.items = {dir.path("c.sqlite")};
  files.pages = {dir.path("p.jsonl")};
  std::string error;
  int committed = 0;
  {
    small_disk full(400'000);
    io::crawl_output out(files);
    for (int i = 0; i < 20'000 && error.empty(); ++i) {
      error = out.write(make_page(i).found());
      if (i % 50 == 0 && error.empty() && (error = out.flush()).empty())
        committed = i;
    }
    out.write(make_page(1).found());
    BOOST_TEST(out.finish(false) == error);
  }
  BOOST_TEST(error.starts_with(files.items[0] + ": "), error);
  BOOST_TEST(error.find('\n') == error.npos);
  BOOST_TEST(committed > 100);
  BOOST_TEST(one(files.items[0], "PRAGMA integrity_check") == "ok");
  BOOST_TEST(std::stoi(one(files.items[0], "SELECT count(*) FROM pages")) > committed);
  BOOST_TEST(std::stoi(one(files.items[0], "SELECT max(id) FROM pages"))
             == std::stoi(one(files.items[0], "SELECT count(*) FROM pages")));
}

BOOST_AUTO_TEST_CASE(says_what_cannot_be_an_output) {
  io::output_files files;
  files.pages = {"a", "b"};
  files.items = {"b"};
  BOOST_TEST(files.check() == "b is the same file for two outputs");
  files.items = {"-"};
  files.graphs = {"-"};
  BOOST_TEST(files.check() == "two outputs cannot both go to standard output");
  files.graphs = {"g.dot"};
  BOOST_TEST(files.check() == "--graph g.dot: its name must end in .csv or .graphml");
  files.graphs = {};
  files.archives = {"a.zip"};
  BOOST_TEST(files.check() == "--warc a.zip: its name must end in .warc.gz or .warc");
  files.archives = {};
  files.pages = {"p.db"};
  BOOST_TEST(files.check()
             == "--pages p.db: a database takes pages, links and items; give it as --out");
  files.pages = {};
  BOOST_TEST(files.check() == "");
  BOOST_TEST(!files.want_links());
  BOOST_TEST(!files.want_records());
}

// What a crawl does that is killed and comes again: some pages are written behind the position, and
// written again. In the end each file is as if nothing had been.
BOOST_AUTO_TEST_CASE(goes_on_at_a_position_as_if_nothing_had_been) {
  scratch_folder dir;
  const auto files_in = [&dir](const std::string& name) {
    io::output_files files;
    files.pages = {dir.path(name + ".jsonl"), dir.path(name + ".csv")};
    files.items = {dir.path(name + "-items.csv"), dir.path(name + ".sqlite")};
    files.graphs = {dir.path(name + "-links.csv"), dir.path(name + ".graphml")};
    return files;
  };
  {
    io::crawl_output out(files_in("once"));
    for (int i = 0; i < 300; ++i)
      out.write(make_page(i).found());
    BOOST_TEST(out.finish(true) == "");
  }
  const auto files = files_in("twice");
  std::vector<std::string> at;
  for (const int begin : {0, 100, 200}) {
    io::crawl_output out(files, {}, {}, at);
    for (int i = begin; i < begin + 100; ++i)
      out.write(make_page(i).found());
    at = out.positions();
    BOOST_TEST(at.size() == 6u);
    for (const auto& position : at)
      BOOST_TEST(position != "");
    for (int i = begin + 100; i < begin + 170 && begin < 200; ++i)
      out.write(make_page(i).found());
    if (begin == 200)
      BOOST_TEST(out.finish(true) == "");
    else
      BOOST_TEST(out.flush() == ""); // ended badly: what was written is there, and a tail too
  }
  for (const std::string name : {".jsonl", ".csv", "-items.csv", "-links.csv", ".graphml"})
    BOOST_TEST((dir.content("twice" + name) == dir.content("once" + name)), name);
  const auto all = "SELECT group_concat(source || target || nofollow, x'0a') FROM link_list";
  BOOST_TEST((one(dir.path("twice.sqlite"), all) == one(dir.path("once.sqlite"), all)));
  const auto items = "SELECT group_concat(page || text, x'0a') FROM item_list";
  BOOST_TEST((one(dir.path("twice.sqlite"), items) == one(dir.path("once.sqlite"), items)));
  const auto urls = "SELECT group_concat(id || url, x'0a') FROM urls";
  BOOST_TEST((one(dir.path("twice.sqlite"), urls) == one(dir.path("once.sqlite"), urls)));
  BOOST_TEST(one(dir.path("twice.sqlite"), "SELECT count(*) FROM pages") == "300");
  BOOST_TEST(one(dir.path("twice.sqlite"), "PRAGMA integrity_check") == "ok");
}

BOOST_AUTO_TEST_CASE(does_not_go_on_where_something_is_missing) {
  scratch_folder dir;
  io::output_files files;
  files.pages = {dir.path("p.jsonl")};
  { io::crawl_output(files).write(make_page(1).found()); }
  BOOST_TEST(why_not(files, {"9999"}) == files.pages[0] + ": is shorter than what was written");
  BOOST_TEST(why_not(files, {"9x"}).find("no position") != std::string::npos);
  files.pages = {dir.path("gone.jsonl")};
  BOOST_TEST(why_not(files, {"0"}) == files.pages[0] + ": No such file or directory");

  files.pages = {};
  files.items = {dir.path("c.sqlite")};
  BOOST_TEST(why_not(files, {"1:1:1"}).find("not a crawl's database") != std::string::npos);
  { io::crawl_output(files).write(make_page(1).found()); }
  BOOST_TEST(why_not(files, {"2:1:1"}) == files.items[0] + ": has less in it than was written");
  BOOST_TEST(why_not(files, {"1:1"}).find("no position of a database") != std::string::npos);
  BOOST_TEST(why_not(files, {"1:1:1"}) == "");

  files.items = {};
  files.graphs = {dir.path("g.graphml")};
  {
    io::crawl_output out(files);
    out.write(make_page(1).found());
    BOOST_TEST(out.positions() != std::vector<std::string>{""});
    out.finish(true);
    BOOST_TEST((out.positions() == std::vector<std::string>{""})); // its end is no row's
  }
}

BOOST_AUTO_TEST_SUITE_END()
