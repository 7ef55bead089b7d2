// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/crawl/fetcher.hpp"
#include "actors/crawl/parser.hpp"
#include "actors/crawl/robots_keeper.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::crawl;

namespace {

struct seen {
  std::vector<want_page> wants;
  std::vector<page_done> dones;
};

struct boss_double {
  static constexpr const char* name = "boss_double";
  boss_double(coordinator_actor::pointer, seen* s) : s_(s) {}
  coordinator_actor::behavior_type make_behavior() {
    return {[this](const want_page& x) { s_->wants.push_back(x); },
            [this](const page_done& x) { s_->dones.push_back(x); },
            [](const page_part&) {},
            [](const hands_leave&) -> caf::result<hands_left> { return hands_left{}; },
            [](progress_wanted) -> caf::result<progress_report> { return progress_report{}; },
            [](const stop_crawl&) {},
            [](tick) {}};
  }
  seen* s_;
};

// A parser that keeps its pages for ever, or until it is given a page of this number and how many
// others it had before: then it answers that one, and says so in the depth.
constexpr std::uint64_t answer_now = 1'000;
struct slow_parser {
  static constexpr const char* name = "slow_parser";
  explicit slow_parser(parser_actor::pointer self) : self_(self) {}
  parser_actor::behavior_type make_behavior() {
    return {[this](const read_page& x) -> caf::result<page_read> {
      if (x.job.id >= answer_now) {
        const auto n = x.job.id - answer_now;
        page_read of_that;
        of_that.result.row.depth = static_cast<std::uint32_t>(n);
        kept_.at(n).deliver(of_that);
        return page_read{};
      }
      kept_.push_back(self_->make_response_promise<page_read>());
      return kept_.back();
    }};
  }
  parser_actor::pointer self_;
  std::vector<caf::typed_response_promise<page_read>> kept_;
};

struct fixture {
  seen s;
  std::vector<std::function<void(fetched)>> fetches;
  unsigned reads = 0;
  crawl_ports ports;
  runtime::test_system<caf::id_block::troupe> actors;
  coordinator_actor boss = runtime::spawn<boss_double>(actors.system(), &s);
  parser_actor shared;
  fetcher_actor hand;

