// SPDX-License-Identifier: BSD-3-Clause
// The account actor by itself, and the tellers with doubles in the accounts' place: what no order
// of the real ones brings about.

#include <limits>
#include <optional>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/bank/account.hpp"
#include "actors/bank/teller.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::bank;

namespace {

// Asks one thing and keeps the answer.
struct asker {
  static constexpr const char* name = "asker";
  asker(teller_actor::pointer self, std::function<void(teller_actor::pointer)> ask)
      : self_(self), ask_(std::move(ask)) {}
  teller_actor::behavior_type make_behavior() {
    ask_(self_);
    return {[](pause_over) {}};
  }
  teller_actor::pointer self_;
  std::function<void(teller_actor::pointer)> ask_;
};

// An account that takes money out but none in.
struct closed_for_deposits {
  static constexpr const char* name = "closed";
  closed_for_deposits(account_actor::pointer self, int refusals_left)
      : self_(self), refusals_left_(refusals_left) {}
  account_actor::behavior_type make_behavior() {
    return {
        [this](const withdraw& x) {
          account_.draw(x.amount);
          return account_slip{draw_fault::none, account_.balance()};
        },
        [this](const deposit& x) {
          if (refusals_left_-- > 0)
            return account_slip{draw_fault::overflow, account_.balance()};
          account_.deposit(x.amount);
          return account_slip{draw_fault::none, account_.balance()};
        },
        [this](balance_wanted) {
          return account_slip{draw_fault::none, account_.balance()};
        },
        [](const set_balance&) { return account_slip{}; },
    };
  }
  account_actor::pointer self_;
  int refusals_left_;
  plain_account account_{1000};
};

struct counter_hall {
  runtime::test_system<caf::id_block::troupe> actors;

  template <class Request>
  account_slip ask(const account_actor& whom, Request what) {
    std::optional<account_slip> answer;
    const std::function<void(teller_actor::pointer)> go = [&](teller_actor::pointer self) {
      runtime::request(self, whom, std::chrono::seconds(1), what)
          .then([&answer, self](const account_slip& x) {
            answer = x;
            self->quit();
          });
    };
    runtime::spawn<asker>(actors.system(), go);
    actors.run();
    BOOST_REQUIRE(answer.has_value());
    return *answer;
  }

  std::vector<race_step> transfer(account_actor from, account_actor to) {
    std::vector<race_step> story;
    teller_errand errand;
    errand.who = "ta";
    errand.amount = 800;
    errand.from = std::move(from);
    errand.to = std::move(to);
    errand.to_account = 1;
    errand.tell = [&story](race_step x) { story.push_back(std::move(x)); };
    const auto teller = runtime::spawn<transfer_teller>(actors.system(), std::move(errand));
    actors.run();
    while (actors.has_timer()) {
      actors.next_timer();
      actors.run();
    }
    return story;
  }
};

std::vector<deed> deeds(const std::vector<race_step>& story) {
  std::vector<deed> list;
  for (const auto& step : story)
    list.push_back(step.what);
  return list;
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_actor_suite)

BOOST_AUTO_TEST_CASE(answers_each_request_with_a_slip) {
  counter_hall hall;
  const auto account = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{1000});
  auto slip = hall.ask(account, withdraw{800});
  BOOST_TEST((slip.fault == draw_fault::none));
  BOOST_TEST(slip.balance == 200);
  slip = hall.ask(account, deposit{50});
  BOOST_TEST((slip.fault == draw_fault::none));
  BOOST_TEST(slip.balance == 250);
  slip = hall.ask(account, balance_wanted{});
  BOOST_TEST(slip.balance == 250);
  slip = hall.ask(account, set_balance{7});
  BOOST_TEST((slip.fault == draw_fault::none));
  BOOST_TEST(slip.balance == 7);
}

BOOST_AUTO_TEST_CASE(answers_a_bad_request_with_its_fault_and_changes_nothing) {
  counter_hall hall;
  const auto account = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{200});
  BOOST_TEST((hall.ask(account, withdraw{800}).fault == draw_fault::insufficient_funds));
  BOOST_TEST((hall.ask(account, withdraw{0}).fault == draw_fault::amount_not_positive));
  BOOST_TEST((hall.ask(account, deposit{-5}).fault == draw_fault::amount_not_positive));
  const auto most = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST((hall.ask(account, deposit{most}).fault == draw_fault::overflow));
  BOOST_TEST(hall.ask(account, balance_wanted{}).balance == 200);
}

BOOST_AUTO_TEST_CASE(a_transfer_moves_the_money) {
  counter_hall hall;
  const auto from = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{1000});
  const auto to = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{1000});
  const auto story = hall.transfer(from, to);
  BOOST_TEST(
      (deeds(story) == std::vector{deed::drew, deed::remains, deed::paid_in, deed::remains}));
  BOOST_TEST(hall.ask(from, balance_wanted{}).balance == 200);
  BOOST_TEST(hall.ask(to, balance_wanted{}).balance == 1800);
}

BOOST_AUTO_TEST_CASE(a_transfer_that_is_refused_at_the_far_end_gives_the_money_back) {
  counter_hall hall;
  const auto from = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{1000});
  const auto most = std::numeric_limits<std::int64_t>::max();
  const auto full = runtime::spawn<account_owner>(hall.actors.system(), most);
  const auto story = hall.transfer(from, full);
  BOOST_TEST(
      (deeds(story)
       == std::vector{deed::drew, deed::remains, deed::refused, deed::refunded, deed::remains}));
  BOOST_TEST((story[2].why == draw_fault::overflow));
  BOOST_TEST(hall.ask(from, balance_wanted{}).balance == 1000);
  BOOST_TEST(hall.ask(full, balance_wanted{}).balance == most);
}

BOOST_AUTO_TEST_CASE(a_refund_that_is_refused_as_well_is_told_and_never_booked_as_done) {
  counter_hall hall;
  const auto from = runtime::spawn<closed_for_deposits>(hall.actors.system(), 1);
  const auto to = runtime::spawn<closed_for_deposits>(hall.actors.system(), 1);
  const auto story = hall.transfer(from, to);
  BOOST_TEST(
      (deeds(story) == std::vector{deed::drew, deed::remains, deed::refused, deed::refused}));
  BOOST_TEST(hall.ask(from, balance_wanted{}).balance == 200);
}

BOOST_AUTO_TEST_CASE(an_account_that_is_gone_leaves_the_teller_in_doubt_and_it_says_so) {
  counter_hall hall;
  const auto from = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{1000});
  const auto gone = runtime::spawn<account_owner>(hall.actors.system(), std::int64_t{1000});
  hall.actors.run();
  runtime::stop(gone);
  hall.actors.run();
  const auto story = hall.transfer(from, gone);
  BOOST_TEST((deeds(story) == std::vector{deed::drew, deed::remains, deed::lost_sight}));
  race_plan plan;
  plan.transfer = true;
  BOOST_TEST((judge(plan, {story, {200, 1000}}) == race_verdict::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
