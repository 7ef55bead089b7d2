// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/crawl_book.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "domain/crawl/final_page.hpp"
#include "domain/crawl/plan_identity.hpp"
#include "domain/crawl/url.hpp"
#include "io/crawl/crawl_book_parts.hpp"
#include "io/crawl/robots_shelf.hpp"
#include "io/sqlite/sqlite.hpp"
#include "io/unix_time.hpp"

namespace troupe::io {

namespace {

namespace fs = std::filesystem;

constexpr const char* setting = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
)sql";

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
  number INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  host TEXT NOT NULL,
  status INTEGER NOT NULL,
  error TEXT,
  bytes INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  record BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS hosts (
  host TEXT PRIMARY KEY,
  pages INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ends (
  status INTEGER NOT NULL,
  error TEXT NOT NULL,
  pages INTEGER NOT NULL,
  PRIMARY KEY (status, error)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outputs (
  place INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  position TEXT NOT NULL
);
)sql";

constexpr const char* counted_anew = R"sql(
DELETE FROM hosts;
INSERT INTO hosts SELECT host, count(*), sum(error IS NOT NULL), sum(bytes) FROM pages GROUP BY host;
DELETE FROM ends;
INSERT INTO ends SELECT status, ifnull(error, ''), count(*) FROM pages GROUP BY status, ifnull(error, '');
)sql";

// The index is of the table, and goes with it.
constexpr const char* turn = R"sql(
DROP TABLE IF EXISTS previous;
ALTER TABLE pages RENAME TO previous;
CREATE INDEX previous_by_url ON previous (url);
DELETE FROM hosts;
DELETE FROM ends;
DELETE FROM outputs;
DELETE FROM facts WHERE name IN ('rows', 'ended', 'now', 'now_unix_ms', 'bounds', 'cookies',
  'cookie_source', 'failed');
)sql";

/// Held while this process lives, however it ends.
class folder_lock {
public:
  explicit folder_lock(const std::string& folder) {
    const auto path = crawl_lock_in(folder);
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0)
      throw std::runtime_error(path + ": " + std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      const auto other = lock_holder(fd_);
      ::close(fd_);
      throw std::runtime_error(folder + ": another crawl is at work with it"
                               + (other ? " (process " + std::to_string(other) + ")" : ""));
    }
    const auto own = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, own.data(), own.size(), 0) < 0) {
      // Only who asks whose it is misses it.
    }
  }
  ~folder_lock() { ::close(fd_); }
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;

private:
  int fd_;
};

void make_folder(const std::string& folder) {
  std::error_code e;
  fs::create_directories(folder, e);
  if (e)
    throw std::runtime_error(folder + ": cannot be made: " + e.message());
}

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}
std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string host_of(const std::string& url) {
  const auto u = crawl::url::from_normalized(url);
  return std::string{u.authority()};
}

} // namespace

