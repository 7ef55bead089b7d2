// SPDX-License-Identifier: BSD-3-Clause
// The durable ledger: an actor over SQLite, with ids, receipts, a history and group commit.
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include "actors/bank/run.hpp"
#include "bench/bank/engine.hpp"
#include "io/bank/sqlite_store.hpp"

namespace troupe::bench {

namespace {

using bank::operation;
using bank::operation_kind;
using bank::receipt;

std::int64_t wall_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// Accounts have the numbers from 1 on. Ids of opening have a client number that no teller has.
void open_accounts(bank::bank& books, const bank_setting& setting) {
  constexpr std::size_t operations_max = 5'000;
  const auto unit = bank::parse_currency("EUR");
  std::vector<operation> ops;
  const auto send = [&] {
    for (const receipt& r : books.post(std::exchange(ops, {})))
      if (r.error != bank::fault::none)
        throw std::runtime_error("an account was not opened: " + std::string(to_string(r.error)));
  };
  for (std::uint64_t a = 1; a <= setting.accounts; ++a) {
    ops.push_back({.id = {~0ULL, 2 * a}, .kind = operation_kind::open, .to = a, .unit = unit});
    ops.push_back({.id = {~0ULL, 2 * a + 1},
                   .kind = operation_kind::deposit,
                   .to = a,
                   .value = setting.opening});
    if (ops.size() >= operations_max)
      send();
  }
  send();
}

/// One client: a batch at a time, the next when the receipts are there.
struct client {
  client(bank::bank& where, unsigned i, const bank_setting& setting, clock::time_point until)
      : books(where), number(i), batch(setting.batch), stream(i, setting.accounts, until) {}

  void go() {
    drawn.clear();
    stream(drawn, batch);
    if (drawn.empty())
      return ended.set_value();
    std::vector<operation> ops(drawn.size());
    for (std::size_t i = 0; i < ops.size(); ++i) {
      ops[i].id = {number, ++last_id};
      ops[i].kind = operation_kind::transfer;
      ops[i].from = drawn[i].from + 1;
      ops[i].to = drawn[i].to + 1;
      ops[i].value = drawn[i].amount;
    }
    books.post(std::move(ops), false, [this](const std::vector<receipt>& receipts) {
      done += receipts.size();
      for (const receipt& r : receipts)
        refused += r.error != bank::fault::none;
      go();
    });
  }

  bank::bank& books;
  std::uint64_t number;
  std::size_t batch;
  transfer_stream stream;
  std::vector<bank::quick_transfer> drawn;
  std::uint64_t last_id = 0, done = 0, refused = 0;
  std::promise<void> ended;
};

} // namespace

bank_result run_ledger(const bank_setting& setting) {
  bank_result result;
  bank::bank books(io::open_stores((setting.folder / "ledger.db").string(), 1), {{}, wall_ms});
  open_accounts(books, setting);
  const auto cpu = cpu_seconds();
  const auto begun = clock::now();
  std::vector<std::unique_ptr<client>> clients;
  for (unsigned i = 0; i < setting.clients; ++i) {
    clients.push_back(std::make_unique<client>(books, i, setting, begun + setting.duration));
    clients.back()->go();
  }
  for (const auto& c : clients)
    c->ended.get_future().wait();
  result.seconds = std::chrono::duration<double>(clock::now() - begun).count();
  result.cpu_s = cpu_seconds() - cpu;
  for (const auto& c : clients) {
    result.transfers += c->done;
    result.refused += c->refused;
  }
  for (std::uint64_t a = 1; a <= setting.accounts; ++a)
    result.balances.push_back(books.find_account(a).value().balance);
  return result;
}

} // namespace troupe::bench
