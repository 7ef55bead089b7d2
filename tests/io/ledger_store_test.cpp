// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "io/sqlite/sqlite.hpp"
#include "io/bank/sqlite_schema.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/bank/sqlite_store.hpp"

using namespace troupe;
using bank::operation_kind;
namespace fs = std::filesystem;

namespace {

const bank::currency eur = bank::parse_currency("EUR");

struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "troupe-store-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string path(const char* name = "bank.db") const { return (folder / name).string(); }
};

/// A ledger over a store: what an actor does, without one.
struct desk {
  std::unique_ptr<io::ledger_store> store;
  bank::ledger books;

  explicit desk(const std::string& path, bank::partition where = {})
      : store(std::move(io::open_stores(path, where.count).at(where.number))), books(where) {
    BOOST_TEST(store->load(books) == "");
  }
  bank::receipt apply(const bank::operation& op, std::int64_t now = 1000) {
    return books.apply(op, now, *store);
  }
  std::string commit() {
    auto why = store->commit(books.changes());
    if (why.empty())
      books.committed();
    return why;
  }
  void fill() {
    apply({.id = {0, 1}, .kind = operation_kind::open, .to = 1, .value = 50, .unit = eur});
    apply({.id = {0, 2}, .kind = operation_kind::open, .to = 2, .unit = eur});
    apply({.id = {0, 3}, .kind = operation_kind::deposit, .to = 1, .value = 100});
    apply({.id = {0, 4}, .kind = operation_kind::transfer, .from = 1, .to = 2, .value = 120});
    apply({.id = {~0ull, 5}, .kind = operation_kind::withdraw, .from = 2, .value = 999});
    apply({.id = {0, 6}, .kind = operation_kind::hold, .from = 2, .value = 7, .expires_ms = 5000});
    BOOST_TEST(commit() == "");
  }
};

void tell(const std::string& path, const char* sql) {
  io::sqlite_db db{path, io::sqlite_mode::create};
  db.run(sql);
}

