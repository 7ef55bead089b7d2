// SPDX-License-Identifier: BSD-3-Clause
#include "io/sqlite/sqlite.hpp"

#include <algorithm>
#include <cstring>

namespace troupe::io {

namespace {

std::string reason(sqlite3* db, int code) {
  const int system = db ? sqlite3_system_errno(db) : 0;
  const std::string by_system = system != 0 ? std::string{" ("} + std::strerror(system) + ")" : "";
  switch (code & 0xff) {
  case SQLITE_NOTADB:
    return "is no SQLite database";
  case SQLITE_CORRUPT:
    return "is damaged: the database's structure does not hold together";
  case SQLITE_FULL:
    return "the disk is full";
  case SQLITE_READONLY:
    return "is read-only";
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return "is locked by another process";
  case SQLITE_CANTOPEN:
    return "cannot be opened" + by_system;
  case SQLITE_PERM:
    return "access is not permitted";
  case SQLITE_IOERR:
    return "cannot be read or written" + by_system;
  default:
    break;
  }
  std::string text = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

int flags_of(sqlite_mode mode) {
  switch (mode) {
  case sqlite_mode::read:
    return SQLITE_OPEN_READONLY;
  case sqlite_mode::write:
    return SQLITE_OPEN_READWRITE;
  case sqlite_mode::create:
    return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

} // namespace

sqlite_db::sqlite_db(std::string path, sqlite_mode mode) : path_(std::move(path)) {
  const int code =
      sqlite3_open_v2(path_.c_str(), &db_, flags_of(mode) | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = reason(db_, code);
    sqlite3_close(db_);
    throw sqlite_error(path_, why, code & 0xff);
  }
  wait_for_locks(sqlite_lock_wait_max);
}

sqlite_db::~sqlite_db() { sqlite3_close(db_); }

void sqlite_db::run(const char* sql) {
  if (const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
    fail(code);
}

void sqlite_db::roll_back() noexcept {
  if (sqlite3_get_autocommit(db_) == 0)
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void sqlite_db::fail(int code) const { throw sqlite_error(path_, reason(db_, code), code & 0xff); }

sqlite_statement::sqlite_statement(sqlite_db& db, std::string_view sql) : db_(db) {
  check(sqlite3_prepare_v3(db.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

bool sqlite_statement::step() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    sqlite3_reset(statement_);
    db_.fail(code);
  }
  return code == SQLITE_ROW;
}

void sqlite_statement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
}

std::string_view sqlite_statement::text(int column) const {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return begin
             ? std::string_view{begin,
                                static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))}
             : std::string_view{};
}

std::span<const unsigned char> sqlite_statement::bytes(int column) const {
  const auto* begin = static_cast<const unsigned char*>(sqlite3_column_blob(statement_, column));
  return {begin, begin ? static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) : 0};
}

} // namespace troupe::io
