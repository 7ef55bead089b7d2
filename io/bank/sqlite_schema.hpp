// SPDX-License-Identifier: BSD-3-Clause
//
// How a partition lies in its file, schema 3. Any SQLite shell can read it; `balances`, `statement`
// and `hold_list` are views of accounts, history and holds: as of now, with names for numbers and
// hexadecimal ids.
//
//   meta      key, value           schema, partition, partitions, epoch, accounts_as_of, ledger,
//                                  untold_sequence
//   accounts  id, currency, balance, held, overdraft_max, closed, last_record
//   holds     id, account, target, value, expires_ms, state, outgoing, closed_by
//   history   sequence, time_ms, id, kind, why, source, target, value, currency, hold, expires_ms,
//             error, pending, moved, source_balance, source_held, target_balance,
//             source_previous, target_previous
//
// Ids are 16 bytes, the high half first; a missing one is NULL. source and target are what the
// operation names; money from or to outside has only the one that it names.
//
// An account's records hang together: accounts.last_record is the newest, and each record has the
// place of the one before it, for its source and for its target. That costs one or two bytes a
// record and no page of its own. Two indexes over history, (source, sequence) and (target,
// sequence), would do the same for any shell user, but dirty two more random pages a transfer:
// measured in memory, pages of 1,024 bytes, 1,000 transfers a commit over 100,000 accounts, they
// take 66,500 transfers/s down to 32,600.
//
// A transfer's two accounts lie on two random pages, and writing those is most of what a commit of
// few transfers costs. But the history says what came of them. So the rows of accounts are written
// seldom, for many commits at once: they are as of the record meta.accounts_as_of or later, and
// whoever reads them redoes the records after that one. The rows of system accounts, which records
// do not name, are written with every commit that changes them; those of accounts that are opened
// or closed too.
//
// Of a settle or give-back, target_balance is what the target had after the transfer, as its
// partition told. In schema 2 it was 0: a writer who opens such a file makes it schema 3, and notes
// in meta.untold_sequence the last record of before. Readers take both.
//
// There is no unique index on history.id for the same reason: the ledger holds all ids in memory
// and is the only writer; the audit checks that they are unique.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/bank/ledger.hpp"
#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

inline constexpr std::uint32_t partitions_max = 1024;
inline constexpr std::int64_t bank_schema = 3;
inline constexpr std::int64_t bank_application_id = 0x54726f75; ///< "Trou"

/// Returns: the file of one partition: PATH itself for the first, PATH.1 for the second.
std::string partition_path(const std::string& path, std::uint32_t number);

/// Returns: true if the database has nothing in it yet (also a file of 0 bytes).
bool is_blank(sqlite_db& db);

/// Makes the tables, in one transaction; nothing where another has just made them.
void create_tables(sqlite_db& db, bank::partition where);

/// Returns: which partition it is.
/// Throws: sqlite_error if it is another application's database, or of a schema that is too new or
/// too old.
bank::partition read_partition(sqlite_db& db);

/// Brings the schema before ours up to ours. To be called inside a transaction that writes.
void upgrade_schema(sqlite_db& db);

/// Returns: the last record of before the near end of a transfer was told the far end's balance.
std::uint64_t read_untold_sequence(sqlite_db& db);

/// Returns: the newest record's place in the history; 0: it is empty.
std::uint64_t read_last_sequence(sqlite_db& db);

std::uint64_t read_size_bytes(sqlite_db& db); ///< of the database, its log included

/// One value of meta.
std::int64_t read_meta(sqlite_db& db, std::string_view key);

// -- rows

using id_bytes = std::array<unsigned char, 16>;
id_bytes bytes_of(const bank::op_id& id);

inline constexpr const char* account_columns = "id, currency, balance, held, overdraft_max, closed";
inline constexpr const char* hold_columns =
    "id, account, target, value, expires_ms, state, outgoing, closed_by";
inline constexpr const char* record_columns =
    "sequence, time_ms, id, kind, why, source, target, value, currency, hold, expires_ms, error, "
    "pending, moved, source_balance, source_held, target_balance, source_previous, "
    "target_previous";

inline constexpr const char* record_id_columns =
    "sequence, time_ms, id, kind"; ///< the first of a row

/// Each reads the row that a statement over those columns stands on.
/// Throws: sqlite_error if it holds what no ledger wrote.
bank::account read_account(const sqlite_db& db, const sqlite_statement& row);
bank::hold read_hold(const sqlite_db& db, const sqlite_statement& row);
bank::record read_record(const sqlite_db& db, const sqlite_statement& row);
/// Returns: no more of the record than those columns have, and looks at no others.
bank::record read_record_id(const sqlite_db& db, const sqlite_statement& row);

/// Returns: records that touch an account, newest first, of those before `before` (0: of all).
/// Takes: `newest`, the place of its last record; 0: it has none.
/// Cost: a look-up a record; one more a newer record where `before` is none of the account's.
std::vector<bank::record> read_history(sqlite_db& db, bank::account_id account, std::int64_t newest,
                                       std::uint64_t before, std::size_t records_max);

} // namespace troupe::io
