// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/bank/race.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>

#include "baselines/bank/watched_locks.hpp"
#include "io/trace/trace.hpp"

namespace troupe::baselines {

namespace {

using bank::deed;
using bank::draw_fault;
using bank::race_step;

// The tellers' common notebook. Its lock orders the lines and nothing else.
class story {
public:
  void tell(race_step step) {
    const std::lock_guard guard{mutex_};
    steps_.push_back(std::move(step));
  }
  std::vector<race_step> take() { return std::move(steps_); }

private:
  std::mutex mutex_;
  std::vector<race_step> steps_;
};

// The bank's hall: accounts and locks, which the tellers share.
struct hall {
  explicit hall(const bank::race_plan& p)
      : plan(p), balances(std::make_unique<std::atomic<std::int64_t>[]>(p.accounts())),
        locks(p.accounts(), p.tellers) {
    for (std::size_t i = 0; i < p.accounts(); ++i)
      balances[i].store(p.balance, std::memory_order_relaxed);
  }
  const bank::race_plan& plan;
  std::unique_ptr<std::atomic<std::int64_t>[]> balances;
  watched_locks locks;
  story told;
};

// One teller, on its own thread.
class teller {
public:
  teller(hall& where, std::uint32_t number)
      : hall_(where), number_(number), name_(bank::teller_name(number)),
        from_(where.plan.from(number)), to_(where.plan.transfer ? where.plan.to(number) : from_),
        amount_(where.plan.draw) {}

  void run(race_engine engine) {
    trace::name_thread("teller " + name_);
    const trace::slice errand{hall_.plan.transfer ? "transfers" : "draws"};
    switch (engine) {
    case race_engine::none:
      return hall_.plan.transfer ? copy_over() : draw();
    case race_engine::lock:
      return hall_.plan.transfer ? transfer_payer_first() : draw_locked();
    case race_engine::ordered_locks:
      return hall_.plan.transfer ? transfer_ordered() : draw_locked();
    case race_engine::atomics:
      return swap();
    }
  }

private:
  // Check, pause, act: the tutorial's draw(), line by line.
  void draw() {
    if (!may_draw(look(from_)))
      return;
    pause();
    take();
  }

  void draw_locked() {
    if (!lock(from_))
      return;
    draw();
    hall_.locks.give(from_);
  }

  // Both balances are worked out from what was seen, and then written.
  void copy_over() {
    const auto payer = look(from_), payee = look(to_);
    if (!may_draw(payer) || !may_pay_in(payee))
      return;
    pause();
    write(deed::drew, from_, payer - amount_);
    write(deed::paid_in, to_, payee + amount_);
  }

  void transfer_payer_first() {
    if (!lock(from_))
      return;
    pause(); // time enough for another teller to take the other lock
    if (lock(to_)) {
      transfer();
      hall_.locks.give(to_);
    }
    hall_.locks.give(from_);
  }

  void transfer_ordered() {
    const auto first = std::min(from_, to_), second = std::max(from_, to_);
    if (!lock(first))
      return;
    pause(); // at the same place: here it does no harm
    if (lock(second)) {
      transfer();
      hall_.locks.give(second);
    }
    hall_.locks.give(first);
  }

  void transfer() {
    if (!may_draw(look(from_)) || !may_pay_in(look(to_)))
      return;
    take();
    pay_in();
  }

  void swap() {
    auto& balance = hall_.balances[from_];
    auto seen = look(from_);
    if (!may_draw(seen))
      return;
    pause();
    while (!balance.compare_exchange_strong(seen, seen - amount_)) {
      tell({.what = deed::saw, .amount = seen}, from_);
      if (!may_draw(seen))
        return;
    }
    tell({.what = deed::drew, .amount = amount_}, from_);
    tell({.what = deed::remains, .amount = seen - amount_}, from_);
    if (hall_.plan.transfer)
      pay_in();
  }

  std::int64_t look(std::size_t account) {
    const auto seen = hall_.balances[account].load(std::memory_order_relaxed);
    tell({.what = deed::saw, .amount = seen}, account);
    return seen;
  }
  bool may_draw(std::int64_t balance) { return allowed(bank::check_draw(balance, amount_), from_); }
  bool may_pay_in(std::int64_t balance) {
    return allowed(bank::check_deposit(balance, amount_), to_);
  }
  bool allowed(draw_fault why, std::size_t account) {
    if (why != draw_fault::none)
      tell({.what = deed::refused, .amount = amount_, .why = why}, account);
    return why == draw_fault::none;
  }
  void pause() {
    const trace::slice pauses{"pauses"};
    std::this_thread::sleep_for(hall_.plan.pause);
  }
  void take() {
    tell({.what = deed::drew, .amount = amount_}, from_);
    const auto before = hall_.balances[from_].fetch_sub(amount_, std::memory_order_relaxed);
    tell({.what = deed::remains, .amount = before - amount_}, from_);
  }
  void pay_in() {
    const auto before = hall_.balances[to_].fetch_add(amount_, std::memory_order_relaxed);
    tell({.what = deed::paid_in, .amount = amount_}, to_);
    tell({.what = deed::remains, .amount = before + amount_}, to_);
  }
  void write(deed what, std::size_t account, std::int64_t balance) {
    tell({.what = what, .amount = amount_}, account);
    hall_.balances[account].store(balance, std::memory_order_relaxed);
    tell({.what = deed::remains, .amount = balance}, account);
  }

  // Returns: false after giving up.
  bool lock(std::size_t account) {
    const auto waiting = [&](std::uint32_t holder) {
      tell({.what = deed::waits, .other = bank::teller_name(holder)}, account);
    };
    const auto stuck = hall_.locks.take(number_, account, waiting);
    if (stuck)
      tell({.what = deed::gave_up, .other = bank::teller_name(*stuck)}, account);
    return !stuck;
  }

  void tell(race_step step, std::size_t account) {
    step.who = name_;
    step.account = static_cast<std::uint32_t>(account);
    const trace::slice line{[&] { return bank::told(hall_.plan, step); }};
    hall_.told.tell(std::move(step));
  }

  hall& hall_;
  std::uint32_t number_;
  std::string name_;
  std::size_t from_, to_;
  std::int64_t amount_;
};

} // namespace

bank::race_outcome race_threads(const bank::race_plan& plan, race_engine engine) {
  hall where{plan};
  // The doors open when all are there, or when one of them could not be hired.
  std::latch open{1};
  {
    std::vector<std::jthread> tellers;
    const auto hire = [&](std::uint32_t number) {
      tellers.emplace_back([&where, &open, engine, number] {
        open.wait();
        teller{where, number}.run(engine);
      });
    };
    try {
      for (std::uint32_t i = 0; i < plan.tellers; ++i)
        hire(i);
    } catch (...) {
      open.count_down();
      throw;
    }
    open.count_down();
  }
  bank::race_outcome round;
  round.story = where.told.take();
  for (std::size_t i = 0; i < plan.accounts(); ++i)
    round.balances.push_back(where.balances[i].load());
  return round;
}

} // namespace troupe::baselines
