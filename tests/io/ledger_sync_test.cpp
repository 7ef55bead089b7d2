// SPDX-License-Identifier: BSD-3-Clause
//
// What a commit promises of the disk, and what it makes of another process's lock.
#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "io/sqlite/sqlite.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/bank/sqlite_store.hpp"
#include "tests/support/watched_disk.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using bank::operation_kind;
namespace fs = std::filesystem;
using ms = std::chrono::milliseconds;

namespace {

struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "troupe-sync-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    io::open_stores(path(), 1);
  }
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string path() const { return (folder / "bank.db").string(); }
  std::size_t records() const {
    std::size_t n = 0;
    io::sqlite_snapshot{path()}.each_record([&n](const auto&) { return ++n > 0; });
    return n;
  }
};

struct desk {
  io::sqlite_store store;
  bank::ledger books;
  std::uint64_t last_id = 0;

  explicit desk(const scratch& dir, io::sqlite_store_limits limits = {})
      : store(dir.path(), {}, limits) {
    BOOST_TEST(store.load(books) == "");
    last_id = books.last_sequence();
  }
  /// Opens an account, then pays into it. Returns: what the commit says.
  std::string commit(int operations = 1) {
    for (; operations > 0; --operations) {
      bank::operation op{
          .id = {1, ++last_id}, .kind = operation_kind::deposit, .to = 1, .value = 5};
      if (last_id == 1)
        op = {.id = op.id,
              .kind = operation_kind::open,
              .to = 1,
              .unit = bank::parse_currency("EUR")};
      books.apply(op, 1000, store);
    }
    auto why = store.commit(books.changes());
    if (why.empty())
      books.committed();
    return why;
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos && text.find('\n') == std::string::npos;
}

/// Another process, a shell say, in the middle of a transaction.
struct other_writer {
  io::sqlite_db db;
  explicit other_writer(const scratch& dir) : db(dir.path(), io::sqlite_mode::write) {
    db.run("BEGIN IMMEDIATE");
  }
};

} // namespace

// -- syncs

BOOST_AUTO_TEST_CASE(a_commit_that_is_said_to_be_done_is_synced) {
  const test::watched_disk disk;
  const scratch dir;
  desk d{dir, {.records_behind_max = 50}};
  for (int n = 0; n < 40; ++n) {
    const auto before = disk.of(dir.path());
    BOOST_REQUIRE_EQUAL(d.commit(1 + n % 7), "");
    const auto after = disk.of(dir.path());
    BOOST_REQUIRE_GT(after.written_bytes, before.written_bytes);
    BOOST_REQUIRE_GT(after.syncs, before.syncs);
    BOOST_REQUIRE_EQUAL(after.unsynced_bytes, 0u);
  }
}

/// Else the case above could pass because nothing is seen.
BOOST_AUTO_TEST_CASE(a_commit_that_is_not_synced_would_be_seen) {
  const test::watched_disk disk;
  const scratch dir;
  io::sqlite_db db{dir.path(), io::sqlite_mode::write};
  db.run("PRAGMA synchronous = NORMAL");
  db.run("UPDATE meta SET value = value + 1 WHERE key = 'epoch'");
  BOOST_TEST(disk.of(dir.path()).unsynced_bytes > 2048u); // a page at least
  db.run("PRAGMA synchronous = FULL");
  db.run("UPDATE meta SET value = value + 1 WHERE key = 'epoch'");
  BOOST_TEST(disk.of(dir.path()).unsynced_bytes == 0u);
}

/// A lock that is missed within a commit (the second) is no reason to try it again either.
BOOST_AUTO_TEST_CASE(after_a_sync_that_failed_nothing_more_is_committed) {
  for (const int code : {SQLITE_IOERR_FSYNC, SQLITE_BUSY}) {
    BOOST_TEST_CONTEXT("code " << code) {
      test::watched_disk disk;
      const scratch dir;
      {
        desk d{dir};
        BOOST_TEST(d.commit(3) == "");
        disk.fail_next_sync(dir.path(), code);
        const auto why = d.commit();
        BOOST_TEST(has(why, code == SQLITE_BUSY ? "is locked by another process; nothing more"
                                                : "cannot be read or written"),
                   why);
        const auto before = disk.of(dir.path());
        BOOST_TEST(before.unsynced_bytes > 0u);
        BOOST_TEST(d.commit() == why); // though a sync would succeed now
        BOOST_TEST(disk.of(dir.path()).written_bytes == before.written_bytes);
        BOOST_TEST(dir.records() == 3u);
      }
      desk after{dir};
      BOOST_TEST(after.books.last_sequence() == dir.records());
      BOOST_TEST(after.commit() == "");
    }
  }
}

// -- locks

BOOST_AUTO_TEST_CASE(a_commit_waits_for_anothers_lock) {
  const scratch dir;
  desk d{dir};
  BOOST_TEST(d.commit(2) == "");
  auto other = std::make_unique<other_writer>(dir);
  std::jthread release{[&other] {
    std::this_thread::sleep_for(300ms);
    other->db.roll_back();
  }};
  BOOST_TEST(d.commit() == "");
  release.join();
  BOOST_TEST(dir.records() == 3u);
  BOOST_TEST((io::sqlite_store_limits{}.begin_wait_max > io::sqlite_lock_wait_max));
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_never_released_is_one_clear_line) {
  const scratch dir;
  desk d{dir, {.begin_wait_max = 200ms}};
  BOOST_TEST(d.commit(2) == "");
  std::string why;
  {
    const other_writer other{dir};
    const auto start = std::chrono::steady_clock::now();
    why = d.commit();
    const auto took = std::chrono::steady_clock::now() - start;
    BOOST_TEST((took >= 150ms && took < io::sqlite_lock_wait_max / 2),
               std::chrono::duration_cast<ms>(took).count() << " ms");
    BOOST_TEST(has(why, dir.path()
                            + ": has been locked by another process for 200 ms, the longest wait; "
                              "nothing more is committed"),
               why);
  }
  BOOST_TEST(d.commit() == why);
  BOOST_TEST(dir.records() == 2u);
  BOOST_TEST(desk{dir}.commit() == "");
}
