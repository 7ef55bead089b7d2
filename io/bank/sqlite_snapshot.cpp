// SPDX-License-Identifier: BSD-3-Clause
#include "io/bank/sqlite_snapshot.hpp"

#include <filesystem>

#include <boost/unordered/unordered_flat_map.hpp>

#include "io/bank/sqlite_recent.hpp"
#include "io/bank/sqlite_schema.hpp"

namespace troupe::io {

struct sqlite_snapshot::impl {
  explicit impl(const std::string& file) : db(file, sqlite_mode::read) {
    db.run("BEGIN");
    if (is_blank(db)) // the first read: from here on this is what we see
      throw sqlite_error(file, "is no ledger: it is blank");
    where = read_partition(db);
  }

  /// Accounts whose rows are behind the history.
  const account_rows& recent() {
    if (!recent_)
      recent_ = read_recent_accounts(db);
    return *recent_;
  }
  bank::account current(const bank::account& stored) {
    const auto at = recent().find(stored.id);
    return at == recent().end() ? stored : at->second.now;
  }

  void check_chains();

  sqlite_db db;
  bank::partition where;

private:
  std::optional<account_rows> recent_;
};

/// Does each account's newest record lead to all of its records? What names an account before it is
/// opened may be missing there.
void sqlite_snapshot::impl::check_chains() {
  struct end {
    std::int64_t record = 0;
    bool open = false;
  };
  boost::unordered_flat_map<std::int64_t, end> ends;
  const auto wrong = [&](std::int64_t account, std::int64_t at) {
    throw sqlite_error(db.path(), "is damaged: account " + std::to_string(account)
                                      + " does not lead to history " + std::to_string(at));
  };
  sqlite_statement row{db, "SELECT sequence, kind, error, source, target, source_previous, "
                           "target_previous FROM history ORDER BY sequence"};
  while (row.step()) {
    const auto at = row.number(0), source = row.number(3), target = row.number(4);
    const auto link = [&](std::int64_t account, std::int64_t previous) {
      auto& [last, open] = ends[account];
      if (previous != last && (open || previous != 0))
        wrong(account, last);
      last = at;
    };
    if (source != 0)
      link(source, row.number(5));
    if (target != 0 && target != source)
      link(target, row.number(6));
    if (row.number(1) == static_cast<int>(bank::operation_kind::open) && row.number(2) == 0)
      ends[target].open = true;
  }
  sqlite_statement newest{db, "SELECT id, last_record FROM accounts"};
  while (newest.step()) {
    const auto id = newest.number(0);
    const auto behind = recent().find(static_cast<bank::account_id>(id));
    const auto last = behind != recent().end() ? behind->second.last_record : newest.number(1);
    if (const auto known = ends.find(id); known != ends.end() && known->second.record != last)
      wrong(id, known->second.record);
  }
}

sqlite_snapshot::sqlite_snapshot(const std::string& file) : impl_(std::make_unique<impl>(file)) {}
sqlite_snapshot::~sqlite_snapshot() = default;
sqlite_snapshot::sqlite_snapshot(sqlite_snapshot&&) noexcept = default;

bank::partition sqlite_snapshot::where() const { return impl_->where; }
std::uint64_t sqlite_snapshot::untold_sequence() { return read_untold_sequence(impl_->db); }

void sqlite_snapshot::check_structure() {
  sqlite_statement ask{impl_->db, "PRAGMA quick_check(1)"};
  if (ask.step() && ask.text(0) != "ok")
    throw sqlite_error(impl_->db.path(), "is damaged: " + std::string{ask.text(0)});
  impl_->check_chains();
}

void sqlite_snapshot::each_account(const std::function<bool(const bank::account&)>& visit) {
  sqlite_statement row{impl_->db,
                       std::string{"SELECT "} + account_columns + " FROM accounts ORDER BY id"};
  while (row.step() && visit(impl_->current(read_account(impl_->db, row)))) {
  }
}

void sqlite_snapshot::each_hold(const std::function<bool(const bank::hold&)>& visit) {
  sqlite_statement row{impl_->db, std::string{"SELECT "} + hold_columns + " FROM holds"};
  while (row.step() && visit(read_hold(impl_->db, row))) {
  }
}

void sqlite_snapshot::each_record(const std::function<bool(const bank::record&)>& visit) {
  sqlite_statement row{impl_->db,
                       std::string{"SELECT "} + record_columns + " FROM history ORDER BY sequence"};
  while (row.step() && visit(read_record(impl_->db, row))) {
  }
}

void sqlite_snapshot::copy_to(const std::string& file) {
  sqlite_db to{file, sqlite_mode::create};
  // It reads within our open transaction: what we see is what is copied.
  auto* copy = sqlite3_backup_init(to.handle(), "main", impl_->db.handle(), "main");
  if (!copy)
    to.fail(sqlite3_errcode(to.handle()));
  const int step = sqlite3_backup_step(copy, -1);
  const int end = sqlite3_backup_finish(copy);
  if (step != SQLITE_DONE || end != SQLITE_OK)
    to.fail(end != SQLITE_OK ? end : step);
}

std::optional<bank::account> sqlite_snapshot::find_account(bank::account_id id) {
  sqlite_statement row{impl_->db,
                       std::string{"SELECT "} + account_columns + " FROM accounts WHERE id = ?"};
  row.bind(1, static_cast<std::int64_t>(id));
  return row.step() ? std::optional{impl_->current(read_account(impl_->db, row))} : std::nullopt;
}

std::vector<bank::hold> sqlite_snapshot::open_holds(bank::account_id id) {
  sqlite_statement row{impl_->db, std::string{"SELECT "} + hold_columns
                                      + " FROM holds WHERE account = ? AND state = 0"};
  row.bind(1, static_cast<std::int64_t>(id));
  std::vector<bank::hold> found;
  while (row.step())
    found.push_back(read_hold(impl_->db, row));
  return found;
}

std::vector<bank::record> sqlite_snapshot::history(bank::account_id id, std::uint64_t before,
                                                   std::size_t records_max) {
  const auto recent = impl_->recent().find(id);
  if (recent != impl_->recent().end())
    return read_history(impl_->db, id, recent->second.last_record, before, records_max);
  sqlite_statement row{impl_->db, "SELECT last_record FROM accounts WHERE id = ?"};
  row.bind(1, static_cast<std::int64_t>(id));
  const auto newest = row.step() ? row.number(0) : 0;
  return read_history(impl_->db, id, newest, before, records_max);
}

namespace {

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string text_of(bank::partition p) {
  return "partition " + std::to_string(p.number) + " of " + std::to_string(p.count);
}

/// Takes: a ledger's first file. Returns: how many there are.
std::uint32_t count_of(const std::string& path) {
  if (!is_there(path))
    throw sqlite_error(path, "there is no such file");
  const auto first = sqlite_snapshot{path}.where();
  if (first.number != 0)
    throw sqlite_error(path, "is " + text_of(first) + ": give the first one's file");
  return first.count;
}

sqlite_snapshot open_partition(const std::string& path, bank::partition wanted) {
  const auto file = partition_path(path, wanted.number);
  if (!is_there(file))
    throw sqlite_error(file, "is missing: it is " + text_of(wanted));
  sqlite_snapshot part{file};
  if (part.where() != wanted)
    throw sqlite_error(file, "is " + text_of(part.where()) + ", not " + text_of(wanted));
  return part;
}

} // namespace

sqlite_snapshot open_snapshot_of(const std::string& path, bank::account_id account) {
  const auto count = count_of(path);
  return open_partition(path, {static_cast<std::uint32_t>(account % count), count});
}

std::vector<sqlite_snapshot> open_snapshots(const std::string& path) {
  const auto count = count_of(path);
  // Holding each file's write lock, of which a transaction that writes nothing leaves no trace,
  // makes one moment of the several. A file that we may not write is read as it is.
  std::vector<std::unique_ptr<sqlite_db>> locks;
  for (std::uint32_t k = 0; count > 1 && k < count; ++k) {
    try {
      locks.push_back(std::make_unique<sqlite_db>(partition_path(path, k), sqlite_mode::write));
      locks.back()->run("BEGIN IMMEDIATE");
    } catch (const sqlite_error& e) {
      if (e.code() == SQLITE_BUSY)
        throw;
    }
  }
  std::vector<sqlite_snapshot> all;
  for (std::uint32_t k = 0; k < count; ++k)
    all.push_back(open_partition(path, {k, count}));
  for (const auto& lock : locks)
    lock->roll_back();
  return all;
}

} // namespace troupe::io
