// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/crawl_state.hpp"

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

namespace {

// EXCLUSIVE: the lock of the first write is kept as long as the connection is open, and there is no
// shared memory beside the file.
constexpr const char* setting = R"sql(
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = OFF;
)sql";

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS crawls (
  key TEXT PRIMARY KEY,
  build INTEGER NOT NULL,
  used_unix_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
  crawl TEXT NOT NULL,
  number INTEGER NOT NULL,
  page BLOB NOT NULL,
  PRIMARY KEY (crawl, number)
) WITHOUT ROWID;
)sql";

std::string file_in(const std::string& folder) {
  std::error_code e;
  std::filesystem::create_directories(folder, e);
  if (e)
    throw std::runtime_error(folder + ": cannot be made: " + e.message());
  return (std::filesystem::path{folder} / "crawls.db").string();
}

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}
std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

struct crawl_state::impl {
  impl(const std::string& folder, std::uint64_t build_, std::function<std::int64_t()> now)
      : build(static_cast<std::int64_t>(build_)), now_unix_ms(std::move(now)),
        db(file_in(folder), sqlite_mode::create) {
    db.wait_for_locks(std::chrono::milliseconds(0)); // who has it keeps it
    // URLs may have credentials; the log beside the file gets its rights from it.
    std::filesystem::permissions(db.path(), std::filesystem::perms::owner_read
                                                | std::filesystem::perms::owner_write);
    db.run(setting);
    db.run("BEGIN IMMEDIATE");
    db.run(schema);
    sqlite_statement old(db, "DELETE FROM crawls WHERE build <> ?1");
    old.bind(1, build);
    old.run();
    db.run("DELETE FROM pages WHERE crawl NOT IN (SELECT key FROM crawls)");
    db.run("COMMIT");
  }
  /// Does it in one transaction. Returns: "" or why not.
  template <class Work>
  std::string commit(Work work) {
    try {
      db.run("BEGIN IMMEDIATE");
      work();
      db.run("COMMIT");
      return "";
    } catch (const sqlite_error& e) {
      db.roll_back();
      return e.what();
    }
  }
  std::uint64_t pages_of(const std::string& key) {
    sqlite_statement last(db, "SELECT ifnull(max(number), 0) FROM pages WHERE crawl = ?1");
    last.bind(1, key);
    last.step();
    return static_cast<std::uint64_t>(last.number(0));
  }

  const std::int64_t build;
  const std::function<std::int64_t()> now_unix_ms;
  sqlite_db db;
};

crawl_state::crawl_state(const std::string& folder, std::uint64_t build,
                         std::function<std::int64_t()> now)
    : impl_(std::make_unique<impl>(folder, build, std::move(now))) {}
crawl_state::~crawl_state() = default;

std::string crawl_state::begin(const std::string& key) {
  return impl_->commit([&] {
    sqlite_statement s(impl_->db, "INSERT INTO crawls VALUES (?1, ?2, ?3)");
    s.bind(1, key);
    s.bind(2, impl_->build);
    s.bind(3, impl_->now_unix_ms());
    s.run();
  });
}

std::string crawl_state::append(const std::string& key, std::span<const std::string> pages) {
  return impl_->commit([&] {
    auto number = impl_->pages_of(key);
    sqlite_statement s(impl_->db, "INSERT INTO pages VALUES (?1, ?2, ?3)");
    s.bind(1, key);
    for (const auto& page : pages) {
      s.bind(2, static_cast<std::int64_t>(++number));
      s.bind(3, bytes_of(page));
      s.run();
    }
    sqlite_statement touched(impl_->db, "UPDATE crawls SET used_unix_ms = ?2 WHERE key = ?1");
    touched.bind(1, key);
    touched.bind(2, impl_->now_unix_ms());
    touched.run();
  });
}

std::string crawl_state::end(const std::string& key) {
  return impl_->commit([&] {
    for (const char* sql :
         {"DELETE FROM crawls WHERE key = ?1", "DELETE FROM pages WHERE crawl = ?1"}) {
      sqlite_statement s(impl_->db, sql);
      s.bind(1, key);
      s.run();
    }
  });
}

std::optional<std::uint64_t> crawl_state::find(const std::string& key) {
  sqlite_statement s(impl_->db, "SELECT 1 FROM crawls WHERE key = ?1");
  s.bind(1, key);
  if (!s.step())
    return std::nullopt;
  return impl_->pages_of(key);
}

void crawl_state::read(const std::string& key, std::uint64_t skip,
                       const std::function<bool(std::string_view)>& page) {
  sqlite_statement s(impl_->db,
                     "SELECT page FROM pages WHERE crawl = ?1 AND number > ?2 ORDER BY number");
  s.bind(1, key);
  s.bind(2, static_cast<std::int64_t>(skip));
  while (s.step())
    if (!page(text_of(s.bytes(0))))
      return;
}

std::uint64_t crawl_state::forget_used_before(std::int64_t unix_ms) {
  std::uint64_t forgotten = 0;
  const auto why = impl_->commit([&] {
    sqlite_statement s(impl_->db, "DELETE FROM crawls WHERE used_unix_ms < ?1");
    s.bind(1, unix_ms);
    s.run();
    forgotten = static_cast<std::uint64_t>(sqlite3_changes(impl_->db.handle()));
    impl_->db.run("DELETE FROM pages WHERE crawl NOT IN (SELECT key FROM crawls)");
  });
  if (!why.empty())
    throw std::runtime_error(why);
  return forgotten;
}

} // namespace troupe::io