std::string refusal(const std::string& path, std::uint32_t partitions = 0,
                    io::when_missing missing = io::when_missing::create) {
  try {
    io::open_stores(path, partitions, missing);
    return "";
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos && text.find('\n') == std::string::npos;
}

std::size_t records_in(const std::string& path) {
  std::size_t n = 0;
  io::sqlite_snapshot{path}.each_record([&n](const auto&) { return ++n > 0; });
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_was_committed_is_there_after_reopening) {
  scratch dir;
  std::vector<bank::account> before;
  std::optional<bank::record> refused;
  {
    desk d{dir.path()};
    d.fill();
    before = d.books.accounts();
    refused = d.store->record_at(5);
  }
  desk d{dir.path()};
  BOOST_TEST((d.books.accounts() == before));
  BOOST_TEST(before.size() == 3u);
  BOOST_TEST(d.books.last_sequence() == 6u);
  BOOST_TEST(d.books.last_time_ms() == 1000);
  BOOST_REQUIRE(d.books.find_hold({0, 6}));
  BOOST_TEST(d.books.find_hold({0, 6})->value == 7);
  BOOST_TEST(*d.books.next_expiry_ms() == 5000);
  BOOST_REQUIRE(refused);
  BOOST_TEST((refused->asked.id == bank::op_id{~0ull, 5}));
  BOOST_TEST((refused->answer.error == bank::fault::insufficient_funds));
  BOOST_TEST((d.store->record_at(5) == refused));
  BOOST_TEST(!d.store->record_at(7));
}

BOOST_AUTO_TEST_CASE(an_id_that_comes_again_after_reopening_has_its_first_receipt) {
  scratch dir;
  const bank::operation again{
      .id = {0, 4}, .kind = operation_kind::transfer, .from = 1, .to = 2, .value = 120};
  {
    desk d{dir.path()};
    d.fill();
  }
  desk d{dir.path()};
  const auto r = d.apply(again, 9000);
  BOOST_TEST(r.sequence == 4u);
  BOOST_TEST(r.from_balance == -20);
  BOOST_TEST(r.time_ms == 1000);
  auto other = again;
  other.value = 1;
  BOOST_TEST((d.apply(other).error == bank::fault::id_reused));
}

BOOST_AUTO_TEST_CASE(history_of_an_account_is_newest_first_and_goes_on_before) {
  scratch dir;
  desk d{dir.path()};
  d.fill();
  const auto sequences = [](const tl::expected<std::vector<bank::record>, std::string>& found) {
    std::vector<std::uint64_t> all;
    for (const auto& r : found.value())
      all.push_back(r.answer.sequence);
    return all;
  };
  using list = std::vector<std::uint64_t>;
  BOOST_TEST(sequences(d.store->history(1, 0, 10)) == (list{4, 3, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(sequences(d.store->history(2, 0, 10)) == (list{6, 5, 4, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(sequences(d.store->history(2, 0, 2)) == (list{6, 5}),
             boost::test_tools::per_element());
  BOOST_TEST(sequences(d.store->history(2, 5, 2)) == (list{4, 2}),
             boost::test_tools::per_element());
  // 3 is none of account 2's records.
  BOOST_TEST(sequences(d.store->history(2, 3, 2)) == (list{2}), boost::test_tools::per_element());
  BOOST_TEST(d.store->history(1, 1, 10)->empty());
  BOOST_TEST(d.store->history(9, 0, 10)->empty());
  // The chain goes on over a commit and a reopening.
  d.apply({.id = {0, 7}, .kind = operation_kind::deposit, .to = 2, .value = 1});
  BOOST_TEST(d.commit() == "");
  desk e{dir.path()};
  e.apply({.id = {0, 8}, .kind = operation_kind::withdraw, .from = 2, .value = 9999});
  BOOST_TEST(e.commit() == "");
  BOOST_TEST(sequences(e.store->history(2, 0, 4)) == (list{8, 7, 6, 5}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_two_writers_the_one_who_opened_last_commits) {
  scratch dir;
  desk first{dir.path()};
  first.fill();
  desk second{dir.path()};
  first.apply({.id = {0, 7}, .kind = operation_kind::deposit, .to = 1, .value = 5});
  const auto why = first.commit();
  BOOST_TEST(has(why, "another writer has taken over (epoch 2, ours is 1)"), why);
  BOOST_TEST(has(first.commit(), "nothing more is committed"));
  second.apply({.id = {0, 8}, .kind = operation_kind::deposit, .to = 1, .value = 6});
  BOOST_TEST(second.commit() == "");
  BOOST_TEST(records_in(dir.path()) == 7u);
  BOOST_TEST(first.commit() != "");
  BOOST_TEST(desk{dir.path()}.books.find_account(1)->balance == -14);
}

BOOST_AUTO_TEST_CASE(a_commit_that_fails_half_way_leaves_nothing) {
  scratch dir;
  desk d{dir.path()};
  d.fill();
  tell(dir.path(),
       "CREATE TRIGGER stop BEFORE INSERT ON holds BEGIN SELECT RAISE(ABORT, 'no'); END");
  // The record and the account go before the hold.
  d.apply({.id = {0, 7}, .kind = operation_kind::hold, .from = 2, .value = 1});
  const auto why = d.commit();
  BOOST_TEST(has(why, dir.path() + ": no"), why);
  tell(dir.path(), "DROP TRIGGER stop");
  BOOST_TEST(has(d.commit(), "nothing more is committed"), "not even now that it could");
  BOOST_TEST(records_in(dir.path()) == 6u);
  desk after{dir.path()};
  BOOST_TEST(after.books.find_account(2)->held == 7);
  BOOST_TEST(!after.books.find_hold({0, 7}));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_one_line_and_leaves_what_was_committed) {
  scratch dir;
  const auto disk = dir.path("disk");
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=512k") != 0) {
    BOOST_TEST_MESSAGE("skipped: a small disk can be mounted by root only");
    return;
  }
  std::uint64_t committed = 0;
  std::string why;
  {
    desk d{disk + "/bank.db"};
    d.fill();
    for (std::uint64_t n = 10; why.empty() && n < 100'000; ++n) {
      committed = d.books.last_sequence();
      for (int i = 0; i < 100; ++i)
        d.apply({.id = {n, static_cast<std::uint64_t>(i)},
                 .kind = operation_kind::deposit,
                 .to = 1,
                 .value = 1});
      why = d.commit();
    }
  }
  BOOST_TEST(has(why, "the disk is full"), why);
  BOOST_TEST(records_in(disk + "/bank.db") == committed);
  ::umount(disk.c_str());
}

BOOST_AUTO_TEST_CASE(what_is_no_ledger_is_one_clear_line) {
  scratch dir;
  std::ofstream{dir.path("text")} << "this is a text of some length, and no database at all ......";
  BOOST_TEST(has(refusal(dir.path("text")), "is no SQLite database"), refusal(dir.path("text")));
  tell(dir.path("other"), "CREATE TABLE t (x)");
  BOOST_TEST(has(refusal(dir.path("other")), "another program's database"));
  BOOST_TEST(has(refusal(dir.folder.string()), "is a folder"));
  BOOST_TEST(has(refusal(dir.path("none/bank.db")), "cannot be opened"));
  BOOST_TEST(has(refusal(dir.path("none"), 0, io::when_missing::fail), "there is no such file"));
  BOOST_TEST(!fs::exists(dir.path("none")));
  BOOST_TEST(has(refusal(dir.path("many"), 1025), "at most 1024 partitions"));

  desk{dir.path()}.fill();
  BOOST_TEST(has(refusal(dir.path(), 4), "has 1 partition, not 4"));
  for (const char* other : {"1", "4"}) {
    tell(dir.path(),
         ("UPDATE meta SET value = " + std::string{other} + " WHERE key = 'schema'").c_str());
    BOOST_TEST(has(refusal(dir.path()),
                   "has schema " + std::string{other} + "; this program knows 2 to 3"));
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_the_schema_before_is_read_and_then_upgraded) {
  scratch dir;
  constexpr bank::partition half{0, 2};
  const auto send = [](desk& d, std::uint64_t n, bank::amount far_balance) {
    bank::operation op{
        .id = {1, n}, .kind = operation_kind::transfer, .from = 2, .to = 3, .value = 5};
    d.apply(op);
    op.kind = operation_kind::settle;
    op.hold = op.id;
    op.far_balance = far_balance;
    d.apply(op);
    BOOST_TEST(d.commit() == "");
  };
  const auto again = [](desk& d, std::uint64_t n) {
    return d.apply(
        {.id = {1, n}, .kind = operation_kind::transfer, .from = 2, .to = 3, .value = 5});
  };
  {
    desk d{dir.path(), half};
    d.apply({.id = {0, 1}, .kind = operation_kind::open, .to = 2, .unit = eur});
    d.apply({.id = {0, 2}, .kind = operation_kind::deposit, .to = 2, .value = 100});
    send(d, 1, 0); // as it was before: the far end's balance is not told
  }
  BOOST_TEST(io::sqlite_snapshot{dir.path()}.untold_sequence() == 0u);
  tell(dir.path(), "UPDATE meta SET value = 2 WHERE key = 'schema';"
                   "DELETE FROM meta WHERE key = 'untold_sequence'");
  BOOST_TEST(records_in(dir.path()) == 4u); // a reader takes it as it is
  BOOST_TEST(io::sqlite_snapshot{dir.path()}.untold_sequence() >= 4u);
  {
    desk d{dir.path(), half};
    send(d, 2, 77);
    BOOST_TEST(again(d, 1).to_balance == 0); // as it was told then
    BOOST_TEST(again(d, 2).to_balance == 77);
  }
  desk d{dir.path(), half};
  BOOST_TEST(again(d, 2).to_balance == 77);
  BOOST_TEST(again(d, 2).from_balance == 90);
  BOOST_TEST(io::sqlite_snapshot{dir.path()}.untold_sequence() == 4u);
  io::sqlite_db shell{dir.path(), io::sqlite_mode::read};
  io::sqlite_statement schema{shell, "SELECT value FROM meta WHERE key = 'schema'"};
  BOOST_TEST((schema.step() && schema.number(0) == 3));
}

BOOST_AUTO_TEST_CASE(damage_is_one_clear_line) {
  scratch dir;
  desk{dir.path()}.fill();
  const auto load = [&] {
    auto stores = io::open_stores(dir.path(), 0);
    bank::ledger books;
    return stores[0]->load(books);
  };
  tell(dir.path(), "UPDATE history SET kind = 99 WHERE sequence = 3");
  BOOST_TEST(has(load(), "is damaged: history 3 has no good kind"), load());
  tell(dir.path(), "UPDATE history SET kind = 3 WHERE sequence = 3; UPDATE history SET id = x'01' "
                   "WHERE sequence = 2");
  BOOST_TEST(has(load(), "history 2 has no good id"));
  tell(dir.path(), "DELETE FROM history WHERE sequence = 2");
  BOOST_TEST(has(load(), "history has no 2"));
  tell(dir.path(), "UPDATE accounts SET currency = 'euro'");
  BOOST_TEST(has(load(), "has no good currency"));
  {
    std::fstream file{dir.path(), std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(2048); // all pages but the first
    file << std::string(fs::file_size(dir.path()) - 2048, '\xee');
  }
  const auto broken = refusal(dir.path());
  BOOST_TEST(has(broken, "is damaged"), broken);
}

BOOST_AUTO_TEST_CASE(a_history_that_is_damaged_under_an_open_ledger_is_not_an_empty_one) {
  scratch dir;
  desk d{dir.path()};
  d.fill();
  const auto why = [&](bank::account_id id) {
    const auto found = d.store->history(id, 0, 10);
    return found ? std::to_string(found->size()) + " records" : found.error();
  };
  tell(dir.path(), "DELETE FROM history WHERE sequence = 3");
  BOOST_TEST(has(why(1), dir.path() + ": is damaged: history has no 3"), why(1));
  BOOST_TEST(why(2) == "4 records"); // its chain is whole
  tell(dir.path(), "UPDATE history SET target_previous = 5 WHERE sequence = 4");
  BOOST_TEST(has(why(2), "history 4 has no good place of the record before it"), why(2));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_one_clear_line) {
  scratch dir;
  if (::geteuid() != 0) {
    desk{dir.path()}.fill();
    fs::permissions(dir.path(), fs::perms::owner_read);
    BOOST_TEST(has(refusal(dir.path()), "is read-only"), refusal(dir.path()));
    return;
  }
  // Root may write any file, but not to a disk that is mounted so.
  const auto disk = dir.path("disk");
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m") != 0) {
    BOOST_TEST_MESSAGE("skipped: no disk can be mounted here");
    return;
  }
  desk{disk + "/bank.db"}.fill();
  ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr);
  const auto why = refusal(disk + "/bank.db");
  BOOST_TEST((has(why, "is read-only") || has(why, "cannot be opened")), why);
  BOOST_TEST(has(refusal(disk + "/new.db"), "cannot be opened"));
  ::umount(disk.c_str());
}

BOOST_AUTO_TEST_CASE(partitions_lie_side_by_side_and_are_not_mixed_up) {
  scratch dir;
  io::open_stores(dir.path(), 3);
  BOOST_TEST(fs::exists(dir.path("bank.db.1")));
  BOOST_TEST(fs::exists(dir.path("bank.db.2")));
  BOOST_TEST(io::open_stores(dir.path(), 0).size() == 3u);
  fs::rename(dir.path("bank.db.2"), dir.path("away"));
  BOOST_TEST(has(refusal(dir.path()), "bank.db.2: is missing: it is partition 2 of 3"));
  fs::copy_file(dir.path("bank.db.1"), dir.path("bank.db.2"));
  BOOST_TEST(has(refusal(dir.path()), "is partition 1 of 3, not partition 2 of 3"));
  fs::remove(dir.path("bank.db.2"));
  fs::rename(dir.path("away"), dir.path("bank.db.2"));
  bank::ledger wrong{{1, 3}};
  BOOST_TEST(has(io::open_stores(dir.path(), 3)[0]->load(wrong), "is partition 0 of 3, not"));
}

BOOST_AUTO_TEST_CASE(a_creation_that_was_cut_off_is_finished_but_no_ledger_is_overwritten) {
  scratch dir;
  io::open_stores(dir.path(), 2);
  fs::remove(dir.path()); // the first file is made last
  BOOST_TEST(refusal(dir.path(), 2) == "");
  desk{dir.path(), {1, 2}}.fill();
  fs::remove(dir.path());
  BOOST_TEST(has(refusal(dir.path(), 2), "of which the first file is missing"));
}

BOOST_AUTO_TEST_CASE(of_two_that_make_a_file_the_later_leaves_what_is_there) {
  scratch dir;
  io::sqlite_db slow{dir.path(), io::sqlite_mode::create};
  BOOST_TEST(io::is_blank(slow));
  desk{dir.path()}.fill();
  io::create_tables(slow, {0, 3});
  BOOST_TEST((io::read_partition(slow) == bank::partition{0, 1}));
  BOOST_TEST(records_in(dir.path()) == 6u);
}

BOOST_AUTO_TEST_CASE(a_history_that_claims_to_be_long_takes_no_memory) {
  scratch dir;
  desk{dir.path()}.fill();
  tell(dir.path(), "UPDATE history SET sequence = 1000000000000 WHERE sequence = 6");
  auto stores = io::open_stores(dir.path(), 0);
  bank::ledger books;
  BOOST_TEST(has(stores[0]->load(books), "is damaged: history has no 6"));
}

BOOST_AUTO_TEST_CASE(nothing_is_committed_before_it_is_loaded) {
  scratch dir;
  auto stores = io::open_stores(dir.path(), 1);
  BOOST_TEST(has(stores[0]->commit({}), "before it is loaded"));
}

BOOST_AUTO_TEST_CASE(a_snapshot_neither_stops_nor_follows_a_writer) {
  scratch dir;
  desk d{dir.path()};
  d.fill();
  auto seen = io::open_snapshots(dir.path());
  d.apply({.id = {0, 7}, .kind = operation_kind::deposit, .to = 1, .value = 5});
  BOOST_TEST(d.commit() == "");
  BOOST_TEST(seen.at(0).find_account(1)->balance == -20);
  BOOST_TEST(io::open_snapshots(dir.path()).at(0).find_account(1)->balance == -15);
  BOOST_TEST(seen[0].open_holds(2).size() == 1u);
  BOOST_TEST(seen[0].open_holds(1).empty());
}

BOOST_AUTO_TEST_CASE(any_shell_reads_names_and_hexadecimal_ids) {
  scratch dir;
  desk{dir.path()}.fill();
  io::sqlite_db db{dir.path(), io::sqlite_mode::read};
  io::sqlite_statement row{db, "SELECT kind, error, id, source FROM statement WHERE sequence = 5"};
  BOOST_REQUIRE(row.step());
  BOOST_TEST(row.text(0) == "withdraw");
  BOOST_TEST(row.text(1) == "insufficient_funds");
  BOOST_TEST(row.text(2) == "ffffffffffffffff0000000000000005");
  BOOST_TEST(row.number(3) == 2);
  io::sqlite_statement hold{db, "SELECT state, account FROM hold_list"};
  BOOST_REQUIRE(hold.step());
  BOOST_TEST(hold.text(0) == "open");
}
