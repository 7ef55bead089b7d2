// SPDX-License-Identifier: BSD-3-Clause
// What threads do, line by line: each line is one step that nobody can come between.
#include "domain/bank/race.hpp"
#include "domain/race/makers.hpp"
#include "domain/race/program.hpp"

namespace troupe::race {

namespace {

using enum act_kind;

constexpr std::uint8_t a = 0;     // account A, and its lock, or the only lock
constexpr std::uint8_t end = 255; // behind any program: through

// The tutorial's draw(), without a lock and with one around more or less of it.
program draw_program(const std::string& engine) {
  if (engine == "none-fine")
    return {{check, a, end}, {read, a}, {write_less, a}};
  if (engine == "late-lock")
    return {{check, a, end}, {lock, a}, {take, a}, {unlock, a}};
  if (engine == "lock")
    return {{lock, a}, {check, a, 3}, {take, a}, {unlock, a}};
  if (engine == "atomics")
    return {{check, a, end}, {swap, a, 0}};
  return {{check, a, end}, {take, a}};
}

program get_then_set_program(const std::string& engine) {
  if (engine == "lock")
    return {{lock, a}, {check, a, 3}, {write_less, a}, {unlock, a}};
  if (engine == "atomics")
    return {{check, a, end}, {swap, a, 0}};
  return {{check, a, end}, {write_less, a}};
}

// Takes: the locks in the order in which they are taken.
program locked_transfer(std::vector<std::uint8_t> locks, std::uint8_t from, std::uint8_t to) {
  program steps;
  for (const auto l : locks)
    steps.push_back({lock, l});
  const auto give_back = static_cast<std::uint8_t>(locks.size() + 3);
  steps.push_back({check, from, give_back});
  steps.push_back({take, from});
  steps.push_back({pay_in, to});
  for (const auto l : locks)
    steps.push_back({unlock, l});
  return steps;
}

program transfer_program(const std::string& engine, std::uint8_t from, std::uint8_t to) {
  if (engine == "lock")
    return locked_transfer({from, to}, from, to);
  if (engine == "ordered-locks")
    return locked_transfer({0, 1}, from, to);
  if (engine == "one-lock")
    return locked_transfer({0}, from, to);
  if (engine == "atomics")
    return {{check, from, end}, {swap, from, 0}, {pay_in, to}};
  return {{check, from, end}, {write_less, from}, {read, to}, {write_more, to}};
}

program dining_program(const std::string& engine, std::uint8_t left, std::uint8_t right) {
  if (engine == "ordered-locks" && right < left)
    std::swap(left, right);
  program steps{{lock, left}, {lock, right}, {eat}, {unlock, left}, {unlock, right}};
  if (engine == "semaphore") {
    steps.insert(steps.begin(), {enter});
    steps.push_back({exit});
  }
  return steps;
}

std::vector<std::string> locks_for(const plan& p) {
  if (p.engine == "one-lock")
    return {"the lock"};
  if (p.engine == "ordered-locks" || (p.model == "transfer" && p.engine == "lock"))
    return {"the lock of A", "the lock of B"};
  if (p.engine.ends_with("lock"))
    return {"the lock"};
  return {};
}

} // namespace

std::unique_ptr<const model> make_bank_threads(const plan& p) {
  bank::race_plan places;
  places.transfer = p.model == "transfer";
  thread_model::parts parts;
  for (std::size_t i = 0; i < places.accounts(); ++i)
    parts.accounts.push_back(bank::race_account_name(i));
  parts.locks = locks_for(p);
  parts.balance = p.balance;
  parts.sum = p.draw;
  for (std::uint32_t i = 0; i < p.tellers; ++i) {
    parts.names.push_back(bank::teller_name(i));
    parts.programs.push_back(
        places.transfer ? transfer_program(p.engine, static_cast<std::uint8_t>(places.from(i)),
                                           static_cast<std::uint8_t>(places.to(i)))
        : p.model == "account" ? draw_program(p.engine)
                               : get_then_set_program(p.engine));
  }
  return std::make_unique<thread_model>(std::move(parts));
}

std::unique_ptr<const model> make_table_threads(const plan& p) {
  thread_model::parts parts;
  if (p.engine == "semaphore")
    parts.places = static_cast<std::int8_t>(p.seats - 1);
  for (std::uint32_t i = 0; i < p.seats; ++i) {
    parts.names.push_back(std::string{'p', static_cast<char>('a' + i)});
    parts.locks.push_back("fork " + std::to_string(i + 1));
    parts.programs.push_back(dining_program(p.engine, static_cast<std::uint8_t>(i),
                                            static_cast<std::uint8_t>((i + 1) % p.seats)));
  }
  return std::make_unique<thread_model>(std::move(parts));
}

} // namespace troupe::race
