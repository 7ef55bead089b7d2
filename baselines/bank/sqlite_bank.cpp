// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/bank/sqlite_bank.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include <sqlite3.h>

namespace troupe::baselines {

namespace {

using bank::quick_refusal;
using bank::quick_transfer;

struct closes {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
};
using database = std::unique_ptr<sqlite3, closes>;
using statement = std::unique_ptr<sqlite3_stmt, closes>;

[[noreturn]] void fail(sqlite3* db, const std::string& doing) {
  throw std::runtime_error("sqlite: " + doing + ": " + (db ? sqlite3_errmsg(db) : "out of memory"));
}

void run(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(db, sql);
}

statement prepared(sqlite3* db, const char* sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
    fail(db, sql);
  return statement{made};
}

// A statement that gives no rows. Returns: how many rows it changed.
int finish(sqlite3* db, const statement& s) {
  const int code = sqlite3_step(s.get());
  sqlite3_reset(s.get());
  if (code != SQLITE_DONE)
    fail(db, sqlite3_sql(s.get()));
  return sqlite3_changes(db);
}

database opened(const sqlite_setting& setting) {
  sqlite3* raw = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(setting.file.c_str(), &raw, flags, nullptr);
  database db{raw};
  if (code != SQLITE_OK)
    fail(raw, "cannot open " + setting.file.string());
  sqlite3_busy_timeout(raw, static_cast<int>(setting.busy_ms_max));
  // Otherwise as SQLite comes. The settings of the ledger's store (pages of 2 KB, seldom
  // checkpoints) suit groups: here they left 0.57 to 0.70 of the speed at one transfer a commit, and
  // 0.68 to 1.24 at 1,000.
  run(raw, "PRAGMA journal_mode=WAL");
  run(raw, "PRAGMA synchronous=FULL");
  return db;
}

// What one thread at a time holds: a connection with its prepared statements and its row of ids.
class connection {
public:
  explicit connection(const sqlite_setting& setting) : db_(opened(setting)) {
    run(db_.get(), "INSERT INTO connections DEFAULT VALUES");
    number_ = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(db_.get()));
    begin_ = prepared(db_.get(), "BEGIN IMMEDIATE");
    commit_ = prepared(db_.get(), "COMMIT");
    take_ = prepared(db_.get(), "UPDATE accounts SET balance = balance - ?1"
                                " WHERE id = ?2 AND balance >= ?1");
    give_ = prepared(db_.get(), "UPDATE accounts SET balance = balance + ?1 WHERE id = ?2");
    note_ = prepared(db_.get(), "INSERT INTO transfers VALUES (?1, ?2, ?3, ?4)");
  }

  // One transaction. Returns: how many were refused.
  std::size_t apply(std::span<const quick_transfer> batch, std::size_t accounts) {
    std::size_t refused = 0;
    finish(db_.get(), begin_);
    for (const auto& t : batch)
      refused += !apply_one(t, accounts);
    finish(db_.get(), commit_);
    return refused;
  }

  std::vector<std::int64_t> balances() {
    const auto read = prepared(db_.get(), "SELECT balance FROM accounts ORDER BY id");
    std::vector<std::int64_t> all;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(read.get())) == SQLITE_ROW)
      all.push_back(sqlite3_column_int64(read.get(), 0));
    if (code != SQLITE_DONE)
      fail(db_.get(), "reading the balances");
    return all;
  }

