// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/watched_disk.hpp"

#include <map>
#include <mutex>
#include <utility>

#include <sqlite3.h>

namespace troupe::test {

namespace {

struct open_file {
  const sqlite3_io_methods* below = nullptr;
  std::string path;
};

// SQLite calls plain functions and hands them no more than the file.
std::mutex mutex;
std::map<std::string, watched_disk::log> logs;                    // by path
std::map<sqlite3_file*, open_file> open_files;                    // logs only
std::map<const sqlite3_io_methods*, sqlite3_io_methods> watching; // by what they stand before
sqlite3_vfs* below = nullptr;
sqlite3_vfs over;

/// Returns: the functions below, and the log's figures after `change` to them.
template <class Change>
const sqlite3_io_methods* note(sqlite3_file* file, Change change) {
  const std::lock_guard lock(mutex);
  const auto& [methods, path] = open_files.at(file);
  change(logs[path]);
  return methods;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const auto* to = note(file, [count](watched_disk::log& l) {
    l.unsynced_bytes += static_cast<std::uint64_t>(count);
    l.written_bytes += static_cast<std::uint64_t>(count);
  });
  return to->xWrite(file, bytes, count, offset);
}

int sync(sqlite3_file* file, int flags) {
  int failing = SQLITE_OK;
  const auto* to =
      note(file, [&](watched_disk::log& l) { failing = std::exchange(l.failing_sync, SQLITE_OK); });
  if (failing != SQLITE_OK)
    return failing;
  const int code = to->xSync(file, flags);
  if (code == SQLITE_OK)
    note(file, [](watched_disk::log& l) {
      l.unsynced_bytes = 0;
      ++l.syncs;
    });
  return code;
}

int close(sqlite3_file* file) {
  const auto* to = note(file, [](watched_disk::log&) {});
  {
    const std::lock_guard lock(mutex);
    open_files.erase(file);
  }
  return to->xClose(file);
}

int open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags, int* flags_out) {
  const int code = below->xOpen(below, path, file, flags, flags_out);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0)
    return code;
  const std::lock_guard lock(mutex);
  const auto [mine, is_new] = watching.try_emplace(file->pMethods, *file->pMethods);
  if (is_new) {
    mine->second.xWrite = write;
    mine->second.xSync = sync;
    mine->second.xClose = close;
  }
  open_files[file] = {file->pMethods, path};
  file->pMethods = &mine->second;
  return SQLITE_OK;
}

} // namespace

watched_disk::watched_disk() {
  below = sqlite3_vfs_find(nullptr);
  over = *below; // its other functions look at nothing that the copy has not
  over.zName = "watched";
  over.xOpen = open;
  sqlite3_vfs_register(&over, 1);
}

watched_disk::~watched_disk() {
  sqlite3_vfs_unregister(&over);
  sqlite3_vfs_register(below, 1);
  const std::lock_guard lock(mutex);
  logs.clear();
}

watched_disk::log watched_disk::of(const std::string& database) const {
  const std::lock_guard lock(mutex);
  return logs[database + "-wal"];
}

void watched_disk::fail_next_sync(const std::string& database, int code) {
  const std::lock_guard lock(mutex);
  logs[database + "-wal"].failing_sync = code;
}

} // namespace troupe::test
