// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>
#include <vector>

#include "domain/race/model.hpp"

namespace troupe::race {

/// What a thread can do in one step. `where` is an account's or a lock's index.
enum class act_kind : std::uint8_t {
  check,      ///< looks at the balance and remembers it; too short: goes to `otherwise`
  read,       ///< looks at the balance and remembers it
  take,       ///< takes the sum out of whatever the account holds now
  pay_in,     ///< puts the sum on top of whatever the account holds now
  write_less, ///< sets the balance to what it remembers less the sum
  write_more, ///< sets the balance to what it remembers plus the sum
  swap,       ///< as write_less, if the balance still is what it remembers; else: to `otherwise`
  lock,       ///< can be done only while nobody holds it
  unlock,
  enter, ///< takes a place of the semaphore; can be done only while there is one
  exit,  ///< gives it back
  eat,
};

struct instruction {
  act_kind what = act_kind::check;
  std::uint8_t where = 0;
  std::uint8_t otherwise = 0; ///< the next step where it does not go as hoped
};

/// One after the other; who is behind the last one is through.
using program = std::vector<instruction>;

/// Threads with a program each.
class thread_model : public model {
public:
  struct parts {
    std::vector<std::string> names; ///< of the threads; marked a, b, c ...
    std::vector<program> programs;  ///< one each
    std::vector<std::string> accounts, locks;
    std::int64_t balance = 0, sum = 0; ///< of each account; of each draw
    std::int8_t places = no_places;    ///< of the semaphore, if there is one
  };
  explicit thread_model(parts p);
  bool can_step(const world& w, std::size_t who) const override;
  std::string waits_for(const world& w, std::size_t who) const override;

private:
  void act(world& w, std::size_t who, happening* told) const override;
  bool perform(world& w, std::size_t who, const instruction& x) const;
  std::string words(const world& before, const world& after, std::size_t who, const instruction& x,
                    bool went_well) const;
  bool has_next(const world& w, std::size_t who) const {
    return w.people[who].at < programs_[who].size();
  }

  std::vector<program> programs_;
  std::int64_t sum_ = 0;
};

} // namespace troupe::race
