// SPDX-License-Identifier: BSD-3-Clause
//
// Rows of accounts are written seldom. Whoever looks must not be able to tell: not the ledger that
// is opened again, not a reader, not a shell user, and not after a kill at any commit.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "io/sqlite/sqlite.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/bank/sqlite_store.hpp"

using namespace troupe;
using bank::operation_kind;
namespace fs = std::filesystem;

namespace {

const bank::currency eur = bank::parse_currency("EUR");
constexpr bank::partition half{0, 2}; // even accounts live here, odd ones elsewhere

struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "troupe-recent-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    io::open_stores(path(), half.count);
  }
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string path(const char* name = "bank.db") const { return (folder / name).string(); }
  /// What a killed process leaves: the file and its log as they are.
  std::string killed() const {
    for (const char* end : {"", "-wal"})
      fs::copy_file(path() + end, path("killed.db") + end, fs::copy_options::overwrite_existing);
    fs::remove(path("killed.db") + "-shm");
    return path("killed.db");
  }
};

/// Everything that happens to accounts, refusals among it.
class random_work {
public:
  explicit random_work(std::uint32_t seed) : random_(seed) {}

  bank::operation next(const bank::ledger& books) {
    bank::operation op{.id = {1, ++made_}};
    const auto some = [&] { return bank::account_id{2 * (1 + random_() % 12)}; };
    op.value = 1 + static_cast<bank::amount>(random_() % 50);
    switch (random_() % 12) {
    case 0:
      op.kind = operation_kind::open;
      op.to = some();
      op.unit = eur;
      break;
    case 1:
      op.kind = operation_kind::close;
      op.from = some();
      op.value = 0;
      break;
    case 2:
    case 3:
      op.kind = operation_kind::deposit;
      op.to = some();
      break;
    case 4:
      op.kind = operation_kind::withdraw;
      op.from = some();
      break;
    case 5:
      op.kind = operation_kind::hold;
      op.from = some();
      op.expires_ms = static_cast<std::int64_t>(made_ + random_() % 60);
      break;
    case 6:
      op.kind = operation_kind::receive;
      op.from = some() + 1;
      op.to = some();
      break;
    case 7:
      if (const auto sent = books.open_transfers(); !sent.empty()) {
        const bool arrived = random_() % 3 != 0;
        op = sent[random_() % sent.size()];
        op.hold = op.id;
        op.kind = arrived ? operation_kind::settle : operation_kind::give_back;
        op.why = arrived ? bank::fault::none : bank::fault::no_account;
        break;
      }
      [[fallthrough]];
    default:
      op.kind = operation_kind::transfer;
      op.from = some();
      op.to = some() + (random_() % 4 == 0 ? 1 : 0);
      break;
    }
    return op;
  }
  std::size_t below(std::size_t n) { return random_() % n; }

private:
  std::mt19937 random_;
  std::uint64_t made_ = 0;
};

using accounts = std::vector<bank::account>;

accounts sorted(accounts all) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return all;
}

accounts by_reader(const std::string& path) {
  accounts all;
  io::sqlite_snapshot{path}.each_account([&](const bank::account& a) {
    all.push_back(a);
    return true;
  });
  return sorted(all);
}

/// Takes: a table or view with the columns of accounts.
accounts by_shell(const std::string& path, const char* from) {
  io::sqlite_db db{path, io::sqlite_mode::read};
  io::sqlite_statement row{
      db, std::string{"SELECT id, currency, balance, held, overdraft_max, closed FROM "} + from};
  accounts all;
  while (row.step())
    all.push_back({.id = static_cast<bank::account_id>(row.number(0)),
                   .unit = bank::parse_currency(row.text(1)),
                   .balance = row.number(2),
                   .held = row.number(3),
                   .overdraft_max = row.number(4),
                   .closed = row.number(5) != 0});
  return sorted(all);
}

/// Returns: the records that name an account, newest first, found the long way.
std::vector<bank::record> all_of(const std::string& path, bank::account_id id) {
  std::vector<bank::record> found;
  bool open = false;
  io::sqlite_snapshot{path}.each_record([&](const bank::record& r) {
    open |= r.asked.kind == operation_kind::open && r.asked.to == id;
    if (open && (r.asked.from == id || r.asked.to == id))
      found.insert(found.begin(), r);
    return true;
  });
  return found;
}

struct reopened {
  io::sqlite_store store;
  bank::ledger books{half};
  reopened(const std::string& path, std::size_t behind)
      : store(path, half, {.records_behind_max = behind}) {
    BOOST_TEST(store.load(books) == "");
  }
};

