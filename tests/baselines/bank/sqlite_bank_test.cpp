// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <sqlite3.h>

#include "baselines/bank/sqlite_bank.hpp"
#include "io/bank/sqlite_store.hpp"

using namespace troupe;

namespace {

struct temporary_folder {
  temporary_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "troupe-sqlite.XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

/// Returns: the first column of each row, as another program would read it.
std::vector<std::string> column(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* db = nullptr;
  BOOST_REQUIRE(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
  std::vector<std::string> rows;
  const auto keep = [](void* to, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(to)->push_back(values[0]);
    return 0;
  };
  const int code = sqlite3_exec(db, sql.c_str(), keep, &rows, nullptr);
  BOOST_TEST(code == SQLITE_OK, sqlite3_errmsg(db));
  sqlite3_close(db);
  return rows;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_file_tells_every_transfer_and_its_history_gives_the_balances) {
  for (const std::size_t per_commit : {1, 30}) {
    BOOST_TEST_CONTEXT(per_commit << " a commit") {
      const temporary_folder folder;
      const auto file = folder.path / "bank.db";
      const auto bank = baselines::sqlite_bank({100, 400, 400}, {file, per_commit});
      const std::vector<bank::quick_transfer> work{
          {0, 1, 10}, {1, 2, 20}, {2, 0, 30}, {0, 1, 5000}};
      std::atomic<int> as_expected = 0; // the test framework is for one thread only
      {
        std::vector<std::jthread> crew;
        for (int i = 0; i < 3; ++i)
          crew.emplace_back([&] {
            for (int turn = 0; turn < 10; ++turn)
              as_expected += bank->apply(work) == 1 ? 1 : 0;
          });
      }
      BOOST_TEST(as_expected == 30);
      BOOST_TEST(column(file, "PRAGMA integrity_check") == std::vector<std::string>{"ok"});
      BOOST_TEST(column(file, "PRAGMA journal_mode") == std::vector<std::string>{"wal"});
      BOOST_TEST(column(file, "SELECT count(*) FROM transfers") == std::vector<std::string>{"90"});
      BOOST_TEST(column(file, "SELECT count(DISTINCT id) FROM transfers WHERE length(id) = 16")
                 == std::vector<std::string>{"90"});
      const auto derived = column(
          file, "SELECT CASE id WHEN 0 THEN 100 ELSE 400 END + (SELECT coalesce(sum(amount), 0) "
                "FROM transfers"
                " WHERE target = a.id) - (SELECT coalesce(sum(amount), 0) FROM transfers WHERE"
                " source = a.id) FROM accounts a ORDER BY id");
      // Each turn leaves 20 more, 10 less and 10 less; the last of its four finds no funds.
      BOOST_TEST(derived == (std::vector<std::string>{"700", "100", "100"}),
                 boost::test_tools::per_element());
      std::vector<std::string> have;
      for (const auto amount : bank->balances())
        have.push_back(std::to_string(amount));
      BOOST_TEST(have == derived, boost::test_tools::per_element());
    }
  }
}

/// As SQLite makes a file, but for its log and its syncing: the ledger's settings are its own, and
/// slow a bank that commits one transfer at a time.
BOOST_AUTO_TEST_CASE(the_file_is_kept_as_sqlite_makes_it) {
  const temporary_folder folder;
  const auto file = folder.path / "bank.db";
  const std::filesystem::path plain = ":memory:";
  const auto bank = baselines::sqlite_bank({1'000'000, 0}, {file});
  BOOST_TEST(column(file, "PRAGMA journal_mode") == std::vector<std::string>{"wal"});
  BOOST_TEST(column(file, "PRAGMA page_size") == column(plain, "PRAGMA page_size"));
  const std::vector<bank::quick_transfer> work(600, {0, 1, 1});
  BOOST_TEST(bank->apply(work) == 0u);
  // Each commit leaves the page of the accounts and one of the transfers in the log, which is
  // copied back at SQLite's own 1000 pages: so it is begun again instead of growing past 1200.
  const auto log = std::filesystem::file_size(file.string() + "-wal");
  BOOST_TEST(log > 900u * 4096u);
  BOOST_TEST(log < 1150u * 4096u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_there_is_not_opened_again) {
  const temporary_folder folder;
  const auto file = folder.path / "bank.db";
  const auto first = baselines::sqlite_bank({100, 100}, {file});
  BOOST_CHECK_THROW(baselines::sqlite_bank({100, 100}, {file}), std::runtime_error);
  BOOST_TEST(first->balances() == (std::vector<std::int64_t>{100, 100}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_an_error_in_words) {
  const auto is_clear = [](const std::runtime_error& e) {
    return std::string(e.what()).find("/nowhere/to/be/found/bank.db") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(baselines::sqlite_bank({1, 1}, {"/nowhere/to/be/found/bank.db"}),
                        std::runtime_error, is_clear);
}

BOOST_AUTO_TEST_CASE(a_thread_that_never_gets_its_turn_is_told_so) {
  const temporary_folder folder;
  const auto file = folder.path / "bank.db";
  const auto bank = baselines::sqlite_bank({100, 100}, {.file = file, .busy_ms_max = 20});
  const std::vector<bank::quick_transfer> work{{0, 1, 10}};
  BOOST_TEST(bank->apply(work) == 0u);
  sqlite3* other = nullptr;
  BOOST_REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
  BOOST_REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  BOOST_CHECK_THROW(bank->apply(work), std::runtime_error);
  BOOST_REQUIRE(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(other);
  BOOST_TEST(bank->apply(work) == 0u); // and nothing of the failed one is left
  BOOST_TEST(bank->balances() == (std::vector<std::int64_t>{80, 120}),
             boost::test_tools::per_element());
}
