// SPDX-License-Identifier: BSD-3-Clause
// A ledger's files as the nodes of a cluster use them: a shared turn, an identity, one writer a
// partition by its epoch.
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/bank/ledger_files.hpp"
#include "io/sqlite/sqlite.hpp"
#include "io/bank/sqlite_schema.hpp"
#include "io/bank/sqlite_store.hpp"
#include "io/bank/writer_turn.hpp"

using namespace troupe;
using bank::operation_kind;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

namespace {

struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "troupe-nodes-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string path(const char* name = "bank.db") const { return (folder / name).string(); }
};

using kind = io::turn_kind;
std::unique_ptr<io::writer_turn> turn(const std::string& path, kind k) {
  return std::make_unique<io::writer_turn>(path, milliseconds{0}, std::stop_token{}, k);
}
bool is_free(const std::string& path, kind k) {
  try {
    turn(path, k);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

/// One node's ledger.
struct node {
  io::sqlite_store store;
  bank::ledger books;
  std::uint64_t last_id;

  node(const std::string& path, std::uint64_t id, io::sqlite_store_limits limits = {})
      : store(path, {}, limits), last_id(id) {
    BOOST_TEST(store.load(books) == "");
  }
  std::string deposit(bank::amount value) {
    books.apply({.id = {1, ++last_id}, .kind = operation_kind::deposit, .to = 1, .value = value},
                1'000, store);
    auto why = store.commit(books.changes());
    if (why.empty())
      books.committed();
    return why;
  }
  void open() {
    books.apply({.id = {1, ++last_id},
                 .kind = operation_kind::open,
                 .to = 1,
                 .unit = bank::parse_currency("EUR")},
                1'000, store);
    BOOST_TEST(store.commit(books.changes()) == "");
    books.committed();
  }
  bank::amount balance() const { return books.find_account(1)->balance; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_nodes)

BOOST_AUTO_TEST_CASE(nodes_share_their_turn_against_who_writes_alone) {
  const scratch s;
  const auto path = s.path();
  auto one = turn(path, kind::shared);
  auto two = turn(path, kind::shared);
  BOOST_TEST(!is_free(path, kind::alone));
  one.reset();
  BOOST_TEST(!is_free(path, kind::alone));
  BOOST_TEST(is_free(path, kind::shared));
  two.reset();
  BOOST_TEST(!fs::exists(path + "-lock"));
  auto alone = turn(path, kind::alone);
  BOOST_TEST(!is_free(path, kind::shared));
  BOOST_TEST(!is_free(path, kind::alone));
  alone.reset();
  BOOST_TEST(is_free(path, kind::shared));
  BOOST_TEST(!fs::exists(path + "-lock"));
}

BOOST_AUTO_TEST_CASE(a_ledger_has_one_identity_in_all_its_files) {
  const scratch s;
  const auto path = s.path();
  BOOST_CHECK_THROW(io::look_at_ledger(path, 0), std::runtime_error);
  const auto made = io::look_at_ledger(path, 3);
  BOOST_TEST(made.identity != 0u);
  BOOST_TEST(made.partitions == 3u);
  BOOST_TEST((made.here == std::vector<std::uint32_t>{0, 1, 2}));
  const auto again = io::look_at_ledger(path, 0);
  BOOST_TEST(again.identity == made.identity);
  BOOST_CHECK_THROW(io::look_at_ledger(path, 4), std::runtime_error);
  // A node that has one of the files only.
  fs::remove(path);
  fs::remove(path + ".1");
  const auto part = io::look_at_ledger(path, 0);
  BOOST_TEST(part.identity == made.identity);
  BOOST_TEST(part.partitions == 3u);
  BOOST_TEST((part.here == std::vector<std::uint32_t>{2}));
}

BOOST_AUTO_TEST_CASE(files_of_two_ledgers_are_not_taken_for_one) {
  const scratch s;
  const auto a = io::look_at_ledger(s.path("a"), 2);
  const auto b = io::look_at_ledger(s.path("b"), 2);
  BOOST_TEST(a.identity != b.identity);
  fs::copy_file(s.path("b.1"), s.path("a.1"), fs::copy_options::overwrite_existing);
  BOOST_CHECK_THROW(io::look_at_ledger(s.path("a"), 0), std::runtime_error);
  fs::rename(s.path("b"), s.path("a.1"));
  BOOST_CHECK_THROW(io::look_at_ledger(s.path("a"), 0), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_ledger_of_before_gets_its_identity_where_its_first_file_is) {
  const scratch s;
  const auto path = s.path();
  io::make_stores(path, 2, io::when_missing::create);
  fs::copy_file(path + ".1", s.path("alone.1"));
  BOOST_CHECK_THROW(io::look_at_ledger(s.path("alone"), 0), std::runtime_error);
  BOOST_TEST(io::look_at_ledger(path, 0).identity != 0u);
}

BOOST_AUTO_TEST_CASE(who_was_taken_over_can_commit_nothing_and_comes_back_to_what_is_there) {
  const scratch s;
  io::look_at_ledger(s.path(), 1);
  std::optional<node> first;
  first.emplace(s.path(), 0);
  first->open();
  BOOST_TEST(first->deposit(10) == "");
  node second{s.path(), 100}; // while the first one is stopped
  BOOST_TEST(second.store.epoch() > first->store.epoch());
  BOOST_TEST(second.deposit(5) == "");
  BOOST_TEST(first->deposit(1'000).find("another writer has taken over") != std::string::npos);
  BOOST_TEST(first->deposit(1'000) != ""); // and nothing more
  first.reset();                           // what it writes at its end is fenced too
  BOOST_TEST(second.deposit(1) == "");
  first.emplace(s.path(), 200);
  BOOST_TEST(first->balance() == 16);
  BOOST_TEST(second.deposit(1) != "");
}

BOOST_AUTO_TEST_CASE(an_older_file_is_refused_however_often_it_is_tried) {
  const scratch s;
  io::look_at_ledger(s.path(), 1);
  for (int i = 0; i < 5; ++i)
    BOOST_CHECK_THROW(io::sqlite_store(s.path(), {}, {.epoch_above = 3}), std::runtime_error);
  BOOST_TEST(io::sqlite_store(s.path(), {}).epoch() == 1);
}

BOOST_AUTO_TEST_CASE(a_file_locked_by_a_stopped_process_is_waited_for_as_long_as_is_said) {
  const scratch s;
  io::look_at_ledger(s.path(), 1);
  io::sqlite_db stopped{s.path(), io::sqlite_mode::write};
  stopped.run("BEGIN IMMEDIATE");
  const auto begin = std::chrono::steady_clock::now();
  BOOST_CHECK_THROW(io::sqlite_store(s.path(), {}, {.begin_wait_max = milliseconds{300}}),
                    std::runtime_error);
  BOOST_TEST((std::chrono::steady_clock::now() - begin >= milliseconds{250}));
  stopped.run("ROLLBACK");
  io::sqlite_store taken{s.path(), {}, {.begin_wait_max = milliseconds{300}}};
  BOOST_TEST(taken.epoch() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
