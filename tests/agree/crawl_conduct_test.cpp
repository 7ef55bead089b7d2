// SPDX-License-Identifier: BSD-3-Clause
//
// How engines behave when things go wrong or are to end early, and how kind they are to servers:
// the same demands on each.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include "tests/agree/engines.hpp"
#include "tests/support/crawl_trial.hpp"
#include "tests/support/tiny_site.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

/// Twenty pages that all link to each other, each answered after `delay`.
tiny_site::handler ring(std::chrono::milliseconds delay) {
  return [delay](const std::string& target, unsigned) {
    site_answer answer;
    if (target == "/robots.txt") {
      answer.status = 404;
      return answer;
    }
    for (int i = 0; i < 20; ++i)
      answer.body += "<a href='/" + std::to_string(i) + "'>x</a>";
    answer.delay = target == "/0" ? 0ms : delay;
    return answer;
  };
}

/// Requests a stop when the site has seen so many requests, from another thread, as a signal
/// handler's thread does. (After a fixed time, a busy machine would not have begun yet.)
class stop_when_seen {
public:
  stop_when_seen(const tiny_site& site, std::size_t requests, std::chrono::milliseconds and_then)
      : thread_([this, &site, requests, and_then] {
          while (site.visits().size() < requests)
            std::this_thread::sleep_for(2ms);
          std::this_thread::sleep_for(and_then);
          at_ = clock_type::now();
          source_.request_stop();
        }) {}
  std::stop_token token() const { return source_.get_token(); }
  /// Returns: how long ago the stop was requested.
  double seconds_ago() {
    thread_.join();
    return std::chrono::duration<double>(clock_type::now() - at_).count();
  }

private:
  std::stop_source source_;
  clock_type::time_point at_{};
  std::jthread thread_;
};

crawl_trial check_stops_promptly(const engine_row& engine, const crawl::crawl_plan& plan,
                                 stop_when_seen& stopper) {
  baselines::crawl_setting setting;
  setting.stop = stopper.token();
  auto trial = try_crawl(engine.run, plan, setting);
  BOOST_TEST(stopper.seconds_ago() < 2.0);
  BOOST_TEST(trial.summary.interrupted);
  BOOST_TEST(trial.pages.size() == trial.summary.counts.pages);
  for (const auto& row : trial.pages)
    BOOST_TEST(row.error == "", row); // what was cut off is no row
  return trial;
}

} // namespace

BOOST_AUTO_TEST_CASE(stops_promptly_while_pages_are_slow) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(20s));
      stop_when_seen stopper(site, 3, 50ms); // robots.txt, the seed, and the first slow one
      const auto trial = check_stops_promptly(engine, plan_for({site.origin() + "/0"}), stopper);
      BOOST_TEST(trial.pages.size() == 1u); // what is done is written
      BOOST_TEST(trial.summary.counts.in_flight > 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(stops_promptly_while_it_waits_for_a_delay) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(0ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.bounds.delay_ms = 30'000;
      plan.bounds.obey_robots = false;
      stop_when_seen stopper(site, 1, 150ms);
      check_stops_promptly(engine, plan, stopper);
      BOOST_TEST(site.visits().size() == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(stops_promptly_while_robots_txt_is_slow) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site([](const std::string&, unsigned) {
        site_answer answer;
        answer.delay = 20s;
        return answer;
      });
      stop_when_seen stopper(site, 1, 50ms);
      const auto trial = check_stops_promptly(engine, plan_for({site.origin() + "/0"}), stopper);
      BOOST_TEST(trial.summary.counts.robots_unreachable == 0u); // we gave up, not the host
      BOOST_TEST(site.visits().size() == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(does_nothing_when_stopped_before_it_begins) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(0ms));
      std::stop_source source;
      source.request_stop();
      baselines::crawl_setting setting;
      setting.stop = source.get_token();
      const auto trial = try_crawl(engine.run, plan_for({site.origin() + "/0"}), setting);
      BOOST_TEST(trial.summary.interrupted);
      BOOST_TEST(trial.summary.counts.pages == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_the_crawl_with_a_reason) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site([](const std::string& target, unsigned) {
        // Without end: only the error can end it before the budget does. Long, so that few rows
        // fill the output's buffer.
        site_answer answer;
        const auto at = target.size() < 2 ? 0 : std::stoull(target.substr(1));
        const std::string padding(4'000, 'x');
        for (int i = 1; i <= 3; ++i)
          answer.body += "<a href='/" + std::to_string(at * 3 + i) + "?" + padding + "'>x</a>";
        return answer;
      });
      auto plan = plan_for({site.origin() + "/"});
      plan.bounds.obey_robots = false;
      plan.bounds.pages_max = 20'000;
      plan.bounds.per_host = 8;
      io::crawl_output full("/dev/full", "");
      baselines::crawl_setting setting;
      setting.output = &full;
      const auto summary = engine.run(plan, setting);
      BOOST_TEST(summary.output_error.find("/dev/full") != std::string::npos,
                 "says: " << summary.output_error);
      BOOST_TEST(summary.counts.pages < 20'000u);
      BOOST_TEST(!summary.interrupted);
    }
  }
}

BOOST_AUTO_TEST_CASE(never_has_more_requests_at_a_host_than_allowed) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(40ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.bounds.concurrency = 8;
      plan.bounds.per_host = 3;
      const auto trial = try_crawl(engine.run, plan);
      BOOST_TEST(trial.pages.size() == 20u);
      // Both sides: a bound that is kept by doing one at a time would be no proof.
      BOOST_TEST(site.most_at_once() == (engine.concurrent ? 3u : 1u));
    }
  }
}