  fixture() {
    ports.fetch = [this](const page_job&, std::function<void(fetched)> done) {
      fetches.push_back(std::move(done));
    };
    ports.make_reader = [this] {
      return [this](const page_job& job, const fetched& answer) {
        ++reads;
        return result_without_reading(job, answer);
      };
    };
  }
  void start(parser_actor with) {
    shared = std::move(with);
    hand = runtime::spawn<fetcher>(actors.system(), boss, shared, ports, limits{}, crew_limits{});
    actors.run();
  }
  void give(std::uint64_t id) {
    page_job job;
    job.id = id;
    job.target = url::from_normalized("http://a.test/" + std::to_string(id));
    runtime::post(hand, page_wanted{job});
    actors.run();
  }
  void answer(int status = 200) {
    fetched got;
    got.status = status;
    got.content_type = "text/html";
    got.body = std::make_shared<const std::string>("<html>");
    fetches.back()(got);
    actors.run();
  }
  ~fixture() {
    runtime::stop(hand);
    runtime::stop(shared);
    runtime::stop(boss);
    hand = nullptr, shared = nullptr, boss = nullptr;
    s.wants.clear();
    fetches.clear();
    actors.run();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(fetcher_alone, fixture)

BOOST_AUTO_TEST_CASE(asks_once_and_again_after_its_page) {
  start(runtime::spawn<parser>(actors.system(), ports));
  BOOST_TEST(s.wants.size() == 1u);
  give(1);
  BOOST_TEST(s.wants.size() == 1u);
  answer();
  BOOST_TEST(s.wants.size() == 2u);
  BOOST_TEST(s.wants[1].fetch_ended == 1u);
  BOOST_TEST(s.dones.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_without_html_never_meets_the_parser) {
  start(runtime::spawn<parser>(actors.system(), ports));
  give(1);
  answer(404);
  BOOST_TEST(reads == 0u);
  BOOST_REQUIRE(s.dones.size() == 1u);
  BOOST_TEST(s.dones[0].result.row.status == 404);
}

BOOST_AUTO_TEST_CASE(fetches_ahead_of_a_slow_parser_but_only_so_far) {
  start(runtime::spawn<slow_parser>(actors.system()));
  give(1);
  answer();
  BOOST_TEST(s.wants.size() == 2u); // one unread page: one more may come
  give(2);
  answer();
  BOOST_TEST(s.wants.size() == 2u); // two: the parser sets the pace
  BOOST_TEST(s.dones.empty());
}

BOOST_AUTO_TEST_CASE(a_page_whose_parser_died_is_read_by_a_parser_of_its_own) {
  start(runtime::spawn<slow_parser>(actors.system()));
  give(1);
  answer();
  BOOST_TEST(reads == 0u);
  runtime::stop(shared);
  shared = runtime::spawn<slow_parser>(actors.system());
  runtime::post(hand, use_parser{shared});
  actors.run();
  BOOST_TEST(reads == 1u);
  BOOST_REQUIRE(s.dones.size() == 1u);
  BOOST_TEST(s.dones[0].result.row.status == 200);
}

BOOST_AUTO_TEST_CASE(a_page_that_takes_too_long_to_read_is_given_up) {
  start(runtime::spawn<slow_parser>(actors.system()));
  give(1);
  answer();
  actors.advance(std::chrono::seconds(61));
  actors.run();
  BOOST_TEST(reads == 0u); // another parser would be stuck in it as well
  BOOST_REQUIRE(s.dones.size() == 1u);
  BOOST_TEST((s.dones[0].result.row.error == fault::worker_lost));
}

BOOST_AUTO_TEST_CASE(what_was_given_up_is_not_taken_for_the_same_page_tried_again) {
  start(runtime::spawn<slow_parser>(actors.system()));
  const auto parser_answers = [this](std::uint64_t n) {
    read_page x;
    x.job.id = answer_now + n;
    runtime::post(shared, std::move(x));
    actors.run();
  };
  give(1);
  answer();
  actors.advance(std::chrono::seconds(61));
  actors.run();
  BOOST_TEST(s.dones.size() == 1u);
  give(1);
  answer();
  parser_answers(0);
  BOOST_TEST(s.dones.size() == 1u);
  parser_answers(1);
  BOOST_REQUIRE(s.dones.size() == 2u);
  BOOST_TEST(s.dones[1].result.row.depth == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_to_an_earlier_page_is_ignored) {
  start(runtime::spawn<parser>(actors.system(), ports));
  give(1);
  answer();
  fetches.back()(fetched{});
  actors.run();
  BOOST_TEST(s.dones.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(the_robots_keeper_fetches_once_however_many_ask) {
  std::vector<std::function<void(io::robots_answer)>> waiting;
  crawl_ports ports;
  ports.fetch_robots = [&](const std::string&, std::function<void(io::robots_answer)> done) {
    waiting.push_back(std::move(done));
  };
  runtime::test_system<caf::id_block::troupe> actors;
  auto keeper = runtime::spawn<robots_keeper>(actors.system(), ports);
  int answers = 0;
  const auto ask = [&] {
    // The keeper is an argument and no capture: 0.17.6 trips over spawns without any
    // (runtime/spawn.hpp).
    actors.system().spawn(
        [&answers](caf::event_based_actor* self, robots_actor whom) {
          runtime::request(self, whom, std::chrono::seconds(5), robots_wanted{"http://a.test"})
              .then([&answers](const robots_known&) { ++answers; }, [](const caf::error&) {});
        },
        keeper);
    actors.run();
  };
  ask();
  ask();
  BOOST_TEST(waiting.size() == 1u);
  BOOST_TEST(answers == 0);
  waiting[0]({std::make_shared<const robots_rules>(robots_rules::allow_all()), false});
  actors.run();
  BOOST_TEST(answers == 2);
  ask();
  BOOST_TEST(answers == 3);
  BOOST_TEST(waiting.size() == 1u);
  runtime::stop(keeper);
}
