// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/sqlite_output.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "domain/crawl/plan.hpp"
#include "io/crawl/row_text.hpp"
#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

namespace {

constexpr std::int64_t crawl_application_id = 0x54726377; // "Trcw"
constexpr std::int64_t schema_version = 2; // 1: pages without canonical, duplicate_of

// Foreign keys are declared for whoever reads it; what we write is right without being looked up.
constexpr const char* setting = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = OFF;
PRAGMA cache_size = -16384;
)sql";

constexpr const char* schema = R"sql(
CREATE TABLE crawl (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  software TEXT NOT NULL,
  began TEXT NOT NULL,
  ended TEXT,
  complete INTEGER NOT NULL DEFAULT 0,
  scope TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  extract TEXT,
  obeys_robots INTEGER NOT NULL
);
CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);
CREATE TABLE seeds (url_id INTEGER PRIMARY KEY REFERENCES urls (id));
CREATE TABLE pages (
  id INTEGER PRIMARY KEY,
  url_id INTEGER NOT NULL UNIQUE REFERENCES urls (id),
  url TEXT NOT NULL,
  status INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  links INTEGER NOT NULL,
  redirect_id INTEGER REFERENCES urls (id),
  error TEXT,
  ms INTEGER NOT NULL,
  canonical TEXT,
  duplicate_of TEXT
);
CREATE TABLE links (
  source INTEGER NOT NULL REFERENCES pages (id),
  target INTEGER NOT NULL REFERENCES urls (id),
  nofollow INTEGER NOT NULL,
  PRIMARY KEY (source, target)
) WITHOUT ROWID;
CREATE INDEX links_by_target ON links (target, source);
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages (id),
  href TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX items_by_page ON items (page);
CREATE VIEW broken_links AS
  SELECT source.url AS page, target.url AS link, target.status, target.error
  FROM pages AS target
  JOIN links ON links.target = target.url_id
  JOIN pages AS source ON source.id = links.source
  WHERE target.status >= 400 OR target.error IS NOT NULL;
CREATE VIEW most_linked AS
  SELECT urls.url, count(*) AS pages
  FROM links JOIN urls ON urls.id = links.target
  GROUP BY links.target ORDER BY count(*) DESC, urls.url;
CREATE VIEW link_list AS
  SELECT pages.url AS source, urls.url AS target, links.nofollow
  FROM links JOIN pages ON pages.id = links.source JOIN urls ON urls.id = links.target;
CREATE VIEW item_list AS
  SELECT pages.url AS page, items.href, items.text
  FROM items JOIN pages ON pages.id = items.page;
CREATE VIEW page_list AS
  SELECT pages.url, status, depth, bytes, content_type, links, urls.url AS redirect_to, error, ms,
    canonical, duplicate_of
  FROM pages LEFT JOIN urls ON urls.id = redirect_id;
)sql";

constexpr const char* drop_schema = R"sql(
DROP VIEW IF EXISTS broken_links;
DROP VIEW IF EXISTS most_linked;
DROP VIEW IF EXISTS link_list;
DROP VIEW IF EXISTS item_list;
DROP VIEW IF EXISTS page_list;
DROP TABLE IF EXISTS items;
DROP TABLE IF EXISTS links;
DROP TABLE IF EXISTS pages;
DROP TABLE IF EXISTS seeds;
DROP TABLE IF EXISTS urls;
DROP TABLE IF EXISTS crawl;
)sql";

using steady = std::chrono::steady_clock;

std::int64_t one_number(sqlite_db& db, std::string_view sql) {
  sqlite_statement query(db, sql);
  const auto value = query.step() ? query.number(0) : 0;
  query.reset();
  return value;
}

std::string now_text() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

void bind_or_null(sqlite_statement& to, int place, std::string_view text) {
  if (text.empty())
    to.bind_null(place);
  else
    to.bind(place, text);
}

std::string_view name_of(crawl::scope_kind scope) {
  switch (scope) {
  case crawl::scope_kind::host:
    return "host";
  case crawl::scope_kind::prefix:
    return "prefix";
  case crawl::scope_kind::domain:
    return "domain";
  case crawl::scope_kind::any:
    return "any";
  }
  return "";
}

/// The last rows of a moment: "PAGE:URL:ITEM".
struct row_counts {
  std::int64_t page = 0, url = 0, item = 0;

  static row_counts parse(std::string_view text, const std::string& path) {
    row_counts out;
    for (auto* part : {&out.page, &out.url, &out.item}) {
      const auto end = text.data() + text.size();
      const auto [at, error] = std::from_chars(text.data(), end, *part);
      const bool last = part == &out.item;
      if (error != std::errc{} || (last ? at != end : at == end || *at != ':'))
        throw std::runtime_error(path + ": cannot be gone on with: no position of a database");
      text = last ? std::string_view{} : std::string_view{at + 1, end};
    }
    return out;
  }
  std::string text() const {
    return std::to_string(page) + ':' + std::to_string(url) + ':' + std::to_string(item);
  }
};

