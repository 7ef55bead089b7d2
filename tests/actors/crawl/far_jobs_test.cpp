// SPDX-License-Identifier: BSD-3-Clause
// A registrar whose crawls a cluster does: what is told of them, and that they end, here and there.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/crawl/registrar.hpp"
#include "tests/actors/crawl/far_world.hpp"

using namespace troupe;
using namespace troupe::crawl;
using namespace std::chrono_literals;
using test::world;

namespace {

struct service : world {
  explicit service(std::uint64_t seed, job_limits bounds = {}, head_limits at_head = {})
      : world(seed, at_head) {
    registrar_ports ports;
    ports.answer = [this](std::uint64_t ticket, gateway::crawl_answer a) {
      answers[ticket] = std::move(a);
    };
    ports.make_results = [this](const crawl_plan&) {
      return std::make_shared<io::job_results>(std::filesystem::temp_directory_path().string(),
                                               results_bytes_max, false);
    };
    ports.make_ports = [this](const crawl_plan&, const std::shared_ptr<io::job_results>& results) {
      auto outside = web.ports();
      outside.write = [this, results](const std::vector<row_and_items>& rows, bool) {
        auto out = results->output();
        for (const auto& x : rows)
          if (auto error = out.write(x.row, x.items); !error.empty())
            return error;
        web.rows.insert(web.rows.end(), rows.begin(), rows.end());
        return std::string{};
      };
      return outside;
    };
    ports.now_unix_ms = [] { return std::int64_t{1}; };
    ports.tell = [this](gateway::reading now) { told = std::move(now); };
    ports.gone = [](const std::string&) {};
    ports.far =
        far_jobs{far_http{true, true, true, {}}, 60s, [this] { return std::to_string(++keys); }};
    keeper_of_crawls =
        runtime::spawn<registrar>(actors.system(), std::move(ports), bounds, crew_limits{});
  }
  ~service() { end(); }
  void end() {
    runtime::stop(keeper_of_crawls);
    keeper_of_crawls = nullptr;
    actors.run();
  }

  template <class Message>
  void tell(Message x) {
    runtime::post(keeper_of_crawls, std::move(x));
    actors.run();
  }
  template <class Question>
  gateway::crawl_answer ask(Question q) {
    q.ticket = ++tickets;
    tell(std::move(q));
    return answers.at(tickets);
  }
  std::uint64_t start() {
    const auto made = ask(crawl_asked{0, std::make_shared<crawl_plan>(plan())});
    BOOST_REQUIRE(made.crawls.size() == 1u);
    return made.crawls[0].job.id;
  }
  job_report look(std::uint64_t id) { return ask(crawl_wanted{0, id}).crawls.at(0).job; }
  bool reaches(std::uint64_t id, job_state state) {
    for (int i = 0; i < 400'000; ++i) {
      if (i % 50 == 0 && look(id).state == state)
        return true;
      if (!turn())
        return look(id).state == state;
    }
    return false;
  }

  std::uint64_t results_bytes_max = 1u << 20;
  std::map<std::uint64_t, gateway::crawl_answer> answers;
  gateway::reading told;
  registrar_actor keeper_of_crawls;
  std::uint64_t tickets = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(far_jobs_of_a_registrar)

BOOST_AUTO_TEST_CASE(are_done_by_nodes_once_there_are_some) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      service s{seed};
      const auto id = s.start();
      BOOST_TEST((s.look(id).state == job_state::running));
      BOOST_TEST(s.look(id).detail == "no coordinator: none was found yet");
      s.tell(head_lost{"connection refused"});
      BOOST_TEST(s.look(id).detail == "no coordinator: connection refused");
      s.tell(use_head{s.head});
      s.actors.advance(2s);
      s.actors.run();
      BOOST_TEST(s.look(id).detail == "no node crawls for that coordinator");
      s.add_team();
      s.add_team();
      BOOST_REQUIRE(s.reaches(id, job_state::done));
      BOOST_TEST(s.look(id).detail == "");
      BOOST_TEST(s.look(id).counts.pages == s.web.reachable().size());
      BOOST_TEST(s.urls() == s.web.reachable(), boost::test_tools::per_element());
      BOOST_TEST(s.http_at_nodes.public_only);
    }
  }
}

