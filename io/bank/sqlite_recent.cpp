// SPDX-License-Identifier: BSD-3-Clause
#include "io/bank/sqlite_recent.hpp"

#include <string>

#include "io/bank/sqlite_schema.hpp"

namespace troupe::io {

namespace {

/// Returns: the record that no account's row is behind.
std::int64_t read_as_of(sqlite_db& db) {
  const auto last = static_cast<std::int64_t>(read_last_sequence(db));
  const auto as_of = read_meta(db, "accounts_as_of");
  if (as_of < 0 || as_of > last)
    throw sqlite_error(db.path(), "is damaged: its accounts are as of record "
                                      + std::to_string(as_of) + " of " + std::to_string(last));
  return as_of;
}

} // namespace

account_rows read_recent_accounts(sqlite_db& db) {
  account_rows rows;
  sqlite_statement row{db, std::string{"SELECT "} + account_columns
                               + ", last_record FROM accounts WHERE id = ?"};
  const auto look_up = [&](bank::account_id id) {
    if (id == bank::no_account || rows.contains(id))
      return;
    row.bind(1, static_cast<std::int64_t>(id));
    const sqlite_reset end{row};
    if (row.step())
      rows[id] = {read_account(db, row), row.number(6)};
  };
  sqlite_statement records{db, std::string{"SELECT "} + record_columns
                                   + " FROM history WHERE sequence > ? ORDER BY sequence"};
  records.bind(1, read_as_of(db));
  while (records.step()) {
    const auto r = read_record(db, records);
    look_up(r.asked.from);
    look_up(r.asked.to);
    for (const auto id : {r.asked.from, r.asked.to})
      if (const auto at = rows.find(id); at != rows.end()) {
        bank::redo(at->second.now, r);
        at->second.last_record = static_cast<std::int64_t>(r.answer.sequence);
      }
  }
  return rows;
}

} // namespace troupe::io
