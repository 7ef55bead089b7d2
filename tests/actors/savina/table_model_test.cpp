// SPDX-License-Identifier: BSD-3-Clause
// The philosophers' actors and domain/race's model of them, letter by letter, as
// tests/actors/bank/race_model_test.cpp does it for the bank: the real ones run under the test
// scheduler in every order there is, and each order has to be one of the model's, with the same
// letters and the same end, and none left over on either side.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/savina/philosophers.hpp"
#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/orders.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/domain/race/every_order.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

using stepwise = runtime::test_system<caf::id_block::troupe_savina>;

// Who got what from whom, in order; and whether all had eaten in the end.
using deliveries = std::vector<std::string>;
using all_orders = std::map<deliveries, bool>;

// How a philosopher takes forks that are actors.
enum class reach { left_first, lower_first };

class real_table {
public:
  real_table(const race::plan& p, reach how) : seats_(p.seats) {
    if (p.engine == "actor-waiter") {
      const auto one = runtime::spawn<savina::waiter>(actors_.system(), std::uint64_t{p.seats});
      know(one, "the waiter");
      actors_.run(); // it is there before anybody comes
      for (std::uint64_t i = 0; i < p.seats; ++i)
        know(runtime::spawn<savina::guest>(actors_.system(), i, one, once, sated_), name_of(i));
      return;
    }
    std::vector<savina::fork_actor> forks;
    for (std::uint64_t i = 0; i < p.seats; ++i) {
      forks.push_back(runtime::spawn<savina::table_fork>(actors_.system(), p.seats + i));
      know(forks.back(), "fork " + std::to_string(i + 1));
    }
    actors_.run();
    for (std::uint64_t i = 0; i < p.seats; ++i) {
      auto first = i, second = (i + 1) % p.seats;
      if (how == reach::lower_first && first > second)
        std::swap(first, second);
      know(runtime::spawn<savina::philosopher>(actors_.system(), i, forks[first], forks[second],
                                               once, sated_),
           name_of(i));
    }
  }
  // Those who wait for each other know each other, and would stay.
  ~real_table() {
    for (const auto& one : everybody_)
      runtime::stop(one);
    everybody_.clear();
    actors_.run();
  }
  real_table(const real_table&) = delete;
  real_table& operator=(const real_table&) = delete;

  std::size_t ready() { return actors_.ready(); }

  void step(std::size_t which) {
    const auto x = actors_.peek(which);
    auto line = names_[x.to] + (x.what.empty() ? " begins" : " gets " + word(x.what));
    if (!x.what.empty())
      line += " from " + names_[x.from];
    lines_.push_back(std::move(line));
    actors_.step(which);
  }

  bool all_ate() const { return ate_ == seats_; }
  const deliveries& lines() const { return lines_; }

private:
  static constexpr std::uint64_t once = 1;

  static std::string name_of(std::uint64_t seat) {
    return {'p', static_cast<char>('a' + static_cast<char>(seat))};
  }
  // Without what is in it: handles print as the numbers that they have.
  static std::string word(const std::string& letter) { return letter.substr(0, letter.find('(')); }

  template <class Handle>
  void know(const Handle& who, const std::string& name) {
    names_[who.id()] = name;
    everybody_.push_back(who);
  }

  std::size_t seats_;
  std::size_t ate_ = 0;
  savina::sated_function sated_{[this] { ++ate_; }};
  std::map<caf::actor_id, std::string> names_;
  deliveries lines_;
  stepwise actors_; // goes first: its actors tell into the members above
  std::vector<savina::participant_actor> everybody_;
};

all_orders real_orders(const race::plan& p, reach how = reach::left_first) {
  all_orders found;
  runtime::order_walk walk;
  do {
    real_table round{p, how};
    while (const auto ready = round.ready())
      round.step(walk.choose(ready));
    found.emplace(round.lines(), round.all_ate());
  } while (walk.next());
  BOOST_TEST(found.size() == walk.number()); // no order came twice
  return found;
}

std::string word_of(const race::letter& x) {
  using enum race::letter_kind;
  switch (x.what) {
  case fork_wanted:
    return "fork_wanted";
  case fork_given:
    return "fork_given";
  case fork_back:
    return "fork_back";
  case forks_wanted:
    return "forks_wanted";
  case forks_given:
    return "forks_given";
  case forks_back:
    return "forks_back";
  default:
    return "?";
  }
}

all_orders model_orders(const race::plan& p) {
  const auto m = race::make_model(p);
  all_orders found;
  every_order(*m, [&](const race::order& steps, const race::world& end) {
    deliveries lines;
    auto w = m->begin();
    for (const auto who : steps) {
      const auto& name = m->cast()[who].name;
      const auto& mail = w.mail[who];
      lines.push_back(mail.empty() ? name + " begins"
                                   : name + " gets " + word_of(mail.front()) + " from "
                                         + m->cast()[mail.front().from].name);
      m->step(w, who);
    }
    found.emplace(std::move(lines), end.wrong == race::flaw::none);
  });
  return found;
}

std::size_t stuck(const all_orders& all) {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const auto& order) { return !order.second; }));
}

void compare(const race::plan& p, std::size_t orders, std::size_t deadlocked) {
  if (!stepwise::draws_order)
    return; // this CAF does not let orders be chosen
  const auto real = real_orders(p);
  const auto made = model_orders(p);
  BOOST_TEST(real.size() == orders, name_of(p));
  BOOST_TEST(made.size() == orders, name_of(p));
  BOOST_TEST(stuck(real) == deadlocked, name_of(p));
  for (const auto& [lines, end] : made) {
    const auto found = real.find(lines);
    BOOST_REQUIRE_MESSAGE(found != real.end(), name_of(p) << ": the actors have no order that "
                                                          << "begins " << lines.front());
    BOOST_TEST(found->second == end, name_of(p));
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(table_model)

BOOST_AUTO_TEST_CASE(forks_that_are_actors_are_their_model_and_can_deadlock) {
  compare(race_of("philosophers", "actor-forks", 2), 150, 54);
}

BOOST_AUTO_TEST_CASE(the_waiter_is_its_model_and_never_does) {
  compare(race_of("philosophers", "actor-waiter", 2), 12, 0);
  compare(race_of("philosophers", "actor-waiter", 3), 330, 0);
}

BOOST_AUTO_TEST_CASE(the_lower_fork_first_never_does) {
  if (!stepwise::draws_order)
    return;
  const auto real = real_orders(race_of("philosophers", "actor-forks", 2), reach::lower_first);
  BOOST_TEST(real.size() > 100u);
  BOOST_TEST(stuck(real) == 0u);
}

BOOST_AUTO_TEST_CASE(a_model_of_something_else_would_be_seen) {
  if (!stepwise::draws_order)
    return;
  const auto real = real_orders(race_of("philosophers", "actor-forks", 2), reach::lower_first);
  std::size_t strange = 0;
  for (const auto& [lines, end] : model_orders(race_of("philosophers", "actor-forks", 2)))
    strange += real.find(lines) == real.end();
  BOOST_TEST(strange > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
