// SPDX-License-Identifier: BSD-3-Clause
#include "io/bank/sqlite_store.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "io/bank/sqlite_recent.hpp"
#include "io/bank/sqlite_schema.hpp"
#include "io/bank/sqlite_settings.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

namespace {

constexpr std::uint64_t record_bytes_min = 32; // of history: a damaged one may claim to be longer

void use_wal(sqlite_db& db) {
  sqlite_statement ask{db, "PRAGMA journal_mode = WAL"};
  const sqlite_reset end{ask};
  if (!ask.step() || ask.text(0) != "wal")
    throw sqlite_error(db.path(), "cannot keep a write-ahead log here");
}

/// Brings an older file up to our schema too. Returns: our epoch, from now on.
/// Takes: what that has to be above; else the file stays as it is.
std::int64_t take_over(sqlite_db& db, std::int64_t above) {
  db.run("BEGIN IMMEDIATE");
  try {
    db.run("UPDATE meta SET value = value + 1 WHERE key = 'epoch'");
    const auto mine = read_meta(db, "epoch");
    if (mine <= above)
      throw sqlite_error(db.path(), "is older than what another node had: a copy?");
    upgrade_schema(db);
    db.run("COMMIT");
    return mine;
  } catch (...) {
    db.roll_back();
    throw;
  }
}

/// Returns: the account of which the record says more than a balance; no_account: of none.
bank::account_id opened_or_closed(const bank::record& r) {
  if (r.answer.error != bank::fault::none)
    return bank::no_account;
  return r.asked.kind == bank::operation_kind::open    ? r.asked.to
         : r.asked.kind == bank::operation_kind::close ? r.asked.from
                                                       : bank::no_account;
}

std::string text_of(bank::partition p) {
  return "partition " + std::to_string(p.number) + " of " + std::to_string(p.count);
}

} // namespace

struct sqlite_store::impl {
  impl(const std::string& file, bank::partition w, sqlite_store_limits l)
      : db(file, sqlite_mode::write), where(w), limits(l) {
    if (const auto is = read_partition(db); is != where)
      throw sqlite_error(file, "is " + text_of(is) + ", not " + text_of(where));
    use_wal(db);
    db.run(sqlite_write_setting);
    db.wait_for_locks(std::min(limits.begin_wait_max, sqlite_lock_wait_max));
    epoch = take_over(db, limits.epoch_above);
    db.wait_for_locks(sqlite_lock_wait_max);
  }

  void load(bank::ledger& into);
  void begin_change();
  void write(const bank::change_set& change);
  void check_fence();
  void put(const bank::record& r);
  void put(const bank::account& a);
  void put_accounts();
  void catch_up() noexcept;
  void put(const bank::hold& h);
  std::int64_t link(bank::account_id id, std::uint64_t sequence);

  /// An account's newest record, and whether its row is behind: for which of the writings of rows
  /// it waits.
  struct tail {
    std::int64_t record = 0;
    std::uint32_t waits_for = 0;
  };

  sqlite_db db;
  bank::partition where;
  std::int64_t epoch = 0;
  std::string broken; // why nothing more may be committed
  bool loaded = false;
  sqlite_store_limits limits;
  std::int64_t last = 0;     // record
  std::int64_t as_of = 0;    // record that no row is behind
  std::uint32_t writing = 1; // number of the next writing of rows
  boost::unordered_flat_map<bank::account_id, tail> tails;
  std::vector<bank::account_id> behind; // whose rows are
  /// What belongs into them; not of accounts that only refused operations named: of those all that
  /// has changed is the newest record.
  boost::unordered_flat_map<bank::account_id, bank::account> changed;

