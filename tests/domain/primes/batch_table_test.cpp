// SPDX-License-Identifier: BSD-3-Clause
// Who holds which batch: the rules one by one, then all of them against checkers that live and die
// in orders drawn from a seed.

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/primes/batch_table.hpp"

using namespace troupe::primes;
using ending = batch_table::ending;

namespace {

std::string words(const std::vector<batch_table::order>& orders) {
  std::string s;
  for (const auto& o : orders)
    s += (o.what == batch_table::order::kind::give ? "give " : "drop ") + std::to_string(o.which)
         + " " + std::to_string(o.to) + "; ";
  return s;
}

// One checker as the actor is: a queue of its own, and one batch at a time.
struct toy_checker {
  std::deque<batch_table::order> inbox;
  std::deque<std::uint64_t> queue;
};

// A table and its crew, with everything that is said on its way in queues.
struct toy_crew {
  std::mt19937_64 draw;
  batch_table table{{3, 10, 64}};
  std::map<std::uint64_t, toy_checker> crew;
  std::map<std::uint64_t, int> checks;
  std::set<std::uint64_t> answered, given_up, forgotten, killers;
  std::uint64_t next_checker = 1, next_batch = 1;
  int twice = 0;

  explicit toy_crew(std::uint64_t seed) : draw(seed) {}

