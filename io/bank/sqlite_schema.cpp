// SPDX-License-Identifier: BSD-3-Clause
#include "io/bank/sqlite_schema.hpp"

#include <limits>
#include <string_view>

namespace troupe::io {

namespace {

constexpr std::int64_t oldest_schema = 2; // that is upgraded

constexpr const char* tables = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  currency TEXT NOT NULL,
  balance INTEGER NOT NULL,
  held INTEGER NOT NULL,
  overdraft_max INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  last_record INTEGER NOT NULL);
CREATE TABLE holds (
  id BLOB PRIMARY KEY,
  account INTEGER NOT NULL,
  target INTEGER NOT NULL,
  value INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  state INTEGER NOT NULL,
  outgoing INTEGER NOT NULL,
  closed_by INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX holds_open ON holds (account) WHERE state = 0;
CREATE TABLE history (
  sequence INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  id BLOB,
  kind INTEGER NOT NULL,
  why INTEGER NOT NULL,
  source INTEGER NOT NULL,
  target INTEGER NOT NULL,
  value INTEGER NOT NULL,
  currency TEXT,
  hold BLOB,
  expires_ms INTEGER NOT NULL,
  error INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  source_balance INTEGER NOT NULL,
  source_held INTEGER NOT NULL,
  target_balance INTEGER NOT NULL,
  source_previous INTEGER NOT NULL,
  target_previous INTEGER NOT NULL);
CREATE TABLE kind_names (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE fault_names (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE hold_state_names (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE VIEW balances AS
  WITH recent AS (
    SELECT * FROM history
    WHERE sequence > (SELECT value FROM meta WHERE key = 'accounts_as_of')),
  moved AS (
    SELECT account, balance, max(sequence) FROM (
      SELECT source AS account, source_balance AS balance, sequence FROM recent
      UNION ALL
      SELECT target, target_balance, sequence FROM recent WHERE target <> source)
    GROUP BY account),
  reserved AS (
    SELECT source AS account, source_held AS held, max(sequence) FROM recent GROUP BY source)
  SELECT id, currency, coalesce(moved.balance, accounts.balance) AS balance,
         coalesce(reserved.held, accounts.held) AS held, overdraft_max, closed
  FROM accounts
  LEFT JOIN moved ON moved.account = id
  LEFT JOIN reserved ON reserved.account = id;
CREATE VIEW statement AS
  SELECT sequence, strftime('%Y-%m-%dT%H:%M:%fZ', time_ms / 1000.0, 'unixepoch') AS time,
         lower(hex(id)) AS id, kind_names.name AS kind, nullif(source, 0) AS source,
         nullif(target, 0) AS target, value, currency, lower(hex(hold)) AS hold,
         nullif(expires_ms, 0) AS expires_ms, error_names.name AS error, why_names.name AS why,
         pending, moved, source_balance, source_held, target_balance
  FROM history
  JOIN kind_names ON kind_names.number = kind
  JOIN fault_names AS error_names ON error_names.number = error
  JOIN fault_names AS why_names ON why_names.number = why;
CREATE VIEW hold_list AS
  SELECT lower(hex(id)) AS id, account, nullif(target, 0) AS target, value,
         nullif(expires_ms, 0) AS expires_ms, hold_state_names.name AS state, outgoing,
         nullif(closed_by, 0) AS closed_by
  FROM holds JOIN hold_state_names ON hold_state_names.number = state;
)sql";

void add_name(sqlite_db& db, const char* table, int number, std::string_view name) {
  sqlite_statement put{db, std::string{"INSERT INTO "} + table + " VALUES (?, ?)"};
  put.bind(1, number);
  put.bind(2, name);
  put.run();
}

void add_meta(sqlite_db& db, std::string_view key, std::int64_t value) {
  sqlite_statement put{db, "INSERT INTO meta VALUES (?, ?)"};
  put.bind(1, key);
  put.bind(2, value);
  put.run();
}

std::int64_t one_number(sqlite_db& db, const char* sql) {
  sqlite_statement ask{db, sql};
  const sqlite_reset end{ask};
  return ask.step() ? ask.number(0) : 0;
}

[[noreturn]] void bad_row(const sqlite_db& db, const char* table, const std::string& which,
                          const char* what) {
  throw sqlite_error(db.path(),
                     std::string{"is damaged: "} + table + " " + which + " has no good " + what);
}

std::optional<bank::op_id> id_of(std::span<const unsigned char> bytes) {
  bank::op_id id;
  if (bytes.empty())
    return id;
  if (bytes.size() != std::tuple_size_v<id_bytes>)
    return std::nullopt;
  for (std::size_t i = 0; i < 8; ++i) {
    id.high = id.high << 8 | bytes[i];
    id.low = id.low << 8 | bytes[i + 8];
  }
  return id;
}

bool all_numbers(const sqlite_statement& row, std::initializer_list<int> columns) {
  for (const int c : columns)
    if (!row.is_number(c))
      return false;
  return true;
}

bool is_fault(std::int64_t number) {
  return number == 0
         || (number > 0 && number < 256 && !to_string(static_cast<bank::fault>(number)).empty());
}

} // namespace

std::string partition_path(const std::string& path, std::uint32_t number) {
  return number == 0 ? path : path + "." + std::to_string(number);
}

bool is_blank(sqlite_db& db) {
  return one_number(db, "PRAGMA application_id") == 0
         && one_number(db, "SELECT count(*) FROM sqlite_schema") == 0;
}

void create_tables(sqlite_db& db, bank::partition where) {
  db.run("BEGIN IMMEDIATE");
  try {
    if (!is_blank(db)) // another was quicker
      return db.roll_back();
    db.run(tables);
    for (int k = 0; k < 256; ++k)
      if (const auto name = to_string(static_cast<bank::operation_kind>(k)); !name.empty())
        add_name(db, "kind_names", k, name);
    for (int f = 0; f < 256; ++f)
      if (const auto name = to_string(static_cast<bank::fault>(f)); !name.empty() || f == 0)
        add_name(db, "fault_names", f, f == 0 ? "" : name);
    constexpr const char* states[] = {"open", "posted", "released", "expired"};
    for (int s = 0; s < 4; ++s)
      add_name(db, "hold_state_names", s, states[s]);
    add_meta(db, "schema", bank_schema);
    add_meta(db, "partition", where.number);
    add_meta(db, "partitions", where.count);
    add_meta(db, "epoch", 0);
    add_meta(db, "accounts_as_of", 0);
    add_meta(db, "untold_sequence", 0);
    db.run(("PRAGMA application_id = " + std::to_string(bank_application_id)).c_str());
    db.run("COMMIT");
  } catch (...) {
    db.roll_back();
    throw;
  }
}

std::int64_t read_meta(sqlite_db& db, std::string_view key) {
  sqlite_statement ask{db, "SELECT value FROM meta WHERE key = ?"};
  ask.bind(1, key);
  const sqlite_reset end{ask};
  if (!ask.step())
    throw sqlite_error(db.path(), "is damaged: meta has no " + std::string{key});
  return ask.number(0);
}

bank::partition read_partition(sqlite_db& db) {
  if (one_number(db, "PRAGMA application_id") != bank_application_id)
    throw sqlite_error(db.path(), "is no ledger: another program's database");
  if (const auto schema = read_meta(db, "schema"); schema < oldest_schema || schema > bank_schema)
    throw sqlite_error(db.path(), "has schema " + std::to_string(schema) + "; this program knows "
                                      + std::to_string(oldest_schema) + " to "
                                      + std::to_string(bank_schema));
  const auto number = read_meta(db, "partition");
  const auto count = read_meta(db, "partitions");
  if (count < 1 || count > partitions_max || number < 0 || number >= count)
    throw sqlite_error(db.path(), "is damaged: it says that it is partition "
                                      + std::to_string(number) + " of " + std::to_string(count));
  return {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(count)};
}

std::uint64_t read_last_sequence(sqlite_db& db) {
  return static_cast<std::uint64_t>(one_number(db, "SELECT max(sequence) FROM history"));
}

std::uint64_t read_size_bytes(sqlite_db& db) {
  return static_cast<std::uint64_t>(one_number(db, "PRAGMA page_count")
                                    * one_number(db, "PRAGMA page_size"));
}

void upgrade_schema(sqlite_db& db) {
  if (read_meta(db, "schema") == bank_schema)
    return;
  add_meta(db, "untold_sequence", static_cast<std::int64_t>(read_last_sequence(db)));
  db.run("UPDATE meta SET value = 3 WHERE key = 'schema'");
}

std::uint64_t read_untold_sequence(sqlite_db& db) {
  return read_meta(db, "schema") == oldest_schema
             ? std::numeric_limits<std::uint64_t>::max()
             : static_cast<std::uint64_t>(read_meta(db, "untold_sequence"));
}

id_bytes bytes_of(const bank::op_id& id) {
  id_bytes bytes;
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(id.high >> (56 - 8 * i));
    bytes[i + 8] = static_cast<unsigned char>(id.low >> (56 - 8 * i));
  }
  return bytes;
}

bank::account read_account(const sqlite_db& db, const sqlite_statement& row) {
  bank::account a;
  a.id = static_cast<bank::account_id>(row.number(0));
  const auto which = std::to_string(row.number(0));
  a.unit = bank::parse_currency(row.text(1));
  if (a.unit == bank::currency::none)
    bad_row(db, "account", which, "currency");
  if (!all_numbers(row, {2, 3, 4, 5}))
    bad_row(db, "account", which, "numbers");
  a.balance = row.number(2);
  a.held = row.number(3);
  a.overdraft_max = row.number(4);
  a.closed = row.number(5) != 0;
  return a;
}

bank::hold read_hold(const sqlite_db& db, const sqlite_statement& row) {
  bank::hold h;
  const auto id = id_of(row.bytes(0));
  if (!id || !*id)
    bad_row(db, "hold", "of account " + std::to_string(row.number(1)), "id");
  h.id = *id;
  if (!all_numbers(row, {1, 2, 3, 4, 5, 6, 7}) || row.number(5) < 0
      || row.number(5) > static_cast<int>(bank::hold_state::expired))
    bad_row(db, "hold", to_string(h.id), "numbers");
  h.from = static_cast<bank::account_id>(row.number(1));
  h.to = static_cast<bank::account_id>(row.number(2));
  h.value = row.number(3);
  h.expires_ms = row.number(4);
  h.state = static_cast<bank::hold_state>(row.number(5));
  h.outgoing = row.number(6) != 0;
  h.closed_by = static_cast<std::uint64_t>(row.number(7));
  return h;
}

bank::record read_record_id(const sqlite_db& db, const sqlite_statement& row) {
  bank::record r;
  const auto bad = [&](const char* what) {
    bad_row(db, "history", std::to_string(row.number(0)), what);
  };
  r.answer.sequence = static_cast<std::uint64_t>(row.number(0));
  const auto id = id_of(row.bytes(2));
  if (!id)
    bad("id");
  if (!all_numbers(row, {1, 3}))
    bad("numbers");
  r.answer.time_ms = row.number(1);
  r.asked.id = r.answer.id = *id;
  r.asked.kind = static_cast<bank::operation_kind>(row.number(3));
  if (row.number(3) < 0 || row.number(3) > 255 || to_string(r.asked.kind).empty())
    bad("kind");
  return r;
}

bank::record read_record(const sqlite_db& db, const sqlite_statement& row) {
  bank::record r = read_record_id(db, row);
  const auto which = std::to_string(row.number(0));
  const auto held = id_of(row.bytes(9));
  if (!held)
    bad_row(db, "history", which, "id");
  if (!all_numbers(row, {4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16}))
    bad_row(db, "history", which, "numbers");
  if (!is_fault(row.number(4)) || !is_fault(row.number(11)))
    bad_row(db, "history", which, "fault");
  r.asked.why = static_cast<bank::fault>(row.number(4));
  r.asked.from = static_cast<bank::account_id>(row.number(5));
  r.asked.to = static_cast<bank::account_id>(row.number(6));
  r.asked.value = row.number(7);
  const auto unit = row.text(8);
  r.asked.unit = bank::parse_currency(unit);
  if (!unit.empty() && r.asked.unit == bank::currency::none)
    bad_row(db, "history", which, "currency");
  r.asked.hold = *held;
  r.asked.expires_ms = row.number(10);
  r.answer.error = static_cast<bank::fault>(row.number(11));
  r.answer.pending = row.number(12) != 0;
  r.answer.moved = row.number(13);
  r.answer.from_balance = row.number(14);
  r.answer.from_held = row.number(15);
  r.answer.to_balance = row.number(16);
  if (r.asked.kind == bank::operation_kind::settle
      || r.asked.kind == bank::operation_kind::give_back)
    r.asked.far_balance = r.answer.to_balance;
  return r;
}

std::vector<bank::record> read_history(sqlite_db& db, bank::account_id account, std::int64_t newest,
                                       std::uint64_t before, std::size_t records_max) {
  sqlite_statement row{db, std::string{"SELECT "} + record_columns
                               + " FROM history WHERE sequence = ?"};
  // Returns: the record before the one that `row` stands on; -1 where that is none of the
  // account's.
  const auto previous = [&] {
    const auto id = static_cast<std::int64_t>(account);
    return row.number(5) == id ? row.number(17) : row.number(6) == id ? row.number(18) : -1;
  };
  std::int64_t at = -1;
  if (before != 0) {
    row.bind(1, static_cast<std::int64_t>(before));
    const sqlite_reset end{row};
    at = row.step() ? previous() : -1;
  }
  if (at < 0)
    at = newest;
  std::vector<bank::record> found;
  while (at > 0 && found.size() < records_max) {
    row.bind(1, at);
    const sqlite_reset end{row};
    if (!row.step())
      throw sqlite_error(db.path(), "is damaged: history has no " + std::to_string(at));
    if (before == 0 || static_cast<std::uint64_t>(at) < before)
      found.push_back(read_record(db, row));
    const auto next = previous();
    if (next < 0 || next >= at)
      bad_row(db, "history", std::to_string(at), "place of the record before it");
    at = next;
  }
  return found;
}

} // namespace troupe::io