  sqlite_statement begin{db, "BEGIN IMMEDIATE"};
  sqlite_statement end{db, "COMMIT"};
  sqlite_statement current_epoch{db, "SELECT value FROM meta WHERE key = 'epoch'"};
  sqlite_statement put_record{db, std::string{"INSERT INTO history ("} + record_columns
                                      + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
  sqlite_statement put_account{db, std::string{"REPLACE INTO accounts ("} + account_columns
                                       + ", last_record) VALUES (?,?,?,?,?,?,?)"};
  sqlite_statement put_as_of{db, "UPDATE meta SET value = ? WHERE key = 'accounts_as_of'"};
  sqlite_statement put_tail{db, "UPDATE accounts SET last_record = ?2 WHERE id = ?1"};
  sqlite_statement put_hold{db, std::string{"REPLACE INTO holds ("} + hold_columns
                                    + ") VALUES (?,?,?,?,?,?,?,?)"};
  sqlite_statement one_record{db, std::string{"SELECT "} + record_columns
                                      + " FROM history WHERE sequence = ?"};
};

// -- reading

void sqlite_store::impl::load(bank::ledger& into) {
  if (into.where() != where)
    throw sqlite_error(db.path(), "is " + text_of(where) + ", not " + text_of(into.where()));
  as_of = read_meta(db, "accounts_as_of");
  const auto recent = read_recent_accounts(db);
  sqlite_statement accounts{db, std::string{"SELECT "} + account_columns
                                    + ", last_record FROM accounts ORDER BY id"};
  while (accounts.step()) {
    const auto stored = read_account(db, accounts);
    const auto at = recent.find(stored.id);
    const bool is_behind = at != recent.end();
    into.restore(is_behind ? at->second.now : stored);
    tails[stored.id] = {is_behind ? at->second.last_record : accounts.number(6),
                        is_behind ? writing : 0};
    if (is_behind) {
      behind.push_back(stored.id);
      changed[stored.id] = at->second.now;
    }
  }
  sqlite_statement holds{db, std::string{"SELECT "} + hold_columns + " FROM holds"};
  while (holds.step())
    into.restore(read_hold(db, holds));
  into.expect(std::min(read_last_sequence(db), read_size_bytes(db) / record_bytes_min));
  sqlite_statement records{db, std::string{"SELECT "} + record_id_columns
                                   + " FROM history ORDER BY sequence"};
  while (records.step()) {
    const auto r = read_record_id(db, records);
    if (r.answer.sequence != static_cast<std::uint64_t>(++last))
      throw sqlite_error(db.path(), "is damaged: history has no " + std::to_string(last));
    into.restore(r.asked, r.answer.sequence, r.answer.time_ms);
  }
}

// -- writing

/// Waits for the lock longer than what comes later may: a lock missed then leaves a commit in
/// doubt.
void sqlite_store::impl::begin_change() {
  db.wait_for_locks(limits.begin_wait_max);
  try {
    begin.run();
  } catch (const sqlite_error& e) {
    if (e.code() != SQLITE_BUSY)
      throw;
    throw sqlite_error(db.path(),
                       "has been locked by another process for "
                           + std::to_string(limits.begin_wait_max.count())
                           + " ms, the longest wait",
                       SQLITE_BUSY);
  }
  db.wait_for_locks(sqlite_lock_wait_max);
}

void sqlite_store::impl::write(const bank::change_set& change) {
  begin_change();
  check_fence();
  for (const auto& a : change.accounts) {
    tails.try_emplace(a.id);
    if (!bank::is_system(a.id))
      changed[a.id] = a;
  }
  for (const auto& r : change.records)
    put(r);
  for (const auto& a : change.accounts)
    if (bank::is_system(a.id))
      put(a);
  for (const auto& r : change.records)
    if (const auto id = opened_or_closed(r); id != bank::no_account)
      put(changed.at(id));
  if (static_cast<std::size_t>(last - as_of) > limits.records_behind_max)
    put_accounts();
  for (const auto& h : change.holds)
    put(h);
  end.run();
}

/// Writes all rows that are behind, in the order of their pages: each is found, and changed, once.
void sqlite_store::impl::put_accounts() {
  std::sort(behind.begin(), behind.end());
  for (const auto id : behind) {
    if (const auto at = changed.find(id); at != changed.end()) {
      put(at->second);
      continue;
    }
    put_tail.bind(1, static_cast<std::int64_t>(id));
    put_tail.bind(2, tails[id].record);
    put_tail.run();
  }
  put_as_of.bind(1, last);
  put_as_of.run();
  behind.clear();
  changed.clear();
  ++writing;
  as_of = last;
}

/// So that the next one to open has nothing to redo. If it cannot be done, it is redone.
void sqlite_store::impl::catch_up() noexcept {
  if (!loaded || !broken.empty() || as_of == last)
    return;
  try {
    begin.run();
    check_fence();
    put_accounts();
    end.run();
  } catch (const std::exception&) {
    db.roll_back();
  }
}

void sqlite_store::impl::check_fence() {
  const sqlite_reset done{current_epoch};
  const auto now = current_epoch.step() ? current_epoch.number(0) : -1;
  if (now != epoch)
    throw sqlite_error(db.path(), "another writer has taken over (epoch " + std::to_string(now)
                                      + ", ours is " + std::to_string(epoch) + ")");
}

/// Hangs a record behind the account's last one. Returns: that one; 0 for the first, and for
/// accounts that are not here.
std::int64_t sqlite_store::impl::link(bank::account_id id, std::uint64_t sequence) {
  const auto at = tails.find(id);
  if (at == tails.end())
    return 0;
  auto& [record, waits_for] = at->second;
  if (waits_for != writing) {
    waits_for = writing;
    behind.push_back(id);
  }
  return std::exchange(record, static_cast<std::int64_t>(sequence));
}

void sqlite_store::impl::put(const bank::record& r) {
  const auto id = bytes_of(r.asked.id);
  const auto held = bytes_of(r.asked.hold);
  const auto unit = to_string(r.asked.unit);
  last = static_cast<std::int64_t>(r.answer.sequence);
  auto& row = put_record;
  row.bind(1, static_cast<std::int64_t>(r.answer.sequence));
  row.bind(2, r.answer.time_ms);
  if (r.asked.id)
    row.bind(3, id);
  else
    row.bind_null(3);
  row.bind(4, static_cast<int>(r.asked.kind));
  row.bind(5, static_cast<int>(r.asked.why));
  row.bind(6, static_cast<std::int64_t>(r.asked.from));
  row.bind(7, static_cast<std::int64_t>(r.asked.to));
  row.bind(8, r.asked.value);
  if (unit.empty())
    row.bind_null(9);
  else
    row.bind(9, unit);
  if (r.asked.hold)
    row.bind(10, held);
  else
    row.bind_null(10);
  row.bind(11, r.asked.expires_ms);
  row.bind(12, static_cast<int>(r.answer.error));
  row.bind(13, r.answer.pending);
  row.bind(14, r.answer.moved);
  row.bind(15, r.answer.from_balance);
  row.bind(16, r.answer.from_held);
  row.bind(17, r.answer.to_balance);
  row.bind(18, link(r.asked.from, r.answer.sequence));
  row.bind(19, r.asked.to == r.asked.from ? 0 : link(r.asked.to, r.answer.sequence));
  row.run();
}

void sqlite_store::impl::put(const bank::account& a) {
  const auto unit = to_string(a.unit);
  auto& row = put_account;
  row.bind(1, static_cast<std::int64_t>(a.id));
  row.bind(2, unit);
  row.bind(3, a.balance);
  row.bind(4, a.held);
  row.bind(5, a.overdraft_max);
  row.bind(6, a.closed);
  row.bind(7, tails[a.id].record);
  row.run();
}

void sqlite_store::impl::put(const bank::hold& h) {
  const auto id = bytes_of(h.id);
  auto& row = put_hold;
  row.bind(1, id);
  row.bind(2, static_cast<std::int64_t>(h.from));
  row.bind(3, static_cast<std::int64_t>(h.to));
  row.bind(4, h.value);
  row.bind(5, h.expires_ms);
  row.bind(6, static_cast<int>(h.state));
  row.bind(7, h.outgoing);
  row.bind(8, static_cast<std::int64_t>(h.closed_by));
  row.run();
}

// -- the face

sqlite_store::sqlite_store(const std::string& file, bank::partition where,
                           sqlite_store_limits limits)
    : impl_(std::make_unique<impl>(file, where, limits)) {}
sqlite_store::~sqlite_store() { impl_->catch_up(); }

std::int64_t sqlite_store::epoch() const { return impl_->epoch; }

std::string sqlite_store::load(bank::ledger& into) {
  impl& my = *impl_;
  try {
    // What is read is of one moment, although another may have taken over since.
    my.db.run("BEGIN");
    my.tails.clear();
    my.behind.clear();
    my.changed.clear();
    my.last = 0;
    my.load(into);
    my.db.run("COMMIT");
    my.loaded = true;
    return "";
  } catch (const sqlite_error& e) {
    my.db.roll_back();
    return e.what();
  }
}

std::string sqlite_store::commit(const bank::change_set& change) {
  impl& my = *impl_;
  if (!my.broken.empty())
    return my.broken;
  if (!my.loaded)
    return my.db.path() + ": nothing can be committed before it is loaded";
  const trace::slice commits{"commit and sync", [&my] { return my.db.path(); }};
  try {
    my.write(change);
    return "";
  } catch (const sqlite_error& e) {
    my.db.roll_back();
    my.broken = std::string{e.what()} + "; nothing more is committed";
    return my.broken;
  }
}

tl::expected<std::vector<bank::record>, std::string>
sqlite_store::history(bank::account_id account, std::uint64_t before, std::size_t records_max) {
  try {
    const auto at = impl_->tails.find(account);
    const auto newest = at == impl_->tails.end() ? 0 : at->second.record;
    return read_history(impl_->db, account, newest, before, records_max);
  } catch (const sqlite_error& e) {
    return tl::unexpected(std::string{e.what()});
  }
}

std::optional<bank::record> sqlite_store::record_at(std::uint64_t sequence) {
  try {
    auto& row = impl_->one_record;
    row.bind(1, static_cast<std::int64_t>(sequence));
    const sqlite_reset end{row};
    return row.step() ? std::optional{read_record(impl_->db, row)} : std::nullopt;
  } catch (const sqlite_error&) {
    return std::nullopt;
  }
}

// -- opening

namespace {

namespace fs = std::filesystem;

bool is_there(const std::string& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (fs::is_directory(status))
    throw sqlite_error(file, "is a folder");
  return fs::exists(status);
}

/// Makes one partition, or finds it made already and without history: an earlier attempt that was
/// cut off.
void make(const std::string& file, bank::partition where) {
  sqlite_db db{file, sqlite_mode::create};
  if (is_blank(db)) {
    db.run(sqlite_page_setting);
    use_wal(db);
    db.run("PRAGMA synchronous = FULL");
    create_tables(db, where);
    return;
  }
  sqlite_statement any{db, "SELECT 1 FROM history LIMIT 1"};
  if (read_partition(db) != where || any.step())
    throw sqlite_error(file, "belongs to a ledger already, of which the first file is missing");
}

/// Returns: how many partitions the ledger has; 0 if there is none yet.
std::uint32_t count_partitions(const std::string& path) {
  if (!is_there(path))
    return 0;
  sqlite_db first{path, sqlite_mode::write};
  return is_blank(first) ? 0 : read_partition(first).count;
}

} // namespace

std::uint32_t make_stores(const std::string& path, std::uint32_t partitions, when_missing missing) {
  if (partitions > partitions_max)
    throw sqlite_error(path,
                       "a ledger has at most " + std::to_string(partitions_max) + " partitions");
  auto count = count_partitions(path);
  if (count == 0 && missing == when_missing::fail)
    throw sqlite_error(path,
                       is_there(path) ? "is no ledger: it is blank" : "there is no such file");
  if (count == 0) {
    count = std::max(1u, partitions);
    for (auto k = count; k-- > 0;) // the first is made last: where it is, all are
      make(partition_path(path, k), {k, count});
  }
  if (partitions != 0 && partitions != count)
    throw sqlite_error(path, "has " + std::to_string(count) + " partition" + (count == 1 ? "" : "s")
                                 + ", not " + std::to_string(partitions));
  return count;
}

std::vector<std::unique_ptr<ledger_store>>
open_stores(const std::string& path, std::uint32_t partitions, when_missing missing) {
  const auto count = make_stores(path, partitions, missing);
  std::vector<std::unique_ptr<ledger_store>> stores;
  for (std::uint32_t k = 0; k < count; ++k) {
    const auto file = partition_path(path, k);
    if (!is_there(file))
      throw sqlite_error(file, "is missing: it is partition " + std::to_string(k) + " of "
                                   + std::to_string(count));
    stores.push_back(std::make_unique<sqlite_store>(file, bank::partition{k, count}));
  }
  return stores;
}

} // namespace troupe::io
