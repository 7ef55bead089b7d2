// SPDX-License-Identifier: BSD-3-Clause
//
// PostgreSQL as one would use it for money: a transfer is one call of a stored function, one round
// trip and one transaction, answered when it is on disk. Both rows are taken in the order of their
// numbers, so that the server never has to find and break a deadlock.

#include <array>
#include <cstdio>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include <libpq-fe.h>

#include "bench/bank/engine.hpp"

namespace troupe::bench {

namespace {

constexpr const char* schema = R"(
DROP TABLE IF EXISTS accounts, transfers;
CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50);
CREATE TABLE transfers (id uuid PRIMARY KEY, source int NOT NULL, target int NOT NULL,
                        amount bigint NOT NULL);
CREATE OR REPLACE FUNCTION transfer(p_id uuid, p_source int, p_target int, p_amount bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF p_target < p_source THEN
    UPDATE accounts SET balance = balance + p_amount WHERE id = p_target;
  END IF;
  UPDATE accounts SET balance = balance - p_amount WHERE id = p_source AND balance >= p_amount;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'TB001', MESSAGE = 'insufficient funds';
  END IF;
  IF p_source < p_target THEN
    UPDATE accounts SET balance = balance + p_amount WHERE id = p_target;
  END IF;
  INSERT INTO transfers VALUES (p_id, p_source, p_target, p_amount);
  RETURN true;
END $$;
)";

struct closes {
  void operator()(PGconn* c) const { PQfinish(c); }
  void operator()(PGresult* r) const { PQclear(r); }
};
using answer = std::unique_ptr<PGresult, closes>;

class session {
public:
  session(const std::string& where, unsigned number)
      : link_(PQconnectdb(where.c_str())), number_(number) {
    if (PQstatus(link_.get()) != CONNECTION_OK)
      fail();
  }

  answer run(const std::string& sql) { return checked(PQexec(link_.get(), sql.c_str())); }

  // Prepares, and has the server plan everything: a connection in use has done that long ago.
  void prepare() {
    checked(PQprepare(link_.get(), "t", "SELECT transfer($1, $2, $3, $4)", 0, nullptr));
    run("BEGIN");
    for (int i = 0; i < 10; ++i)
      transfer(i % 2 ? bank::quick_transfer{0, 1, 1} : bank::quick_transfer{1, 0, 1});
    run("ROLLBACK");
  }

  bool transfer(const bank::quick_transfer& t) {
    // Ascending within a client, as sqlite's ids are.
    std::array<char, 33> id{};
    std::snprintf(id.data(), id.size(), "%016x%016llx", number_, ++made_);
    const auto from = std::to_string(t.from);
    const auto to = std::to_string(t.to);
    const auto amount = std::to_string(t.amount);
    const std::array<const char*, 4> values{id.data(), from.c_str(), to.c_str(), amount.c_str()};
    answer got{PQexecPrepared(link_.get(), "t", 4, values.data(), nullptr, nullptr, 0)};
    if (const char* state = PQresultErrorField(got.get(), PG_DIAG_SQLSTATE);
        state && std::string_view(state) == "TB001")
      return false;
    checked(got.release());
    return true;
  }

private:
  answer checked(PGresult* raw) {
    answer got{raw};
    const auto status = PQresultStatus(raw);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      fail();
    return got;
  }
  [[noreturn]] void fail() {
    throw std::runtime_error("postgres: " + std::string(PQerrorMessage(link_.get())));
  }

  std::unique_ptr<PGconn, closes> link_;
  unsigned number_;
  unsigned long long made_ = 0;
};

// A connection a client, opened before the time is taken.
class postgres_bank : public baselines::quick_bank {
public:
  explicit postgres_bank(const bank_setting& setting) : accounts_(setting.accounts) {
    session first(setting.postgres, 0);
    first.run(schema);
    first.run("INSERT INTO accounts SELECT i, " + std::to_string(setting.opening)
              + " FROM generate_series(0, " + std::to_string(accounts_ - 1) + ") i");
    first.run("VACUUM ANALYZE accounts");
    first.run("CHECKPOINT");
    for (unsigned i = 0; i < setting.clients; ++i) {
      idle_.push_back(std::make_unique<session>(setting.postgres, i + 1));
      idle_.back()->prepare();
    }
  }

  std::size_t apply(std::span<const bank::quick_transfer> transfers) override {
    auto mine = take();
    std::size_t refused = 0;
    for (const auto& t : transfers)
      refused += bank::check_form(t, accounts_) != bank::quick_refusal::none || !mine->transfer(t);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(mine));
    return refused;
  }

  std::vector<std::int64_t> balances() override {
    const auto mine = take();
    const auto rows = mine->run("SELECT balance FROM accounts ORDER BY id");
    std::vector<std::int64_t> all;
    for (int i = 0; i < PQntuples(rows.get()); ++i)
      all.push_back(std::stoll(PQgetvalue(rows.get(), i, 0)));
    return all;
  }

private:
  std::unique_ptr<session> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty())
      throw std::runtime_error("postgres: a connection was lost");
    auto mine = std::move(idle_.back());
    idle_.pop_back();
    return mine;
  }

  const std::size_t accounts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<session>> idle_;
};

} // namespace

bank_result run_postgres(const bank_setting& setting) {
  postgres_bank bank(setting);
  return run_threads(setting, bank, false);
}

} // namespace troupe::bench
