// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <stdexcept>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "io/crawl/crawl_book.hpp"
#include "io/crawl/crawl_book_parts.hpp"

namespace troupe::io {

namespace {

// Returns: who holds it now, 0: nobody.
std::int64_t holder_of(const std::string& folder) {
  const int fd = ::open(crawl_lock_in(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  const auto who = held ? lock_holder(fd) : 0;
  ::close(fd);
  return who;
}

// A page that did not change is counted as one alone.
crawl_book_view::against compare_with_previous(sqlite_db& db) {
  sqlite_statement s(db, R"sql(
SELECT count(*) FILTER (WHERE NOT known),
       count(*) FILTER (WHERE known AND error IS NULL AND status BETWEEN 200 AND 299),
       count(*) FILTER (WHERE error IS NULL AND status = 304),
       count(*) FILTER (WHERE known AND (error IS NOT NULL OR status >= 400)),
       (SELECT count(*) FROM previous) - count(*) FILTER (WHERE known)
FROM (SELECT error, status, EXISTS (SELECT 1 FROM previous WHERE url = p.url) AS known FROM pages AS p)
)sql");
  s.step();
  const auto n = [&](int column) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(s.number(column), 0));
  };
  return {n(0), n(1), n(2), n(3), n(4)};
}

} // namespace

crawl_book_view look_at_crawl_book(const std::string& folder, std::size_t hosts_max) {
  const auto file = crawl_file_in(folder);
  std::error_code e;
  if (!std::filesystem::exists(file, e))
    throw std::runtime_error(folder + ": there is no crawl (no " + file + ")");
  sqlite_db db(file, sqlite_mode::read);
  book_facts known{db};
  if (known.text("format") != crawl_book_format)
    throw std::runtime_error(folder + ": was written by another version");
  crawl_book_view v;
  v.process = holder_of(folder);
  v.identity = known.text("identity");
  v.begun_unix_ms = known.number("begun_unix_ms");
  v.rows = static_cast<std::uint64_t>(known.number("rows"));
  v.ended = !known.text("ended").empty();
  v.why_failed = known.text("failed");
  v.now = known.text("now");
  v.now_unix_ms = known.number("now_unix_ms");
  const auto n = [](std::int64_t x) { return static_cast<std::uint64_t>(x); };
  sqlite_statement sums(db, "SELECT ifnull(sum(pages), 0), count(*) FROM hosts");
  sums.step();
  v.pages = n(sums.number(0));
  v.hosts_in_all = n(sums.number(1));
  sqlite_statement hosts(
      db, "SELECT host, pages, errors, bytes FROM hosts ORDER BY pages DESC, host LIMIT ?1");
  hosts.bind(1, static_cast<std::int64_t>(hosts_max));
  while (hosts.step())
    v.hosts.push_back(
        {std::string{hosts.text(0)}, n(hosts.number(1)), n(hosts.number(2)), n(hosts.number(3))});
  sqlite_statement ends(db, "SELECT status, error, pages FROM ends ORDER BY pages DESC, status");
  while (ends.step()) {
    if (ends.text(1).empty())
      v.statuses.emplace_back(static_cast<int>(ends.number(0)), n(ends.number(2)));
    else
      v.faults.emplace_back(std::string{ends.text(1)}, n(ends.number(2)));
  }
  if (has_table(db, "previous"))
    v.previous = compare_with_previous(db);
  return v;
}

std::vector<crawl_book_view::host> look_at_hosts(const std::string& folder,
                                                 const std::vector<std::string>& names) {
  sqlite_db db(crawl_file_in(folder), sqlite_mode::read);
  sqlite_statement s(db, "SELECT pages, errors, bytes FROM hosts WHERE host = ?1");
  std::vector<crawl_book_view::host> found;
  const auto n = [&](int column) { return static_cast<std::uint64_t>(s.number(column)); };
  for (const auto& name : names) {
    const sqlite_reset after{s};
    s.bind(1, std::string_view{name});
    const bool is_there = s.step();
    found.push_back({name, is_there ? n(0) : 0, is_there ? n(1) : 0, is_there ? n(2) : 0});
  }
  return found;
}

} // namespace troupe::io
