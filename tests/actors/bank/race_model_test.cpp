// SPDX-License-Identifier: BSD-3-Clause
// The bank's actors and domain/race's model of them, letter by letter: the real ones run under the
// test scheduler in every order there is, and each order has to be one of the model's, with the
// same letters, the same end, and none left over on either side.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/bank/account.hpp"
#include "actors/bank/teller.hpp"
#include "actors/bank/umpire.hpp"
#include "messages/type_ids.hpp"
#include "runtime/orders.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/domain/race/every_order.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

using stepwise = runtime::test_system<caf::id_block::troupe>;

// Who got what from whom, in order; and what came of it.
using deliveries = std::vector<std::string>;
struct outcome {
  bool holds = false;
  std::vector<std::int64_t> balances;
  bool operator==(const outcome&) const = default;
};
using all_orders = std::map<deliveries, outcome>;

class real_race {
public:
  explicit real_race(const race::plan& p) {
    plan_.balance = p.balance;
    plan_.draw = p.draw;
    plan_.tellers = p.tellers;
    plan_.transfer = p.model == "transfer";
    for (std::size_t i = 0; i < plan_.accounts(); ++i) {
      accounts_.push_back(runtime::spawn<bank::account_owner>(actors_.system(), p.balance));
      names_[accounts_[i].id()] = "account " + bank::race_account_name(i);
    }
    actors_.run(); // they are open before anybody comes
    for (std::uint32_t i = 0; i < p.tellers; ++i)
      names_[send_out(p, i).id()] = bank::teller_name(i);
  }

  std::size_t ready() { return actors_.ready(); }

  void step(std::size_t which) {
    const auto x = actors_.peek(which);
    auto line = names_[x.to] + (x.what.empty() ? " begins" : " gets " + x.what);
    if (x.from != 0 && !x.what.empty())
      line += " from " + names_[x.from];
    lines_.push_back(std::move(line));
    actors_.step(which);
  }

  outcome finish() {
    const auto ended = [this](bank::race_outcome end) {
      round_.balances = std::move(end.balances);
    };
    const auto head =
        runtime::spawn<bank::umpire>(actors_.system(), std::exchange(accounts_, {}),
                                     bank::umpire::start_tellers{[](const bank::umpire_actor&) {
                                       return std::vector<bank::teller_actor>{};
                                     }},
                                     std::function<void(bank::race_outcome)>{ended});
    actors_.run();
    return {judge(plan_, round_) == bank::race_verdict::held, round_.balances};
  }

  const deliveries& lines() const { return lines_; }

private:
  bank::teller_actor send_out(const race::plan& p, std::uint32_t number) {
    bank::teller_errand errand;
    errand.who = bank::teller_name(number);
    errand.amount = p.draw;
    errand.tell = [this](bank::race_step step) { round_.story.push_back(std::move(step)); };
    errand.from_account = static_cast<std::uint32_t>(plan_.from(number));
    errand.from = accounts_[errand.from_account];
    if (plan_.transfer) {
      errand.to_account = static_cast<std::uint32_t>(plan_.to(number));
      errand.to = accounts_[errand.to_account];
      return runtime::spawn<bank::transfer_teller>(actors_.system(), std::move(errand));
    }
    if (p.model == "get-then-set" && p.engine == "actor")
      return runtime::spawn<bank::trap_teller>(actors_.system(), std::move(errand));
    return runtime::spawn<bank::draw_teller>(actors_.system(), std::move(errand));
  }

  bank::race_plan plan_;
  bank::race_outcome round_;
  std::map<caf::actor_id, std::string> names_;
  deliveries lines_;
  stepwise actors_; // goes first: its actors tell into the members above
  std::vector<bank::account_actor> accounts_;
};

all_orders real_orders(const race::plan& p) {
  all_orders found;
  runtime::order_walk walk;
  do {
    real_race round{p};
    while (const auto ready = round.ready())
      round.step(walk.choose(ready));
    auto lines = round.lines();
    found.emplace(std::move(lines), round.finish());
  } while (walk.next());
  BOOST_TEST(found.size() == walk.number()); // no order came twice
  return found;
}

// As the real actors' letters print.
std::string text_of(const race::letter& x) {
  using enum race::letter_kind;
  const auto amount = std::to_string(x.amount);
  switch (x.what) {
  case withdraw:
    return "withdraw(" + amount + ")";
  case deposit:
    return "deposit(" + amount + ")";
  case balance_wanted:
    return "balance_wanted()";
  case set_balance:
    return "set_balance(" + amount + ")";
  case done:
    return "account_slip(none, " + amount + ")";
  case refused:
    return "account_slip(the balance is too short, " + amount + ")";
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
                                   : name + " gets " + text_of(mail.front()) + " from "
                                         + m->cast()[mail.front().from].name);
      m->step(w, who);
    }
    found.emplace(std::move(lines), outcome{end.wrong == race::flaw::none, end.accounts});
  });
  return found;
}

void compare(const race::plan& p, std::size_t orders) {
  if (!stepwise::draws_order)
    return; // this CAF does not let orders be chosen
  const auto real = real_orders(p);
  const auto made = model_orders(p);
  BOOST_TEST(real.size() == orders, name_of(p));
  BOOST_TEST(made.size() == orders, name_of(p));
  for (const auto& [lines, end] : made) {
    const auto found = real.find(lines);
    BOOST_REQUIRE_MESSAGE(found != real.end(), name_of(p) << ": the actors have no order that "
                                                          << "begins " << lines.front());
    BOOST_TEST((found->second == end), name_of(p));
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(race_model)

BOOST_AUTO_TEST_CASE(the_account_actor_is_its_model) {
  compare(race_of("account", "actor", 2), 14);
  compare(race_of("account", "actor", 3), 636);
}

BOOST_AUTO_TEST_CASE(transfers_by_actors_are_their_model) {
  compare(race_of("transfer", "actor", 2), 202);
}

BOOST_AUTO_TEST_CASE(get_then_set_by_actors_is_its_model) {
  compare(race_of("get-then-set", "actor", 2), 98);
  auto enough_for_both = race_of("get-then-set", "actor", 2);
  enough_for_both.draw = 300; // nobody is refused: other letters, and money is made all the same
  compare(enough_for_both,
          race::order_graph::explore(*race::make_model(enough_for_both))->all().all());
}

BOOST_AUTO_TEST_CASE(a_model_of_something_else_would_be_seen) {
  if (!stepwise::draws_order)
    return;
  const auto real = real_orders(race_of("account", "actor", 2));
  auto other = race_of("account", "actor", 2);
  other.balance = 1600; // enough for both: the same letters, but for one refusal
  std::size_t strange = 0;
  for (const auto& [lines, end] : model_orders(other))
    strange += real.find(lines) == real.end();
  BOOST_TEST(strange == 14u);
}

BOOST_AUTO_TEST_SUITE_END()