/// What a new file, and nothing else, has behind it: prepared once the schema is there.
struct row_statements {
  explicit row_statements(sqlite_db& db)
      : find_url(db, "SELECT id FROM urls WHERE url = ?1"),
        add_url(db, "INSERT INTO urls (id, url) VALUES (?1, ?2)"),
        add_page(db, "INSERT INTO pages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                     "?13)"),
        add_link(db, "INSERT INTO links VALUES (?1, ?2, ?3)"),
        add_item(db, "INSERT INTO items VALUES (?1, ?2, ?3, ?4)") {}
  sqlite_statement find_url, add_url, add_page, add_link, add_item;
};

} // namespace

struct sqlite_output::impl {
  impl(const std::string& path, const crawl::output_limits& limits)
      : bounds(limits), db(path, sqlite_mode::create) {}

  void begin_anew(const output_about& about);
  void go_on(const row_counts& from);
  void refuse_others(bool must_be_ours);
  std::int64_t number_of(std::string_view url);
  void put(const found_page& page);
  void commit();
  void begin_transaction();
  /// Does it unless an error was before; afterwards there may be one.
  template <class Work>
  void guarded(Work work) {
    if (!error.empty())
      return;
    try {
      work();
    } catch (const sqlite_error& e) {
      error = e.what();
      rows.reset(); // no statement may be open in front of this
      db.roll_back();
    }
  }

  crawl::output_limits bounds;
  sqlite_db db;
  std::unique_ptr<row_statements> rows;
  row_counts last;
  boost::unordered_flat_map<std::string, std::int64_t> known; // URLs' numbers, some
  bool open = false;                                          // a transaction
  bool finished = false;
  std::uint32_t uncommitted = 0; // pages
  steady::time_point opened;
  std::string clean, error;
};

sqlite_output::sqlite_output(const std::string& path, const output_about& about,
                             const crawl::output_limits& bounds, const std::string& position)
    : impl_(std::make_unique<impl>(path, bounds)) {
  auto& m = *impl_;
  m.refuse_others(!position.empty());
  m.db.run(setting);
  if (position.empty())
    m.begin_anew(about);
  else
    m.go_on(row_counts::parse(position, path));
  m.rows = std::make_unique<row_statements>(m.db);
}

sqlite_output::~sqlite_output() { flush(); }
const std::string& sqlite_output::error() const { return impl_->error; }

void sqlite_output::impl::refuse_others(bool must_be_ours) {
  const auto id = one_number(db, "PRAGMA application_id");
  const bool empty = one_number(db, "SELECT count(*) FROM sqlite_schema") == 0;
  if (id != crawl_application_id && !(id == 0 && empty && !must_be_ours))
    throw sqlite_error(db.path(), "is not a crawl's database; name another file");
  if (must_be_ours && one_number(db, "PRAGMA user_version") != schema_version)
    throw sqlite_error(db.path(), "was written by another version");
}

