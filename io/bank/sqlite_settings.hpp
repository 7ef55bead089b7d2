// SPDX-License-Identifier: BSD-3-Clause
//
// How the ledger has SQLite keep its files: for groups of transfers in one commit.
#pragma once

namespace troupe::io {

/// Before anything is in the file.
///
/// A commit of many transfers over many accounts dirties about as many pages as accounts, and each
/// goes whole into the log: large pages are many bytes, small ones many writes. Measured with the
/// files in memory, 1,000 transfers a commit over 100,000 accounts, two rounds, thousands a second:
/// 512 bytes 68 and 55, 1024: 84 and 66, 2048: 100 and 79, 4096: 35 and 89. On a disk the waiting
/// for it hid the difference.
inline constexpr const char* sqlite_page_setting = "PRAGMA page_size = 2048";

/// Of each connection that writes, in a file with a write-ahead log.
///
/// The log is copied into the file (and the file synced) once it has this many pages: seldom enough
/// that an account's page goes once for many commits, often enough that a restart reads little.
inline constexpr const char* sqlite_write_setting = R"sql(
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = OFF;
PRAGMA wal_autocheckpoint = 32768;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
)sql";

} // namespace troupe::io