void do_and_commit(random_work& work, bank::ledger& books, io::sqlite_store& store) {
  for (auto n = 1 + work.below(4); n > 0; --n)
    books.apply(work.next(books), static_cast<std::int64_t>(books.last_sequence()), store);
  const auto why = store.commit(books.changes());
  BOOST_REQUIRE_EQUAL(why, "");
  books.committed();
}

} // namespace

BOOST_DATA_TEST_CASE(nobody_can_tell_that_rows_are_behind,
                     boost::unit_test::data::make({0, 9, 100, 16384}), behind_max) {
  const auto behind = static_cast<std::size_t>(behind_max);
  scratch dir;
  random_work work{7};
  auto open = std::make_unique<reopened>(dir.path(), behind);
  for (int commit = 1; commit <= 150; ++commit) {
    do_and_commit(work, open->books, open->store);
    const auto truth = sorted(open->books.accounts());
    BOOST_REQUIRE((by_reader(dir.path()) == truth));
    BOOST_REQUIRE((by_shell(dir.path(), "balances") == truth));
    if (commit % 10 != 0)
      continue;
    const auto id = bank::account_id{2 * (1 + work.below(12))};
    const auto expected = all_of(dir.path(), id);
    BOOST_REQUIRE((open->store.history(id, 0, 1000) == expected));
    BOOST_REQUIRE((io::sqlite_snapshot{dir.path()}.history(id, 0, 1000) == expected));
    {
      reopened other{dir.killed(), behind};
      BOOST_REQUIRE((sorted(other.books.accounts()) == truth));
      BOOST_REQUIRE((other.store.history(id, 0, 1000) == expected));
      do_and_commit(work, other.books, other.store);
      BOOST_REQUIRE((by_reader(dir.path("killed.db")) == sorted(other.books.accounts())));
    }
    if (commit % 50 == 0) { // an orderly end
      open.reset();
      BOOST_REQUIRE((by_shell(dir.path(), "accounts") == truth));
      open = std::make_unique<reopened>(dir.path(), behind);
      BOOST_REQUIRE((sorted(open->books.accounts()) == truth));
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_are_written_for_many_commits_at_once) {
  scratch dir;
  random_work work{8};
  reopened open{dir.path(), 100};
  int same = 0, behind = 0;
  for (int commit = 1; commit <= 200; ++commit) {
    do_and_commit(work, open.books, open.store);
    const bool now = by_shell(dir.path(), "accounts") == by_reader(dir.path());
    ++(now ? same : behind);
  }
  BOOST_TEST(behind > 150);
  BOOST_TEST(same > 0);
}

BOOST_AUTO_TEST_CASE(rows_that_say_they_are_of_the_future_are_damage) {
  scratch dir;
  random_work work{9};
  {
    reopened open{dir.path(), 100};
    do_and_commit(work, open.books, open.store);
  }
  io::sqlite_db{dir.path(), io::sqlite_mode::write}.run(
      "UPDATE meta SET value = 1000 WHERE key = 'accounts_as_of'");
  io::sqlite_store store{dir.path(), half};
  bank::ledger books{half};
  const auto why = store.load(books);
  BOOST_TEST(why.find("is damaged: its accounts are as of record 1000 of") != std::string::npos,
             why);
}

BOOST_AUTO_TEST_CASE(an_account_that_does_not_lead_to_all_of_its_records_is_damage) {
  scratch dir;
  random_work work{10};
  {
    reopened open{dir.path(), 20};
    for (int commit = 0; commit < 60; ++commit)
      do_and_commit(work, open.books, open.store);
  }
  const auto check = [&] {
    try {
      io::sqlite_snapshot{dir.path()}.check_structure();
      return std::string{};
    } catch (const std::runtime_error& e) {
      return std::string{e.what()};
    }
  };
  BOOST_TEST(check() == "");
  for (const char* harm : {"UPDATE accounts SET last_record = 1",
                           "UPDATE history SET source_previous = 0 WHERE source_previous > 9",
                           "UPDATE history SET target_previous = 1 WHERE target_previous > 9"}) {
    io::sqlite_db db{dir.path(), io::sqlite_mode::write};
    db.run("BEGIN");
    db.run(harm);
    db.run("COMMIT");
    const auto why = check();
    BOOST_TEST(why.find("does not lead to history") != std::string::npos, harm << ": " << why);
  }
}
