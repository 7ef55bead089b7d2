// SPDX-License-Identifier: BSD-3-Clause
// What has an end though nobody brings it about: orders whose seeds do not come, what is kept for
// nobody, waiting for a coordinator or a node. And which addresses nodes connect to.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "actors/crawl/far_http.hpp"
#include "actors/crawl/sink.hpp"
#include "tests/actors/crawl/far_world.hpp"

using namespace troupe;
using namespace troupe::crawl;
using namespace std::chrono_literals;
using test::lasting_world;
using test::world;

namespace {

// Orders in parts, as slowly as the test likes.
struct slow_customer {
  static constexpr const char* name = "slow_customer";
  slow_customer(customer_actor::pointer self, crawl_head_actor head, crawl_ordered order,
                std::optional<crawl_taken>* told)
      : self_(self), head_(std::move(head)), order_(std::move(order)), told_(told) {}
  customer_actor::behavior_type make_behavior() {
    order_.who = customer_actor{self_};
    ask(order_);
    return {[](const use_head&) {},
            [](const head_lost&) {},
            [](const teams_there&) {},
            [](const crawl_ended&) {},
            [](const stop_crawl&) {},
            [this](const tick& x) {
              ask(seeds_ordered{id_, order_.plan.seeds, x.number > 0});
            }};
  }
  template <class Question>
  void ask(Question q) {
    told_->reset();
    runtime::request(self_, head_, caf::timespan{1h}, std::move(q))
        .then(
            [this](const crawl_taken& x) {
              id_ = x.id;
              *told_ = x;
            },
            [](const caf::error&) {});
  }
  customer_actor::pointer self_;
  crawl_head_actor head_;
  crawl_ordered order_;
  std::optional<crawl_taken>* told_;
  std::uint64_t id_ = 0;
};

struct slow_order {
  explicit slow_order(world& w) : w_(w) {
    sink = runtime::spawn<crawl::sink>(w.actors.system(), w.web.ports(), crew_limits{});
    crawl_ordered order{w.plan(), {}, true, sink, {}};
    who = runtime::spawn<slow_customer>(w.actors.system(), w.head, std::move(order), &told);
    w.actors.run();
  }
  ~slow_order() {
    runtime::stop(who);
    runtime::stop(sink);
    who = nullptr, sink = nullptr, told.reset();
    w_.actors.run();
  }
  void more(bool and_more) {
    runtime::post(who, tick{and_more ? 1u : 0u});
    w_.actors.run();
  }
  world& w_;
  sink_actor sink;
  std::optional<crawl_taken> told;
  customer_actor who;
};

void pass(world& w, caf::timespan time) {
  w.actors.advance(time);
  w.actors.run();
}

constexpr const char* too_slow = "there is no such order; its seeds may have come too slowly";

} // namespace

BOOST_AUTO_TEST_SUITE(far_limits)

BOOST_AUTO_TEST_CASE(an_order_whose_seeds_do_not_come_is_forgotten) {
  head_limits one;
  one.crawls_max = 1;
  world w{1, one};
  slow_order slow{w};
  BOOST_REQUIRE(slow.told.has_value());
  BOOST_TEST(slow.told->refused == "");
  pass(w, 59s);
  slow.more(true); // in time, and the time begins anew
  BOOST_TEST(slow.told->refused == "");
  pass(w, 59s);
  {
    slow_order second{w};
    BOOST_TEST(second.told->refused.find("takes no more at a time") != std::string::npos);
  }
  pass(w, 1s);
  slow.more(false);
  BOOST_TEST(slow.told->refused == too_slow);
  w.add_team();
  w.order(); // its place is free
  BOOST_REQUIRE(w.finish());
  w.check_whole();
}