BOOST_AUTO_TEST_CASE(that_no_coordinator_takes_have_failed_and_make_room) {
  service s{1, {.running_max = 1, .waiting_max = 1, .finished_max = 9}};
  const auto first = s.start(), second = s.start();
  s.actors.advance(50s);
  s.actors.run();
  BOOST_TEST((s.look(first).state == job_state::running));
  s.tell(head_lost{"no way"});
  s.actors.advance(10s);
  s.actors.run();
  BOOST_TEST((s.look(first).state == job_state::failed));
  BOOST_TEST(s.look(first).reason == "unreachable");
  BOOST_TEST(s.look(first).detail == "no coordinator came within 60 s (no coordinator: no way)");
  BOOST_TEST((s.look(second).state == job_state::running));
  // The next one is told at once what is known.
  BOOST_TEST(s.look(second).detail == "no coordinator: no way");
  s.tell(use_head{s.head});
  s.add_team();
  BOOST_TEST(s.reaches(second, job_state::done));
}

BOOST_AUTO_TEST_CASE(whose_coordinator_is_lost_have_failed_and_say_how_much_is_written) {
  int in_the_middle = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      service s{seed};
      s.tell(use_head{s.head});
      s.add_team();
      const auto id = s.start();
      s.turns(100 + s.draw() % 200);
      if (over(s.look(id).state))
        continue;
      in_the_middle += s.web.rows.empty() ? 0 : 1;
      runtime::stop(s.head);
      s.tell(head_lost{"connection reset"});
      s.actors.advance(2s);
      s.settle();
      const auto job = s.look(id);
      BOOST_TEST((job.state == job_state::failed));
      BOOST_TEST(job.reason == "unreachable");
      BOOST_TEST(job.detail.find("the coordinator was lost") == 0u, job.detail);
      BOOST_TEST(job.counts.pages == s.web.rows.size());
      BOOST_TEST(job.counts.in_flight == 0u);
    }
  }
  BOOST_TEST(in_the_middle > 20);
}

BOOST_AUTO_TEST_CASE(that_are_dropped_end_at_the_nodes) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      service s{seed};
      s.tell(use_head{s.head});
      s.add_team();
      const auto id = s.start();
      s.turns(100 + s.draw() % 150);
      if (over(s.look(id).state))
        continue;
      s.ask(crawl_dropped{0, id});
      BOOST_REQUIRE(s.reaches(id, job_state::canceled));
      s.settle();
      const auto requested = s.web.requested;
      s.turns(500);
      BOOST_TEST((s.web.requested == requested));
      BOOST_TEST(s.look(id).counts.pages == s.web.rows.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(that_are_dropped_while_they_wait_for_a_coordinator_end_at_once) {
  service s{1};
  const auto id = s.start();
  s.ask(crawl_dropped{0, id});
  BOOST_TEST((s.look(id).state == job_state::canceled));
}

BOOST_AUTO_TEST_CASE(end_at_the_nodes_with_their_server) {
  head_limits one;
  one.crawls_max = 1;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      service s{seed, {}, one};
      s.tell(use_head{s.head});
      s.add_team();
      const auto id = s.start();
      s.turns(100 + s.draw() % 100);
      if (over(s.look(id).state))
        continue;
      s.end();
      s.settle();
      const auto requested = s.web.requested;
      s.turns(300);
      BOOST_TEST((s.web.requested == requested));
      // Its place at the head is free again.
      s.web.rows.clear();
      s.order();
      BOOST_REQUIRE(s.finish());
      BOOST_TEST(s.urls() == s.web.reachable(), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(that_give_more_rows_than_are_kept_have_failed) {
  service s{1};
  s.results_bytes_max = 1'500;
  s.tell(use_head{s.head});
  s.add_team();
  const auto id = s.start();
  BOOST_REQUIRE(s.reaches(id, job_state::failed));
  BOOST_TEST(s.look(id).reason == "results_bytes_max");
  BOOST_TEST(!s.web.rows.empty());
}

BOOST_AUTO_TEST_CASE(that_a_coordinator_refuses_say_why) {
  head_limits none;
  none.crawls_max = 0;
  service s{1, {}, none};
  s.tell(use_head{s.head});
  const auto id = s.start();
  s.settle();
  BOOST_TEST((s.look(id).state == job_state::failed));
  BOOST_TEST(s.look(id).reason == "refused");
  BOOST_TEST(s.look(id).detail.find("takes no more at a time") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wait_where_the_coordinator_does_not_crawl) {
  service s{1};
  const auto id = s.start();
  s.tell(use_head{});
  BOOST_TEST(s.look(id).detail == "that coordinator does not crawl");
  BOOST_TEST(s.told.actors.at(0).name == "crawl_customer");
}

BOOST_AUTO_TEST_SUITE_END()
