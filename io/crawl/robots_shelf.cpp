// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/robots_shelf.hpp"

#include <span>
#include <string_view>
#include <utility>

#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

namespace {

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS robots (
  origin TEXT PRIMARY KEY,
  fetched_unix_s INTEGER NOT NULL,
  agent TEXT NOT NULL,
  status INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  text BLOB NOT NULL
);
)sql";

// 401 and 403 say what they do to whoever asked, and the next life may have another password.
bool worth_keeping(const crawl::robots_outcome& x) {
  const bool of_who_asked = x.status == 401 || x.status == 403 || x.status == 407;
  return x.error == crawl::fault::none && x.status >= 200 && x.status < 500 && x.status != 429
         && !of_who_asked;
}

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

} // namespace

robots_shelf::robots_shelf(sqlite_db& db, std::int64_t now_unix_s) : path_(db.path()) {
  db.run(schema);
  // A clock that was set back has left some of tomorrow.
  sqlite_statement old(db, "DELETE FROM robots WHERE fetched_unix_s <= ?1 OR fetched_unix_s > ?2");
  old.bind(1, now_unix_s - age_s_max);
  old.bind(2, now_unix_s);
  old.run();
  sqlite_statement one(db, "SELECT 1 FROM robots LIMIT 1");
  any_ = one.step();
}

robots_shelf::~robots_shelf() = default;

void robots_shelf::put(const std::string& origin, const std::string& agent,
                       const crawl::robots_outcome& outcome, std::int64_t now_unix_s) {
  if (!worth_keeping(outcome))
    return;
  const std::lock_guard hold{gate_};
  unwritten_.insert_or_assign(origin, fresh{agent, outcome, now_unix_s});
}

void robots_shelf::write(sqlite_db& db) {
  std::map<std::string, fresh> fresh_ones;
  {
    const std::lock_guard hold{gate_};
    fresh_ones.swap(unwritten_);
  }
  if (fresh_ones.empty())
    return;
  sqlite_statement s(db, "INSERT OR REPLACE INTO robots VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  for (const auto& [origin, x] : fresh_ones) {
    s.bind(1, std::string_view{origin});
    s.bind(2, x.fetched_unix_s);
    s.bind(3, std::string_view{x.agent});
    s.bind(4, std::int64_t{x.outcome.status});
    s.bind(5, std::int64_t{x.outcome.moved ? 1 : 0});
    s.bind(6, bytes_of(x.outcome.text));
    s.run();
  }
}

std::optional<crawl::robots_outcome>
robots_shelf::find(const std::string& origin, const std::string& agent, std::int64_t now_unix_s) {
  if (!any_)
    return std::nullopt;
  const std::lock_guard hold{reading_};
  try {
    if (!reader_)
      reader_ = std::make_unique<sqlite_db>(path_, sqlite_mode::read);
    sqlite_statement s(*reader_, "SELECT status, moved, text FROM robots WHERE origin = ?1 AND "
                                 "agent = ?2 AND fetched_unix_s > ?3");
    s.bind(1, std::string_view{origin});
    s.bind(2, std::string_view{agent});
    s.bind(3, now_unix_s - age_s_max);
    if (!s.step())
      return std::nullopt;
    crawl::robots_outcome out;
    out.status = static_cast<int>(s.number(0));
    out.moved = s.number(1) != 0;
    const auto text = s.bytes(2);
    out.text.assign(reinterpret_cast<const char*>(text.data()), text.size());
    return out;
  } catch (const sqlite_error&) {
    return std::nullopt; // it is asked for again
  }
}

} // namespace troupe::io