void sqlite_output::impl::begin_anew(const output_about& about) {
  const crawl::crawl_plan none;
  const auto& plan = about.plan ? *about.plan : none;
  db.run("BEGIN IMMEDIATE");
  db.run(drop_schema);
  db.run(schema);
  db.run(("PRAGMA application_id = " + std::to_string(crawl_application_id)).c_str());
  db.run(("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
  {
    sqlite_statement add(db, "INSERT INTO crawl (id, software, began, scope, user_agent, extract, "
                             "obeys_robots) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)");
    const auto began = now_text();
    add.bind(1, about.software);
    add.bind(2, began);
    add.bind(3, name_of(plan.scope));
    add.bind(4, plan.user_agent);
    if (plan.extract.how == crawl::extract_kind::none)
      add.bind_null(5);
    else
      add.bind(5, plan.extract.expression);
    add.bind(6, std::int64_t{plan.bounds.obey_robots});
    add.run();
  }
  rows = std::make_unique<row_statements>(db);
  sqlite_statement add_seed(db, "INSERT OR IGNORE INTO seeds VALUES (?1)");
  for (const auto& seed : plan.seeds) {
    add_seed.bind(1, number_of(seed.str()));
    add_seed.run();
  }
  db.run("COMMIT");
}

// Numbers only grow, so that what came later has the larger ones.
void sqlite_output::impl::go_on(const row_counts& from) {
  last = from;
  db.run("BEGIN IMMEDIATE");
  const auto highest = [this](const char* table) {
    return one_number(db, std::string{"SELECT ifnull(max(id), 0) FROM "} + table);
  };
  if (highest("pages") < from.page || highest("urls") < from.url || highest("items") < from.item)
    throw sqlite_error(db.path(), "has less in it than was written");
  for (const auto& [sql, id] : {std::pair{"DELETE FROM items WHERE id > ?1", from.item},
                                {"DELETE FROM links WHERE source > ?1", from.page},
                                {"DELETE FROM pages WHERE id > ?1", from.page},
                                {"DELETE FROM urls WHERE id > ?1", from.url}}) {
    sqlite_statement cut(db, sql);
    cut.bind(1, id);
    cut.run();
  }
  db.run("UPDATE crawl SET ended = NULL, complete = 0");
  db.run("COMMIT");
}

void sqlite_output::impl::begin_transaction() {
  db.run("BEGIN IMMEDIATE");
  open = true;
  opened = steady::now();
}

void sqlite_output::impl::commit() {
  if (!open)
    return;
  db.run("COMMIT");
  open = false;
  uncommitted = 0;
}

// Most links of a page are to what the page before links to as well.
std::int64_t sqlite_output::impl::number_of(std::string_view url) {
  std::string key{url};
  if (const auto at = known.find(key); at != known.end())
    return at->second;
  rows->find_url.bind(1, url);
  std::int64_t id = 0;
  {
    const sqlite_reset done(rows->find_url);
    if (rows->find_url.step())
      id = rows->find_url.number(0);
  }
  if (id == 0) {
    id = ++last.url;
    rows->add_url.bind(1, id);
    rows->add_url.bind(2, url);
    rows->add_url.run();
  }
  if (known.size() >= bounds.known_urls_max)
    known.clear();
  known.emplace(std::move(key), id);
  return id;
}

void sqlite_output::impl::put(const found_page& page) {
  if (!open)
    begin_transaction();
  const auto& row = page.row;
  auto& add = rows->add_page;
  const auto number = ++last.page;
  add.bind(1, number);
  add.bind(2, number_of(row.url));
  add.bind(3, row.url);
  add.bind(4, std::int64_t{row.status});
  add.bind(5, std::int64_t{row.depth});
  add.bind(6, static_cast<std::int64_t>(row.bytes));
  add.bind(7, valid_utf8(row.content_type, clean));
  add.bind(8, std::int64_t{row.links});
  if (row.redirect_to.empty())
    add.bind_null(9);
  else
    add.bind(9, number_of(row.redirect_to));
  if (row.error == crawl::fault::none)
    add.bind_null(10);
  else
    add.bind(10, crawl::to_string(row.error));
  add.bind(11, std::int64_t{row.ms});
  bind_or_null(add, 12, row.canonical);
  bind_or_null(add, 13, row.duplicate_of);
  add.run();
  for (const auto& link : page.links) {
    rows->add_link.bind(1, number);
    rows->add_link.bind(2, number_of(link.target));
    rows->add_link.bind(3, std::int64_t{link.nofollow});
    rows->add_link.run();
  }
  for (const auto& found : page.items) {
    rows->add_item.bind(1, ++last.item);
    rows->add_item.bind(2, number);
    rows->add_item.bind(3, found.href);
    rows->add_item.bind(4, valid_utf8(found.text, clean));
    rows->add_item.run();
  }
  ++uncommitted;
}

void sqlite_output::write(const found_page& page) {
  auto& m = *impl_;
  m.guarded([&] {
    m.put(page);
    if (m.uncommitted >= m.bounds.commit_pages_max
        || steady::now() - m.opened >= std::chrono::milliseconds(m.bounds.commit_ms_max))
      m.commit();
  });
}

void sqlite_output::flush() {
  impl_->guarded([&] { impl_->commit(); });
}

// A commit is synced only where it has to be.
std::string sqlite_output::position() {
  auto& m = *impl_;
  m.guarded([&] {
    m.commit();
    m.db.run("PRAGMA synchronous = FULL");
    m.db.run("UPDATE crawl SET ended = NULL");
    m.db.run("PRAGMA synchronous = NORMAL");
  });
  return m.error.empty() ? m.last.text() : "";
}

void sqlite_output::finish(bool complete) {
  auto& m = *impl_;
  if (m.finished)
    return;
  m.finished = true;
  m.guarded([&] {
    if (!m.open)
      m.begin_transaction();
    {
      sqlite_statement end(m.db, "UPDATE crawl SET ended = ?1, complete = ?2");
      const auto ended = now_text();
      end.bind(1, ended);
      end.bind(2, std::int64_t{complete});
      end.run();
    }
    m.commit();
    m.db.run("PRAGMA optimize");
  });
}

} // namespace troupe::io