  void join() {
    crew[next_checker];
    table.want(next_checker++, 2 + draw() % 3);
  }
  void post() {
    for (const auto& o : table.take_orders())
      if (const auto c = crew.find(o.to); c != crew.end())
        c->second.inbox.push_back(o);
  }
  void die(std::uint64_t c, ending how) {
    crew.erase(c);
    if (const auto b = table.lost(c, how))
      BOOST_TEST(given_up.insert(*b).second);
  }
  // What a checker does when it is its turn: read what has come, then begin the next.
  void step(std::uint64_t c) {
    auto& me = crew.at(c);
    for (auto read = 1 + draw() % 3; read > 0 && !me.inbox.empty(); --read) {
      const auto o = me.inbox.front();
      me.inbox.pop_front();
      if (o.what == batch_table::order::kind::give) {
        me.queue.push_back(o.which);
      } else if (std::erase(me.queue, o.which) > 0) {
        table.dropped(c, o.which);
        post();
      }
    }
    if (me.queue.empty() || draw() % 2 == 0)
      return;
    const auto b = me.queue.front();
    me.queue.pop_front();
    ++checks[b];
    if (killers.contains(b))
      return die(c, ending::died);
    if (table.answered(c, b))
      BOOST_TEST(answered.insert(b).second, b);
    else
      ++twice;
    table.want(c, 1);
  }
  std::uint64_t any() { return std::next(crew.begin(), draw() % crew.size())->first; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(batch_tables)

BOOST_AUTO_TEST_CASE(batches_go_out_in_order_one_each_in_turn) {
  batch_table t{{}};
  for (std::uint64_t b = 1; b <= 5; ++b)
    t.add(b);
  t.want(10, 2);
  t.want(11, 2);
  BOOST_TEST(words(t.take_orders()) == "give 1 10; give 2 11; give 3 10; give 4 11; ");
  BOOST_TEST(t.waiting() == 1u);
  BOOST_TEST(t.held() == 4u);
  BOOST_TEST(t.answered(10, 1));
  BOOST_TEST(!t.answered(10, 1));
  t.want(10, 1);
  BOOST_TEST(words(t.take_orders()) == "give 5 10; ");
}

BOOST_AUTO_TEST_CASE(an_idle_checker_takes_what_another_has_not_begun_but_never_its_first) {
  batch_table t{{}};
  for (std::uint64_t b = 1; b <= 3; ++b)
    t.add(b);
  t.want(10, 3);
  BOOST_TEST(words(t.take_orders()) == "give 1 10; give 2 10; give 3 10; ");
  t.want(11, 2);
  BOOST_TEST(words(t.take_orders()) == "drop 3 10; give 3 11; "); // 2 and 1: no more to gain
  BOOST_TEST(t.steals() == 1u);
  t.dropped(10, 3); // has room now, and nothing is gained by taking it back
  BOOST_TEST(words(t.take_orders()) == "");
  BOOST_TEST(t.answered(11, 3));
  t.want(11, 1);
  BOOST_TEST(words(t.take_orders()) == "drop 2 10; give 2 11; ");
  BOOST_TEST(t.answered(10, 1));
  BOOST_TEST(t.answered(10, 2));                       // it had begun it: the first answer counts,
  BOOST_TEST(words(t.take_orders()) == "drop 2 11; "); // and the other need not
  BOOST_TEST(!t.answered(11, 2));
  BOOST_TEST(t.holds_nothing(10));
  BOOST_TEST(t.holds_nothing(11));
  BOOST_TEST(t.held() == 0u);
}

BOOST_AUTO_TEST_CASE(the_oldest_batch_is_what_a_checker_died_of_and_a_lost_one_of_nothing) {
  batch_table t{{2, 3, 64}};
  t.add(1);
  t.add(2);
  for (std::uint64_t c = 10; c < 12; ++c) { // two that are lost do not count as deaths
    t.want(c, 2);
    t.take_orders();
    BOOST_TEST(!t.lost(c, ending::unreachable).has_value());
  }
  t.want(12, 2);
  BOOST_TEST(words(t.take_orders()) == "give 1 12; give 2 12; ");
  BOOST_TEST(!t.lost(12, ending::died).has_value());
  t.want(13, 2);
  BOOST_TEST(words(t.take_orders()) == "give 1 13; give 2 13; ");
  BOOST_TEST((t.lost(13, ending::died) == 1u)); // the second death
  t.want(14, 2);
  BOOST_TEST(words(t.take_orders()) == "give 2 14; ");
  BOOST_TEST(t.losses() == 4u);
  for (std::uint64_t c = 14; c < 16; ++c) {
    BOOST_TEST(!t.lost(c, ending::unreachable).has_value());
    t.want(c + 1, 1);
    t.take_orders();
  }
  BOOST_TEST((t.lost(16, ending::unreachable) == 2u)); // the third loss
  BOOST_TEST(t.held() + t.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(who_leaves_keeps_what_it_is_at_and_gets_nothing_more) {
  batch_table t{{}};
  for (std::uint64_t b = 1; b <= 3; ++b)
    t.add(b);
  t.want(10, 3);
  t.take_orders();
  t.leave(10);
  t.want(10, 5);
  t.want(11, 1);
  BOOST_TEST(words(t.take_orders()) == "drop 3 10; drop 2 10; give 2 11; ");
  t.dropped(10, 3);
  t.dropped(10, 2);
  BOOST_TEST(!t.holds_nothing(10));
  BOOST_TEST(t.answered(10, 1));
  BOOST_TEST(t.holds_nothing(10));
  t.leave(12); // before it has said a word
  t.want(12, 1);
  BOOST_TEST(words(t.take_orders()) == "");
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_is_dropped_and_its_room_comes_back) {
  batch_table t{{}};
  t.add(1);
  t.add(2);
  t.add(3);
  t.want(10, 2);
  t.take_orders();
  t.forget(2);
  t.forget(3);
  BOOST_TEST(words(t.take_orders()) == "drop 2 10; ");
  t.dropped(10, 2);
  t.dropped(10, 2); // once more, and what nobody told it to drop
  t.dropped(10, 1);
  for (std::uint64_t b = 4; b < 7; ++b)
    t.add(b);
  BOOST_TEST(words(t.take_orders()) == "give 4 10; ");
}

BOOST_AUTO_TEST_CASE(room_is_bounded_whatever_is_claimed) {
  batch_table t{{3, 10, 4}};
  t.want(10, 4'000'000'000);
  t.want(10, 4'000'000'000);
  for (std::uint64_t b = 1; b <= 10; ++b)
    t.add(b);
  BOOST_TEST(t.take_orders().size() == 4u);
}

BOOST_AUTO_TEST_CASE(each_batch_is_answered_once_whatever_happens) {
  std::uint64_t steals = 0, losses = 0;
  int twice = 0, leavers = 0;
  std::size_t given_up = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      toy_crew w{seed};
      const auto batches_max = 1 + w.draw() % 40;
      if (seed % 3 == 0)
        w.killers.insert(1 + w.draw() % batches_max);
      std::set<std::uint64_t> leaving;
      for (int i = 0; i < 3; ++i)
        w.join();
      for (int steps = 0; steps < 20'000; ++steps) {
        switch (w.next_batch > batches_max ? 9 : w.draw() % 60) {
        case 0:
          w.die(w.any(), ending::unreachable);
          break;
        case 1:
          if (const auto c = w.any(); leaving.insert(c).second) {
            w.table.leave(c);
            ++leavers;
          }
          break;
        case 2:
          w.forgotten.insert(1 + w.draw() % w.next_batch);
          w.table.forget(*w.forgotten.rbegin());
          break;
        case 3:
        case 4:
        case 5:
        case 6:
          w.table.add(w.next_batch++);
          break;
        default:
          w.step(w.any());
        }
        const auto able = std::count_if(w.crew.begin(), w.crew.end(),
                                        [&](auto& c) { return !leaving.contains(c.first); });
        if (able < 2)
          w.join();
        w.post();
        if (w.next_batch > batches_max && w.table.held() + w.table.waiting() == 0
            && std::all_of(w.crew.begin(), w.crew.end(),
                           [&](auto& c) { return w.table.holds_nothing(c.first); }))
          break;
      }
      BOOST_TEST(w.table.held() + w.table.waiting() == 0u);
      for (std::uint64_t b = 1; b < w.next_batch; ++b) {
        const auto ends = w.answered.count(b) + w.given_up.count(b);
        BOOST_TEST((ends == 1 || (ends == 0 && w.forgotten.contains(b))), b);
        BOOST_TEST((!w.given_up.contains(b) || w.killers.contains(b)), b);
        if (w.killers.contains(b))
          BOOST_TEST(w.checks[b] <= 4, b);
      }
      for (const auto& [c, unused] : w.crew)
        BOOST_TEST(w.table.holds_nothing(c), c);
      steals += w.table.steals();
      losses += w.table.losses();
      twice += w.twice;
      given_up += w.given_up.size();
    }
  }
  BOOST_TEST(steals > 1000u);
  BOOST_TEST(losses > 1000u);
  BOOST_TEST(twice > 10);
  BOOST_TEST(leavers > 300);
  BOOST_TEST(given_up > 300u);
}

BOOST_AUTO_TEST_SUITE_END()
