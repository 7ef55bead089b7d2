// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "domain/race/model.hpp"

namespace troupe::race {

/// Actors: each handles one letter at a time, the oldest first. Who is not served by anybody begins
/// once by itself. A step is a beginning or a letter, as it is for real actors under the test
/// scheduler (tests/actors/bank/race_model_test.cpp compares the two, order by order).
class actor_model : public model {
public:
  bool can_step(const world& w, std::size_t who) const override {
    const auto& p = w.people[who];
    return !w.mail[who].empty() || (!cast_[who].serves && p.at == 0 && !p.over);
  }

protected:
  virtual void begin_one(world& w, std::size_t who, happening* told) const = 0;
  virtual void handle(world& w, std::size_t who, const letter& x, happening* told) const = 0;

  void act(world& w, std::size_t who, happening* told) const override {
    auto& p = w.people[who];
    if (!cast_[who].serves && p.at == 0) {
      p.at = 1;
      return begin_one(w, who, told);
    }
    const auto x = w.mail[who].front();
    w.mail[who].erase(w.mail[who].begin());
    if (told)
      told->got = true;
    handle(w, who, x, told);
  }

  void send(world& w, std::size_t from, std::size_t to, letter x, happening* told) const {
    x.from = static_cast<std::uint8_t>(from);
    w.mail[to].push_back(x);
    if (told)
      told->sent.push_back(static_cast<std::uint8_t>(to));
  }

  const std::string& name(std::size_t who) const { return cast_[who].name; }
};

/// Takes: words as a function, which is called only where somebody listens.
template <class Words>
void tell(happening* told, Words words) {
  if (told)
    told->text = words();
}

} // namespace troupe::race
