// SPDX-License-Identifier: BSD-3-Clause
// Tellers and accounts as actors, letter by letter: what actors/bank/teller.cpp and account.cpp do.
#include <optional>

#include "domain/bank/account.hpp"
#include "domain/bank/race.hpp"
#include "domain/race/actor_model.hpp"
#include "domain/race/makers.hpp"

namespace troupe::race {

namespace {

using enum letter_kind;

enum class manner { one_message, transfer, get_then_set, set_if };

constexpr std::uint8_t second_answer = 2; // person::at: it has asked twice

class bank_actors : public actor_model {
public:
  bank_actors(const plan& p, manner m) : manner_(m), sum_(p.draw), tellers_(p.tellers) {
    places_.transfer = m == manner::transfer;
    for (std::uint32_t i = 0; i < p.tellers; ++i)
      cast_.push_back({bank::teller_name(i), static_cast<char>('a' + i), false});
    for (std::size_t i = 0; i < places_.accounts(); ++i) {
      account_names_.push_back(bank::race_account_name(i));
      cast_.push_back({"account " + account_names_.back(), static_cast<char>('A' + i), true});
    }
    world begin;
    begin.accounts.assign(account_names_.size(), p.balance);
    set_up(std::move(begin));
  }

  std::string waits_for(const world& w, std::size_t who) const override {
    const auto& p = w.people[who];
    const bool waits = who < tellers_ && !p.over && p.at > 0 && w.mail[who].empty();
    return waits ? "an answer" : "";
  }

private:
  void begin_one(world& w, std::size_t who, happening* told) const override {
    const auto to = from_account(who);
    if (asks_first()) {
      send(w, who, to, {.what = balance_wanted}, told);
      tell(told, [&] { return name(who) + " begins, and asks " + name(to) + " for its balance"; });
    } else {
      send(w, who, to, {.what = withdraw, .amount = sum_}, told);
      tell(told, [&] { return name(who) + " begins, and asks " + name(to) + " to pay " + sum(); });
    }
  }

  void handle(world& w, std::size_t who, const letter& x, happening* told) const override {
    if (cast_[who].serves)
      account_gets(w, who, x, told);
    else
      teller_gets(w, who, x, told);
  }

  // The account pays into the asker's hand as it answers: what is in a letter is in a hand.
  void account_gets(world& w, std::size_t who, const letter& x, happening* told) const {
    auto& balance = w.accounts[who - tellers_];
    auto& asker = w.people[x.from];
    const auto held = std::to_string(balance);
    const auto begin = told ? name(who) + " handles " + name(x.from) + "'s " : "";
    auto answer = done;
    std::string words;
    switch (x.what) {
    case withdraw:
      if (bank::check_draw(balance, sum_) != bank::draw_fault::none) {
        answer = refused;
        words = "withdraw: " + held + " is too short for " + sum() + ", it refuses";
        break;
      }
      balance -= sum_;
      asker.hand += sum_;
      words = "withdraw: " + held + " is enough, it pays " + sum() + " and holds "
              + std::to_string(balance);
      break;
    case deposit:
      balance += sum_;
      asker.hand -= sum_;
      words = "deposit of " + sum() + ": it holds " + std::to_string(balance);
      break;
    case balance_wanted:
      words = "question, and answers " + held;
      break;
    case set_if:
      if (balance != x.seen) {
        answer = changed;
        words = "wish to hold " + std::to_string(x.amount) + " if it still holds "
                + std::to_string(x.seen) + ": it holds " + held + ", and refuses";
        break;
      }
      [[fallthrough]];
    default: // set_balance
      balance = x.amount;
      asker.hand += sum_; // it draws, or believes so
      words = "wish to hold " + std::to_string(x.amount) + " from now on: it held " + held;
    }
    send(w, who, x.from, {.what = answer, .amount = balance}, told);
    tell(told, [&] { return begin + words; });
  }

  void teller_gets(world& w, std::size_t who, const letter& x, happening* told) const {
    auto& p = w.people[who];
    const bool first = p.at != second_answer;
    if (x.what == refused)
      return leave(w, who, told, "is refused");
    if (asks_first() && (first || x.what == changed))
      return decide(w, who, x, told);
    if (manner_ != manner::transfer)
      return leave(w, who, told, "got " + sum());
    const auto to = to_account(who);
    if (!first)
      return leave(w, who, told, "has its " + sum() + " in " + name(to));
    p.at = second_answer;
    send(w, who, to, {.what = deposit, .amount = sum_}, told);
    tell(told, [&] {
      return name(who) + " hears that it got " + sum() + ", and sends it to " + name(to);
    });
  }

  // What it was told is what the account held once. What it holds now, only the account knows.
  void decide(world& w, std::size_t who, const letter& x, happening* told) const {
    auto& p = w.people[who];
    p.seen = x.amount;
    const auto seen = std::to_string(p.seen);
    if (bank::check_draw(p.seen, sum_) != bank::draw_fault::none)
      return leave(w, who, told, "sees " + seen + ", too short for " + sum() + ", and goes");
    p.at = second_answer;
    const auto what = manner_ == manner::set_if ? set_if : set_balance;
    send(w, who, from_account(who), {.what = what, .amount = p.seen - sum_, .seen = p.seen}, told);
    tell(told, [&] {
      return name(who) + " hears " + seen + ", enough for " + sum() + ", and tells "
             + name(from_account(who)) + " to hold " + std::to_string(p.seen - sum_)
             + (what == set_if ? " if it still holds " + seen : "");
    });
  }

  void leave(world& w, std::size_t who, happening* told, const std::string& with) const {
    w.people[who].over = true;
    tell(told,
         [&] { return name(who) + (with.starts_with("sees") ? " " : " hears that it ") + with; });
  }

  bool asks_first() const { return manner_ == manner::get_then_set || manner_ == manner::set_if; }
  std::size_t from_account(std::size_t who) const {
    return tellers_ + places_.from(static_cast<std::uint32_t>(who));
  }
  std::size_t to_account(std::size_t who) const {
    return tellers_ + places_.to(static_cast<std::uint32_t>(who));
  }
  std::string sum() const { return std::to_string(sum_); }

  manner manner_;
  bank::race_plan places_; // who draws from which account
  std::int64_t sum_;
  std::size_t tellers_;
};

manner manner_of(const plan& p) {
  if (p.model == "transfer")
    return manner::transfer;
  if (p.engine == "actor-set-if")
    return manner::set_if;
  return p.model == "get-then-set" && p.engine == "actor" ? manner::get_then_set
                                                          : manner::one_message;
}

} // namespace

std::unique_ptr<const model> make_bank_actors(const plan& p) {
  return std::make_unique<bank_actors>(p, manner_of(p));
}

} // namespace troupe::race