struct crawl_book::impl {
  impl(const std::string& where, const std::string& identity)
      : folder((make_folder(where), where)), lock(where),
        db(crawl_file_in(where), sqlite_mode::create) {
    // URLs may have credentials; the log beside the file gets its rights from it.
    fs::permissions(db.path(), fs::perms::owner_read | fs::perms::owner_write);
    db.run(setting);
    db.run("BEGIN IMMEDIATE");
    db.run(schema);
    robots = std::make_unique<robots_shelf>(db, now_unix_ms() / 1'000);
    book_facts known{db};
    if (known.text("format").empty()) {
      known.put("format", crawl_book_format);
      known.put("identity", std::string_view{identity});
      known.put("begun_unix_ms", now_unix_ms());
    }
    db.run("COMMIT");
    if (known.text("format") != crawl_book_format)
      throw std::runtime_error(folder + ": was written by another version");
    if (const auto why = crawl::difference_of(known.text("identity"), identity); !why.empty())
      throw std::runtime_error(folder + ": has another crawl in it: " + why
                               + "; go on with its options, or name another folder");
    failed = known.text("failed");
    sqlite_statement last(db, "SELECT ifnull(max(number), 0) FROM pages");
    last.step();
    pages = static_cast<std::uint64_t>(last.number(0));
    ended = known.text("ended");
  }

  /// Does it in one transaction. Returns: "" or why not.
  template <class Work>
  std::string commit(Work work) {
    const std::lock_guard hold{gate};
    try {
      db.run("BEGIN IMMEDIATE");
      robots->write(db);
      work();
      db.run("COMMIT");
      return "";
    } catch (const sqlite_error& e) {
      db.roll_back();
      return e.what();
    }
  }

  void count(const std::map<std::string, crawl_book_view::host>& hosts,
             const std::map<std::pair<int, std::string>, std::uint64_t>& ends) {
    sqlite_statement host(
        db, "INSERT INTO hosts VALUES (?1, ?2, ?3, ?4) ON CONFLICT (host) DO UPDATE SET "
            "pages = pages + ?2, errors = errors + ?3, bytes = bytes + ?4");
    for (const auto& [name, h] : hosts) {
      host.bind(1, std::string_view{name});
      host.bind(2, static_cast<std::int64_t>(h.pages));
      host.bind(3, static_cast<std::int64_t>(h.errors));
      host.bind(4, static_cast<std::int64_t>(h.bytes));
      host.run();
    }
    sqlite_statement end(
        db, "INSERT INTO ends VALUES (?1, ?2, ?3) ON CONFLICT (status, error) DO UPDATE SET "
            "pages = pages + ?3");
    for (const auto& [what, n] : ends) {
      end.bind(1, std::int64_t{what.first});
      end.bind(2, std::string_view{what.second});
      end.bind(3, static_cast<std::int64_t>(n));
      end.run();
    }
  }

  const std::string folder;
  const folder_lock lock;
  mutable std::mutex gate; // of what follows
  mutable sqlite_db db;
  std::uint64_t pages = 0;
  std::string ended, failed;
  std::unique_ptr<robots_shelf> robots; // has a gate of its own
};

crawl_book::crawl_book(const std::string& folder, const std::string& identity)
    : impl_(std::make_unique<impl>(folder, identity)) {}
crawl_book::~crawl_book() = default;

std::uint64_t crawl_book::pages() const {
  const std::lock_guard hold{impl_->gate};
  return impl_->pages;
}
bool crawl_book::ended() const { return !why_ended().empty(); }
std::string crawl_book::why_ended() const {
  const std::lock_guard hold{impl_->gate};
  return impl_->ended;
}

std::string crawl_book::append(std::span<const std::string> pages) {
  if (pages.empty())
    return "";
  auto number = impl_->pages;
  const auto why = impl_->commit([&] {
    std::map<std::string, crawl_book_view::host> hosts;
    std::map<std::pair<int, std::string>, std::uint64_t> ends;
    sqlite_statement s(impl_->db, "INSERT INTO pages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    for (const auto& page : pages) {
      const auto row = crawl::read_final_row(page);
      if (!row)
        throw sqlite_error(impl_->db.path(), "is given bytes that are no page");
      const auto host = host_of(row->url);
      const auto error = to_string(row->error);
      s.bind(1, static_cast<std::int64_t>(++number));
      s.bind(2, std::string_view{row->url});
      s.bind(3, std::string_view{host});
      s.bind(4, std::int64_t{row->status});
      if (error.empty())
        s.bind_null(5);
      else
        s.bind(5, error);
      s.bind(6, static_cast<std::int64_t>(row->bytes));
      s.bind(7, std::int64_t{row->ms});
      s.bind(8, bytes_of(page));
      s.run();
      auto& h = hosts[host];
      ++h.pages;
      h.errors += error.empty() ? 0 : 1;
      h.bytes += row->bytes;
      ++ends[{row->status, std::string{error}}];
    }
    impl_->count(hosts, ends);
  });
  if (why.empty()) {
    const std::lock_guard hold{impl_->gate};
    impl_->pages = number;
  }
  return why;
}

void crawl_book::read(std::uint64_t skip, const std::function<bool(std::string_view)>& page) {
  const std::lock_guard hold{impl_->gate};
  sqlite_statement s(impl_->db, "SELECT record FROM pages WHERE number > ?1 ORDER BY number");
  s.bind(1, static_cast<std::int64_t>(skip));
  while (s.step())
    if (!page(text_of(s.bytes(0))))
      return;
}

crawl_book::mark crawl_book::last_mark() const {
  const std::lock_guard hold{impl_->gate};
  mark m;
  m.rows = static_cast<std::uint64_t>(book_facts{impl_->db}.number("rows"));
  sqlite_statement s(impl_->db, "SELECT name, position FROM outputs ORDER BY place");
  while (s.step()) {
    m.names.emplace_back(s.text(0));
    m.positions.emplace_back(s.text(1));
  }
  return m;
}

std::string crawl_book::put_mark(const mark& m) {
  return impl_->commit([&] {
    book_facts{impl_->db}.put("rows", static_cast<std::int64_t>(m.rows));
    impl_->db.run("DELETE FROM outputs");
    sqlite_statement s(impl_->db, "INSERT INTO outputs VALUES (?1, ?2, ?3)");
    for (std::size_t i = 0; i < m.names.size(); ++i) {
      s.bind(1, static_cast<std::int64_t>(i));
      s.bind(2, std::string_view{m.names[i]});
      s.bind(3, i < m.positions.size() ? std::string_view{m.positions[i]} : std::string_view{});
      s.run();
    }
  });
}

std::string crawl_book::cut(std::uint64_t rows) {
  const auto why = impl_->commit([&] {
    sqlite_statement s(impl_->db, "DELETE FROM pages WHERE number > ?1");
    s.bind(1, static_cast<std::int64_t>(rows));
    s.run();
    impl_->db.run(counted_anew);
  });
  if (why.empty()) {
    const std::lock_guard hold{impl_->gate};
    impl_->pages = std::min(impl_->pages, rows);
  }
  return why;
}

std::string crawl_book::begin_anew() {
  const auto why = impl_->commit([&] {
    impl_->db.run(turn);
    impl_->db.run(schema);
    book_facts{impl_->db}.put("begun_unix_ms", now_unix_ms());
  });
  if (why.empty()) {
    const std::lock_guard hold{impl_->gate};
    impl_->pages = 0;
    impl_->ended.clear();
  }
  return why;
}

bool crawl_book::has_previous() const {
  const std::lock_guard hold{impl_->gate};
  return has_table(impl_->db, "previous");
}

std::string crawl_book::file() const { return crawl_file_in(impl_->folder); }

std::string crawl_book::stopped_by_bounds(bool yes) {
  if (yes == was_stopped_by_bounds())
    return "";
  return impl_->commit([&] { book_facts{impl_->db}.put("bounds", std::int64_t{yes ? 1 : 0}); });
}

bool crawl_book::was_stopped_by_bounds() const {
  const std::lock_guard hold{impl_->gate};
  return book_facts{impl_->db}.number("bounds") != 0;
}

std::string crawl_book::keep_cookies(std::string_view text, std::string_view source) {
  return impl_->commit([&] {
    book_facts{impl_->db}.put("cookies", text);
    if (!source.empty())
      book_facts{impl_->db}.put("cookie_source", source);
  });
}

std::string crawl_book::cookies() const {
  const std::lock_guard hold{impl_->gate};
  return book_facts{impl_->db}.text("cookies");
}

std::string crawl_book::cookie_source() const {
  const std::lock_guard hold{impl_->gate};
  return book_facts{impl_->db}.text("cookie_source");
}

std::string crawl_book::tell(std::string_view json) {
  return impl_->commit([&] {
    book_facts{impl_->db}.put("now", json);
    book_facts{impl_->db}.put("now_unix_ms", now_unix_ms());
  });
}

std::string crawl_book::end(std::string_view why) {
  const auto failed = impl_->commit([&] { book_facts{impl_->db}.put("ended", why); });
  if (failed.empty()) {
    const std::lock_guard hold{impl_->gate};
    impl_->ended = why;
  }
  return failed;
}

std::string crawl_book::fail(std::string_view why) {
  const auto failed = impl_->commit([&] { book_facts{impl_->db}.put("failed", why); });
  if (failed.empty()) {
    const std::lock_guard hold{impl_->gate};
    impl_->failed = why;
  }
  return failed;
}

std::string crawl_book::why_failed() const {
  const std::lock_guard hold{impl_->gate};
  return impl_->failed;
}

std::string crawl_book::start_over() {
  const auto why = impl_->commit([&] {
    impl_->db.run("DELETE FROM pages");
    impl_->db.run(counted_anew);
    impl_->db.run("DELETE FROM outputs");
    book_facts{impl_->db}.put("rows", std::int64_t{0});
    book_facts{impl_->db}.put("failed", std::string_view{});
  });
  if (why.empty()) {
    const std::lock_guard hold{impl_->gate};
    impl_->pages = 0;
    impl_->failed.clear();
  }
  return why;
}

void crawl_book::keep_robots(const std::string& origin, const std::string& agent,
                             const crawl::robots_outcome& outcome) {
  impl_->robots->put(origin, agent, outcome, now_unix_ms() / 1'000);
}

std::optional<crawl::robots_outcome> crawl_book::robots_of(const std::string& origin,
                                                           const std::string& agent) {
  return impl_->robots->find(origin, agent, now_unix_ms() / 1'000);
}

} // namespace troupe::io
