// SPDX-License-Identifier: BSD-3-Clause
//
// The few calls of SQLite's C interface that we need, owned and checked. Errors are thrown within
// io and turned into lines at the edge of each room.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace troupe::io {

/// "PATH: what went wrong", one line.
class sqlite_error : public std::runtime_error {
public:
  sqlite_error(const std::string& path, const std::string& what, int code = SQLITE_OK)
      : std::runtime_error(path + ": " + what), code_(code) {}
  int code() const { return code_; } ///< SQLite's primary one; SQLITE_OK where it was ours

private:
  int code_;
};

/// How long a connection waits for another process's commit, checkpoint or take-over, unless told
/// otherwise.
inline constexpr std::chrono::milliseconds sqlite_lock_wait_max{10'000};

enum class sqlite_mode { read, write, create };

/// A connection. Threads: one at a time.
class sqlite_db {
public:
  /// Throws: sqlite_error.
  sqlite_db(std::string path, sqlite_mode mode);
  ~sqlite_db();
  sqlite_db(const sqlite_db&) = delete;
  sqlite_db& operator=(const sqlite_db&) = delete;

  /// How long each statement from now on waits for a lock that another holds.
  void wait_for_locks(std::chrono::milliseconds max) noexcept {
    sqlite3_busy_timeout(db_, static_cast<int>(max.count()));
  }
  /// Does statements that answer nothing of interest. Throws: sqlite_error.
  void run(const char* sql);
  /// Undoes the open transaction, if there is one. Throws nothing: what SQLite cannot undo now, it
  /// undoes when the file is next opened.
  void roll_back() noexcept;
  /// Throws: sqlite_error about what happened last.
  [[noreturn]] void fail(int code) const;

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return db_; }

private:
  std::string path_;
  sqlite3* db_ = nullptr;
};

/// A prepared statement of a connection that outlives it.
class sqlite_statement {
public:
  sqlite_statement(sqlite_db& db, std::string_view sql);
  ~sqlite_statement() { sqlite3_finalize(statement_); }
  sqlite_statement(const sqlite_statement&) = delete;
  sqlite_statement& operator=(const sqlite_statement&) = delete;

  // -- places are counted from 1, as in SQL; what is not bound anew stays
  void bind(int place, std::int64_t value) { check(sqlite3_bind_int64(statement_, place, value)); }
  /// The bytes have to live until the next run() or step().
  void bind(int place, std::string_view text) {
    check(sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()),
                            SQLITE_STATIC));
  }
  void bind(int place, std::span<const unsigned char> bytes) {
    check(sqlite3_bind_blob(statement_, place, bytes.data(), static_cast<int>(bytes.size()),
                            SQLITE_STATIC));
  }
  void bind_null(int place) { check(sqlite3_bind_null(statement_, place)); }

  bool step(); ///< false after the last row
  void reset() { sqlite3_reset(statement_); }
  void run(); ///< all of it, and ready for the next

  // -- columns are counted from 0
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const;
  std::span<const unsigned char> bytes(int column) const;
  bool is_number(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
  }

private:
  void check(int code) const {
    if (code != SQLITE_OK)
      db_.fail(code);
  }
  sqlite_db& db_;
  sqlite3_stmt* statement_ = nullptr;
};

/// Resets a statement at the end of a block, so that no read stays open behind an exception.
class sqlite_reset {
public:
  explicit sqlite_reset(sqlite_statement& s) : statement_(s) {}
  ~sqlite_reset() { statement_.reset(); }
  sqlite_reset(const sqlite_reset&) = delete;
  sqlite_reset& operator=(const sqlite_reset&) = delete;

private:
  sqlite_statement& statement_;
};

} // namespace troupe::io
