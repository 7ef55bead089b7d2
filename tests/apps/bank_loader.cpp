// SPDX-License-Identifier: BSD-3-Clause
// Loads a ledger until it is killed, and writes down each id whose receipt it has.
//   bank_loader DB PARTITIONS ACCOUNTS CLIENTS SEED ACKNOWLEDGED
// Each client is a thread with one batch on its way. An id is written (O_APPEND, one write) only
// after its receipt came. Ends by itself after a minute, with 1 if the ledger stopped.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "actors/bank/run.hpp"
#include "io/bank/sqlite_store.hpp"

using namespace troupe;
using bank::operation_kind;

namespace {

constexpr auto run_time_max = std::chrono::seconds(60);

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

bank::operation any_operation(std::mt19937_64& random, std::uint64_t accounts,
                              std::vector<bank::operation>& open_holds) {
  bank::operation op{.id = {random(), random()}};
  const auto one = [&] { return random() % accounts + 1; };
  op.value = static_cast<bank::amount>(random() % 50 + 1);
  switch (random() % 10) {
  case 0:
    op.kind = operation_kind::deposit;
    op.to = one();
    return op;
  case 1:
    op.kind = operation_kind::withdraw;
    op.from = one();
    return op;
  case 2:
    op.kind = operation_kind::hold;
    op.from = one();
    op.expires_ms = now_ms() + static_cast<std::int64_t>(random() % 2000) + 1;
    open_holds.push_back(op);
    return op;
  case 3:
    if (!open_holds.empty()) {
      const bool posts = random() % 3 != 0;
      op.kind = posts ? operation_kind::post : operation_kind::release;
      op.from = open_holds.back().from;
      op.to = posts ? one() : bank::no_account;
      op.hold = open_holds.back().id;
      op.value = posts && random() % 2 == 0 ? 1 : 0;
      open_holds.pop_back();
      return op;
    }
    [[fallthrough]];
  default:
    op.kind = operation_kind::transfer;
    op.from = one();
    op.to = op.from % accounts + 1;
    return op;
  }
}

void client(bank::bank& to, std::uint64_t accounts, std::uint64_t seed, int acknowledged) {
  std::mt19937_64 random{seed};
  std::vector<bank::operation> open_holds;
  const auto end = std::chrono::steady_clock::now() + run_time_max;
  while (std::chrono::steady_clock::now() < end && to.failure().empty()) {
    std::vector<bank::operation> ops;
    for (auto n = random() % 20 + 1; n > 0; --n)
      ops.push_back(any_operation(random, accounts, open_holds));
    std::string lines;
    for (const auto& r : to.post(ops))
      if (r.sequence != 0) // it is in the history, refused or not
        lines += to_string(r.id) + "\n";
    if (::write(acknowledged, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()))
      return;
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: bank_loader DB PARTITIONS ACCOUNTS CLIENTS SEED ACKNOWLEDGED\n");
    return 2;
  }
  const auto accounts = std::strtoull(argv[3], nullptr, 10);
  const auto seed = std::strtoull(argv[5], nullptr, 10);
  const int acknowledged = ::open(argv[6], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (acknowledged < 0)
    return 2;
  try {
    auto stores =
        io::open_stores(argv[1], static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)));
    bank::bank to{std::move(stores), {{}, now_ms}};
    std::vector<bank::operation> first; // the same ids in each run: made once
    for (std::uint64_t a = 1; a <= accounts; ++a) {
      first.push_back({.id = {1, a},
                       .kind = operation_kind::open,
                       .to = a,
                       .value = 10,
                       .unit = bank::parse_currency("EUR")});
      first.push_back({.id = {2, a}, .kind = operation_kind::deposit, .to = a, .value = 1000});
    }
    to.post(first);
    std::puts("loading");
    std::fflush(stdout);
    std::vector<std::thread> clients;
    for (std::uint64_t c = 0; c < std::strtoull(argv[4], nullptr, 10); ++c)
      clients.emplace_back([&, c] { client(to, accounts, seed * 1000 + c, acknowledged); });
    for (auto& c : clients)
      c.join();
    if (const auto why = to.failure(); !why.empty())
      throw std::runtime_error(why);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bank_loader: %s\n", e.what());
    return 1;
  }
  return 0;
}