BOOST_AUTO_TEST_CASE(an_order_that_is_whole_has_all_the_time_of_the_world) {
  world w{1};
  slow_order slow{w};
  slow.more(false);
  BOOST_TEST(slow.told->refused == "");
  BOOST_TEST((slow.told->coordinator != nullptr));
  pass(w, 24h);
  w.add_team();
  w.turns(20'000);
  BOOST_TEST(w.urls() == w.web.reachable(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_kept_for_nobody_is_forgotten_after_a_week_while_running) {
  std::int64_t now = 1'700'000'000'000;
  lasting_world w{3, [&now] { return now; }};
  const auto days = [&](int n) {
    for (; n > 0; --n) {
      now += 24 * 3'600'000;
      pass(w, 24h);
    }
  };
  const auto is_kept = [&] {
    // As another process would see it: the keeper's own lock is its life.
    w.lose_head();
    const bool found = io::crawl_state{w.folder, 7}.find("1").has_value();
    w.next_head();
    return found;
  };
  w.order();
  while (w.web.rows.size() < 10)
    w.turn();
  // Nobody crawls; it is in use all the same.
  w.lose_team(0);
  w.actors.run();
  days(20);
  BOOST_REQUIRE(!w.ended.has_value());
  runtime::stop(w.customer);
  w.settle();
  days(6);
  BOOST_TEST(is_kept());
  days(2);
  BOOST_TEST(!is_kept());
}

BOOST_AUTO_TEST_CASE(a_crawl_in_use_is_kept_however_slow_it_is) {
  std::int64_t now = 1'700'000'000'000;
  lasting_world w{3, [&now] { return now; }};
  w.order();
  while (w.web.rows.size() < 10)
    w.turn();
  w.lose_team(0);
  w.actors.run();
  for (int day = 0; day < 20; ++day) {
    now += 24 * 3'600'000;
    pass(w, 24h);
  }
  w.lose_head();
  runtime::post(w.customer, head_lost{"connection reset"});
  w.next_head();
  runtime::post(w.customer, use_head{w.head});
  BOOST_REQUIRE(w.finish());
  w.check_whole();
}

BOOST_AUTO_TEST_CASE(without_a_coordinator_it_says_so_and_ends_in_time) {
  world w{1};
  w.make_customer(w.plan(), {}, 60s);
  w.actors.run();
  BOOST_TEST(w.waits == "no coordinator was found yet");
  runtime::post(w.customer, head_lost{"connection refused"});
  pass(w, 59s);
  BOOST_TEST(w.waits == "no coordinator: connection refused");
  BOOST_TEST(!w.ended.has_value());
  pass(w, 1s);
  BOOST_REQUIRE(w.ended.has_value());
  BOOST_TEST(w.ended->output_error
             == "no coordinator came within 60 s (no coordinator: connection refused)");
  BOOST_TEST(w.ended->reason == "unreachable");
}

BOOST_AUTO_TEST_CASE(without_a_node_it_says_so_and_ends_in_time) {
  world w{1};
  w.make_customer(w.plan(), {}, 60s);
  w.actors.run();
  pass(w, 50s);
  runtime::post(w.customer, use_head{w.head}); // now it waits for another thing
  w.actors.run();
  pass(w, 59s);
  BOOST_TEST(!w.ended.has_value());
  BOOST_TEST(w.waits == "no node crawls for that coordinator");
  pass(w, 1s);
  BOOST_REQUIRE(w.ended.has_value());
  BOOST_TEST(w.ended->output_error
             == "no node came within 60 s (no node crawls for that coordinator)");
  BOOST_TEST(w.ended->reason == "unreachable");
}

BOOST_AUTO_TEST_CASE(a_node_that_comes_in_time_is_in_time_for_each_loss) {
  world w{1};
  w.make_customer(w.plan(), {}, 60s);
  runtime::post(w.customer, use_head{w.head});
  w.actors.run();
  for (std::size_t i = 0; i < 3; ++i) {
    pass(w, 50s);
    BOOST_REQUIRE(!w.ended.has_value());
    w.add_team();
    w.actors.run();
    BOOST_TEST(w.waits == "");
    for (int n = 0; n < 10; ++n) {
      w.web.answer_one();
      w.actors.run();
    }
    w.lose_team(i);
    w.actors.run();
  }
  const auto rows = w.web.rows.size();
  pass(w, 60s);
  BOOST_REQUIRE(w.ended.has_value());
  BOOST_TEST(rows > 0u);
  BOOST_TEST(w.ended->counts.pages == w.web.rows.size());
}

BOOST_AUTO_TEST_CASE(which_addresses_are_meant_comes_to_the_nodes) {
  world w{1};
  const far_http http{false, true, true, {"127.0.0.0/8"}};
  w.make_customer(w.plan(), http);
  runtime::post(w.customer, use_head{w.head});
  w.add_team();
  BOOST_REQUIRE(w.finish());
  w.check_whole();
  BOOST_TEST(w.http_at_nodes.public_only);
  BOOST_TEST(w.http_at_nodes.allowed == http.allowed, boost::test_tools::per_element());
  BOOST_TEST((!w.http_at_nodes.accept_compressed && w.http_at_nodes.verify_tls));
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_none_is_refused) {
  const auto refusal = [](far_http http) {
    world w{1};
    w.make_customer(w.plan(), std::move(http));
    runtime::post(w.customer, use_head{w.head});
    BOOST_REQUIRE(w.finish());
    BOOST_TEST(w.ended->reason == "refused");
    return w.ended->output_error;
  };
  const auto has = [](const std::string& text, const char* words) {
    BOOST_TEST(text.find(words) != std::string::npos, text);
  };
  has(refusal({true, true, false, {"127.0.0.0/8"}}), "besides public ones");
  has(refusal({true, true, true, {"localhost"}}), "is no address range");
  has(refusal({true, true, true, {address_rule::ranges_max + 1, "127.0.0.0/8"}}), "1000 ranges");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(a_node_s_client_has_the_rule_of_the_order_and_its_own) {
  const auto address = [](const char* text) { return ip_address::parse(text).value(); };
  const auto rule = [](std::vector<std::string> ranges) {
    auto r = std::make_shared<address_rule>();
    for (const auto& x : ranges)
      BOOST_TEST(r->allow(x) == "");
    return r;
  };
  const crawl_plan plan;
  io::http_options here;
  BOOST_TEST((node_http_of(plan, far_http_of(here), nullptr).addresses == nullptr));
  here.addresses = rule({"127.0.0.1", "10.0.0.0/8"});
  const auto far = far_http_of(here);
  const auto ordered = node_http_of(plan, far, nullptr).addresses;
  BOOST_REQUIRE((ordered != nullptr));
  BOOST_TEST(ordered->refusal(address("127.0.0.1")) == "");
  BOOST_TEST(ordered->refusal(address("127.0.0.2")) == "loopback");
  BOOST_TEST(ordered->refusal(address("8.8.8.8")) == "");
  // Both hold.
  const auto own = rule({"127.0.0.0/8"});
  const auto both = node_http_of(plan, far, own).addresses;
  BOOST_TEST(both->refusal(address("127.0.0.1")) == "");
  BOOST_TEST(both->refusal(address("127.0.0.2")) == "loopback");
  BOOST_TEST(both->refusal(address("10.0.0.1")) == "private");
  // An order that says nothing is bounded by the node's own.
  const auto alone = node_http_of(plan, {}, own).addresses;
  BOOST_TEST(alone->refusal(address("127.0.0.2")) == "");
  BOOST_TEST(alone->refusal(address("10.0.0.1")) == "private");
  // What should have been refused already allows nothing.
  const auto odd = node_http_of(plan, {true, true, false, {"all"}}, nullptr).addresses;
  BOOST_REQUIRE((odd != nullptr));
  BOOST_TEST(odd->refusal(address("127.0.0.1")) == "loopback");
}
