// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

namespace troupe::test {

/// Stands between SQLite and the system's files, for connections that are opened while it lives
/// and closed before it dies: knows which bytes of a write-ahead log were written and not synced
/// yet, which no crash of a process can show. One at a time; any thread.
///
/// It takes the default's place among SQLite's VFS, and puts its own functions into the files that
/// the one below has opened: https://www.sqlite.org/vfs.html.
class watched_disk {
public:
  watched_disk();
  ~watched_disk();
  watched_disk(const watched_disk&) = delete;
  watched_disk& operator=(const watched_disk&) = delete;

  struct log {
    std::uint64_t unsynced_bytes = 0; ///< written since the last sync
    std::uint64_t written_bytes = 0;
    std::uint64_t syncs = 0; ///< that were done
    int failing_sync = 0;    ///< what the next sync answers, once, and does nothing; 0: none fails
  };
  /// Of the log of a database.
  log of(const std::string& database) const;
  /// Takes: SQLite's code, SQLITE_IOERR_FSYNC say.
  void fail_next_sync(const std::string& database, int code);
};

} // namespace troupe::test