private:
  // The rule's second part is the WHERE of take_: one statement less than reading first. That the
  // target cannot overflow is known since the opening: the sum of all accounts fits.
  bool apply_one(const quick_transfer& t, std::size_t accounts) {
    if (bank::check_form(t, accounts) != quick_refusal::none)
      return false;
    sqlite3_bind_int64(take_.get(), 1, t.amount);
    sqlite3_bind_int64(take_.get(), 2, t.from);
    if (finish(db_.get(), take_) == 0)
      return false;
    sqlite3_bind_int64(give_.get(), 1, t.amount);
    sqlite3_bind_int64(give_.get(), 2, t.to);
    finish(db_.get(), give_);
    const auto id = next_id();
    sqlite3_bind_blob(note_.get(), 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    sqlite3_bind_int64(note_.get(), 2, t.from);
    sqlite3_bind_int64(note_.get(), 3, t.to);
    sqlite3_bind_int64(note_.get(), 4, t.amount);
    finish(db_.get(), note_);
    return true;
  }

  // 128 bits, big-endian so that they sort as they were made: who, and the how manieth.
  std::array<unsigned char, 16> next_id() {
    std::array<unsigned char, 16> id{};
    const auto count = ++made_;
    for (unsigned i = 0; i < 8; ++i) {
      id[i] = static_cast<unsigned char>(number_ >> (56 - 8 * i));
      id[8 + i] = static_cast<unsigned char>(count >> (56 - 8 * i));
    }
    return id;
  }

  database db_; // first: it is closed after the statements
  std::uint64_t number_ = 0;
  std::uint64_t made_ = 0;
  statement begin_;
  statement commit_;
  statement take_;
  statement give_;
  statement note_;
};

class sqlite_accounts : public quick_bank {
public:
  sqlite_accounts(const std::vector<std::int64_t>& opening, const sqlite_setting& setting)
      : setting_(setting), accounts_(opening.size()) {
    setting_.commit_transfers_max = std::max<std::size_t>(1, setting.commit_transfers_max);
    bank::opening_sum(opening);
    if (std::filesystem::exists(setting.file))
      throw std::runtime_error("sqlite: " + setting.file.string() + " is there already");
    const auto db = opened(setting_);
    run(db.get(), "BEGIN;"
                  "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);"
                  "CREATE TABLE transfers (id BLOB PRIMARY KEY, source INTEGER NOT NULL,"
                  " target INTEGER NOT NULL, amount INTEGER NOT NULL) WITHOUT ROWID;"
                  "CREATE TABLE connections (number INTEGER PRIMARY KEY AUTOINCREMENT)");
    const auto insert = prepared(db.get(), "INSERT INTO accounts VALUES (?1, ?2)");
    for (std::size_t i = 0; i < opening.size(); ++i) {
      sqlite3_bind_int64(insert.get(), 1, static_cast<sqlite3_int64>(i));
      sqlite3_bind_int64(insert.get(), 2, opening[i]);
      finish(db.get(), insert);
    }
    run(db.get(), "COMMIT");
    run(db.get(), "PRAGMA wal_checkpoint(TRUNCATE)"); // or the first to come pays for the opening
    for (std::size_t i = 0; i < setting.connections; ++i)
      idle_.push_back(std::make_unique<connection>(setting_));
  }

  std::size_t apply(std::span<const quick_transfer> transfers) override {
    auto mine = take_connection();
    std::size_t refused = 0;
    while (!transfers.empty()) {
      const auto batch = transfers.first(std::min(transfers.size(), setting_.commit_transfers_max));
      refused += mine->apply(batch, accounts_);
      transfers = transfers.subspan(batch.size());
    }
    put_back(std::move(mine));
    return refused;
  }

  std::vector<std::int64_t> balances() override {
    auto mine = take_connection();
    auto all = mine->balances();
    put_back(std::move(mine));
    return all;
  }

private:
  // As many connections as there ever were calls at the same time. One that threw is not put back:
  // closing it rolls its transaction back.
  std::unique_ptr<connection> take_connection() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto mine = std::move(idle_.back());
        idle_.pop_back();
        return mine;
      }
    }
    return std::make_unique<connection>(setting_);
  }

  void put_back(std::unique_ptr<connection> mine) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(mine));
  }

  sqlite_setting setting_;
  const std::size_t accounts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<connection>> idle_;
};

} // namespace

std::unique_ptr<quick_bank> sqlite_bank(std::vector<std::int64_t> opening,
                                        const sqlite_setting& setting) {
  return std::make_unique<sqlite_accounts>(opening, setting);
}

} // namespace troupe::baselines
