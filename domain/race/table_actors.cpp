// SPDX-License-Identifier: BSD-3-Clause
// Philosophers as actors, in two ways: forks that are actors, asked one after the other, and one
// waiter who has all forks. The first deadlocks as locks do: to have no locks is no cure for it.
#include <algorithm>

#include "domain/race/actor_model.hpp"
#include "domain/race/makers.hpp"

namespace troupe::race {

namespace {

using enum letter_kind;

class table_actors : public actor_model {
public:
  explicit table_actors(const plan& p) : seats_(p.seats) {
    for (std::uint32_t i = 0; i < p.seats; ++i) {
      cast_.push_back(
          {std::string{'p', static_cast<char>('a' + i)}, static_cast<char>('a' + i), false});
      lock_names_.push_back("fork " + std::to_string(i + 1));
    }
  }

protected:
  std::size_t left(std::size_t who) const { return who; }
  std::size_t right(std::size_t who) const { return (who + 1) % seats_; }
  std::string both(std::size_t who) const {
    return lock_names_[left(who)] + " and " + lock_names_[right(who)];
  }
  bool waits(const world& w, std::size_t who) const {
    const auto& p = w.people[who];
    return who < seats_ && !p.over && p.at > 0 && w.mail[who].empty();
  }

  std::size_t seats_;
};

class fork_actors : public table_actors {
public:
  explicit fork_actors(const plan& p) : table_actors(p) {
    for (std::size_t i = 0; i < seats_; ++i)
      cast_.push_back({lock_names_[i], static_cast<char>('A' + i), true});
    set_up({});
  }

  std::string waits_for(const world& w, std::size_t who) const override {
    if (!waits(w, who))
      return "";
    const auto fork = w.people[who].forks == 0 ? left(who) : right(who);
    const auto holder = w.locks[fork];
    if (holder == nobody || static_cast<std::size_t>(holder) == who)
      return lock_names_[fork];
    return lock_names_[fork] + ", which " + name(static_cast<std::size_t>(holder)) + " holds";
  }

private:
  void begin_one(world& w, std::size_t who, happening* told) const override {
    send(w, who, seats_ + left(who), {.what = fork_wanted}, told);
    tell(told, [&] { return name(who) + " is hungry, and asks for " + lock_names_[left(who)]; });
  }

  void handle(world& w, std::size_t who, const letter& x, happening* told) const override {
    if (cast_[who].serves)
      fork_gets(w, who, x, told);
    else
      philosopher_gets(w, who, told);
  }

  void fork_gets(world& w, std::size_t who, const letter& x, happening* told) const {
    auto& holder = w.locks[who - seats_];
    auto& queue = w.waiting[who];
    if (x.what == fork_back) {
      holder = nobody;
      if (queue.empty())
        return tell(told, [&] { return name(who) + " is back from " + name(x.from); });
      const auto next = queue.front();
      queue.erase(queue.begin());
      give(w, who, next, told);
      return tell(told, [&] {
        return name(who) + " is back from " + name(x.from) + ", and goes to " + name(next);
      });
    }
    if (holder != nobody) {
      queue.push_back(x.from);
      return tell(told, [&] {
        return name(who) + " lets " + name(x.from)
               + " wait: " + name(static_cast<std::size_t>(holder)) + " has it";
      });
    }
    give(w, who, x.from, told);
    tell(told, [&] { return name(who) + " goes to " + name(x.from); });
  }

  void give(world& w, std::size_t fork, std::size_t to, happening* told) const {
    w.locks[fork - seats_] = static_cast<std::int8_t>(to);
    send(w, fork, to, {.what = fork_given}, told);
  }

  void philosopher_gets(world& w, std::size_t who, happening* told) const {
    auto& p = w.people[who];
    if (++p.forks == 1) {
      send(w, who, seats_ + right(who), {.what = fork_wanted}, told);
      return tell(told, [&] {
        return name(who) + " has " + lock_names_[left(who)] + ", and asks for "
               + lock_names_[right(who)];
      });
    }
    p.over = true;
    p.forks = 0;
    for (const auto fork : {left(who), right(who)})
      send(w, who, seats_ + fork, {.what = fork_back}, told);
    tell(told, [&] { return name(who) + " has " + both(who) + ", eats, and sends them back"; });
  }
};

class waiter_actor : public table_actors {
public:
  explicit waiter_actor(const plan& p) : table_actors(p) {
    cast_.push_back({"the waiter", 'W', true});
    set_up({});
  }

  std::string waits_for(const world& w, std::size_t who) const override {
    return waits(w, who) ? "the waiter" : "";
  }

private:
  void begin_one(world& w, std::size_t who, happening* told) const override {
    send(w, who, seats_, {.what = forks_wanted}, told);
    tell(told, [&] { return name(who) + " is hungry, and asks the waiter for " + both(who); });
  }

  void handle(world& w, std::size_t who, const letter& x, happening* told) const override {
    if (!cast_[who].serves) {
      w.people[who].over = true;
      send(w, who, seats_, {.what = forks_back}, told);
      return tell(told,
                  [&] { return name(who) + " has " + both(who) + ", eats, and sends them back"; });
    }
    auto& queue = w.waiting[who];
    if (x.what == forks_wanted)
      queue.push_back(x.from);
    else
      w.locks[left(x.from)] = w.locks[right(x.from)] = nobody;
    std::string served;
    // The longest wait goes first, but nobody waits for a neighbour's forks behind another's back.
    for (auto i = queue.begin(); i != queue.end();) {
      const auto next = *i;
      if (w.locks[left(next)] != nobody || w.locks[right(next)] != nobody) {
        ++i;
        continue;
      }
      w.locks[left(next)] = w.locks[right(next)] = static_cast<std::int8_t>(next);
      i = queue.erase(i);
      send(w, who, next, {.what = forks_given}, told);
      served += (served.empty() ? "" : ", and ") + both(next) + " to " + name(next);
    }
    tell(told, [&] {
      const auto begin = x.what == forks_wanted ? "the waiter hears " + name(x.from)
                                                : "the waiter has both back from " + name(x.from);
      return begin
             + (served.empty() ? (x.what == forks_wanted ? ", who has to wait" : "")
                               : ": " + served);
    });
  }
};

} // namespace

std::unique_ptr<const model> make_table_actors(const plan& p) {
  if (p.engine == "actor-waiter")
    return std::make_unique<waiter_actor>(p);
  return std::make_unique<fork_actors>(p);
}

} // namespace troupe::race