BOOST_AUTO_TEST_CASE(never_has_more_requests_in_all_than_allowed) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(40ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.bounds.concurrency = 2;
      plan.bounds.per_host = 16;
      const auto trial = try_crawl(engine.run, plan);
      BOOST_TEST(trial.pages.size() == 20u);
      BOOST_TEST(site.most_at_once() == (engine.concurrent ? 2u : 1u));
    }
  }
}

BOOST_AUTO_TEST_CASE(keeps_the_delay_between_two_requests) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(0ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.bounds.pages_max = 8;
      plan.bounds.delay_ms = 60;
      plan.bounds.per_host = 4;
      plan.bounds.obey_robots = false;
      const auto begin = clock_type::now();
      const auto trial = try_crawl(engine.run, plan);
      const auto visits = site.visits();
      BOOST_REQUIRE(visits.size() == 8u);
      // A busy machine can hold up a request, and so bring it near to the next one; it can bring
      // none before its time, and does not hold up every second one.
      std::vector<clock_type::duration> gaps;
      for (std::size_t i = 1; i < visits.size(); ++i) {
        gaps.push_back(visits[i].at - visits[i - 1].at);
        BOOST_TEST((visits[i].at - begin >= i * 60ms));
      }
      std::nth_element(gaps.begin(), gaps.begin() + 3, gaps.end());
      BOOST_TEST((gaps[3] > 30ms));
    }
  }
}

BOOST_AUTO_TEST_CASE(keeps_connections_alive) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(5ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.bounds.concurrency = 3;
      plan.bounds.per_host = 3;
      try_crawl(engine.run, plan);
      BOOST_TEST(site.connections() <= 3u, site.connections() << " connections for 21 requests");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unreachable_host_gives_a_row_with_the_reason) {
  const auto nobody = "http://127.0.0.1:" + std::to_string(closed_port()) + "/";
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      auto plan = plan_for({nobody});
      plan.bounds.obey_robots = false;
      const auto trial = try_crawl(engine.run, plan);
      BOOST_REQUIRE(trial.pages.size() == 1u);
      BOOST_TEST(trial.pages[0].error == "connect_refused");
      BOOST_TEST(trial.pages[0].status == 0);
      BOOST_TEST(trial.summary.counts.errors == 1u);
      BOOST_TEST(trial.summary.first_error != "");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unreachable_robots_txt_forbids_the_host) {
  const auto nobody = "http://127.0.0.1:" + std::to_string(closed_port()) + "/";
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      const auto trial = try_crawl(engine.run, plan_for({nobody}));
      BOOST_TEST(trial.pages.size() == 0u);
      BOOST_TEST(trial.summary.counts.robots_unreachable == 1u);
      BOOST_TEST(!trial.summary.interrupted);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_exception_in_the_crawl_reaches_the_caller) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(0ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.extract = {crawl::extract_spec::kind::css, "a[["};
      BOOST_CHECK_THROW(engine.run(plan, {}), std::invalid_argument);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_exception_on_the_way_ends_the_crawl) {
  struct progress_failed : std::runtime_error {
    progress_failed() : std::runtime_error("the terminal is gone") {}
  };
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(60ms));
      baselines::crawl_setting setting;
      setting.progress = [](const crawl::crawl_counts&) { throw progress_failed(); };
      BOOST_CHECK_THROW(engine.run(plan_for({site.origin() + "/0"}), setting), progress_failed);
      BOOST_TEST(site.visits().size() < 20u); // and not only at its end
    }
  }
}

BOOST_AUTO_TEST_CASE(reports_progress_a_few_times_a_second_and_at_the_end) {
  for (const auto& engine : engines()) {
    BOOST_TEST_CONTEXT("engine " << engine.name) {
      tiny_site site(ring(80ms));
      auto plan = plan_for({site.origin() + "/0"});
      plan.bounds.per_host = 2;
      unsigned calls = 0; // no lock: the calls are one at a time, and ThreadSanitizer looks on
      std::uint64_t last = 0;
      bool forward = true;
      baselines::crawl_setting setting;
      setting.progress = [&](const crawl::crawl_counts& counts) {
        ++calls;
        forward = forward && counts.pages >= last;
        last = counts.pages;
      };
      const auto trial = try_crawl(engine.run, plan, setting);
      BOOST_TEST(calls >= 2u); // at the end, and on the way
      BOOST_TEST(calls <= 2 + trial.summary.seconds / 0.1);
      BOOST_TEST(forward);
      BOOST_TEST(last == 20u);
    }
  }
}
