// SPDX-License-Identifier: BSD-3-Clause
#include <map>
#include <random>
#include <set>

#include <boost/test/unit_test.hpp>

#include "domain/jobs/line_tagger.hpp"
#include "domain/jobs/print_order.hpp"
#include "domain/jobs/schedule.hpp"

using namespace troupe::jobs;
using namespace std::chrono_literals;
using kind = schedule::step::kind;
using verdict = schedule::verdict;

namespace {

job job_number(std::uint64_t seq) { return {seq, {"true"}, "", 1}; }

attempt result(std::uint64_t seq, bool good, std::uint32_t number = 1) {
  attempt a;
  a.seq = seq;
  a.number = number;
  a.exit_code = good ? 0 : 3;
  return a;
}

schedule filled(schedule_rules rules, std::uint64_t jobs) {
  schedule s{rules};
  for (std::uint64_t i = 1; i <= jobs; ++i)
    s.add(job_number(i));
  s.source_ended();
  return s;
}

const instant t0{};

} // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(tells_how_many_could_start_and_when_the_next_retry_is_due) {
  schedule_rules rules;
  rules.retries_max = 1;
  rules.retry_delay = 10s;
  auto s = filled(rules, 3);
  BOOST_TEST(s.ready(t0).jobs == 3u);
  BOOST_TEST(s.ready(t0, false).jobs == 0u);
  s.next(t0);
  BOOST_TEST(s.ready(t0).jobs == 2u);
  s.ended(result(1, false), t0);
  BOOST_TEST(s.ready(t0).jobs == 2u);
  BOOST_TEST((s.ready(t0).until == t0 + 10s));
  BOOST_TEST(s.ready(t0 + 10s).jobs == 3u);
  BOOST_TEST(s.ready(t0 + 10s, false).jobs == 1u);
  BOOST_TEST((s.ready(t0 + 10s).until == instant::max()));
  s.stop();
  BOOST_TEST(s.ready(t0 + 10s).jobs == 0u);
}

BOOST_AUTO_TEST_CASE(jobs_start_in_order_and_end_once) {
  auto s = filled({}, 2);
  BOOST_TEST((s.next(t0).work.seq == 1));
  BOOST_TEST((s.next(t0).work.seq == 2));
  BOOST_TEST((s.next(t0).what == kind::wait));
  BOOST_TEST((s.ended(result(2, true), t0) == verdict::final_end));
  BOOST_TEST((s.ended(result(2, true), t0) == verdict::unknown));
  BOOST_TEST((s.ended(result(9, true), t0) == verdict::unknown));
  BOOST_TEST((s.next(t0).what == kind::wait));
  BOOST_TEST((s.ended(result(1, false), t0) == verdict::final_end));
  BOOST_TEST((s.next(t0).what == kind::finished));
  BOOST_TEST(s.counts().done == 1u);
  BOOST_TEST(s.counts().failed == 1u);
  BOOST_TEST(s.counts().started == 2u);
}

BOOST_AUTO_TEST_CASE(a_failed_job_is_tried_again_after_its_delay_and_before_fresh_ones) {
  schedule_rules rules;
  rules.retries_max = 2;
  rules.retry_delay = 5s;
  auto s = filled(rules, 3);
  s.next(t0);
  BOOST_TEST((s.ended(result(1, false), t0) == verdict::again));
  BOOST_TEST((s.next(t0).work.seq == 2));
  const auto again = s.next(t0 + 5s);
  BOOST_TEST((again.work.seq == 1));
  BOOST_TEST(again.number == 2u);
  BOOST_TEST((s.ended(result(1, false, 1), t0) == verdict::unknown)); // the first attempt again
  BOOST_TEST((s.ended(result(1, false, 2), t0 + 6s) == verdict::again));
  BOOST_TEST((s.next(t0 + 6s).work.seq == 3));
  const auto wait = s.next(t0 + 6s);
  BOOST_TEST((wait.what == kind::wait));
  BOOST_TEST((wait.until == t0 + 11s));
  BOOST_TEST((s.next(t0 + 11s).number == 3));
  BOOST_TEST((s.ended(result(1, false, 3), t0 + 12s) == verdict::final_end));
  BOOST_TEST(s.counts().retried == 2u);
  BOOST_TEST(s.counts().failed == 1u);
}

BOOST_AUTO_TEST_CASE(while_the_printer_is_behind_only_retries_start) {
  schedule_rules rules;
  rules.retries_max = 1;
  auto s = filled(rules, 2);
  s.next(t0);
  s.ended(result(1, false), t0);
  BOOST_TEST((s.next(t0, false).work.seq == 1));
  BOOST_TEST((s.next(t0, false).what == kind::wait));
  BOOST_TEST((s.next(t0, true).work.seq == 2));
}

BOOST_AUTO_TEST_CASE(what_was_stopped_is_not_tried_again) {
  schedule_rules rules;
  rules.retries_max = 5;
  auto s = filled(rules, 3);
  s.next(t0);
  s.next(t0);
  s.ended(result(2, false), t0);
  s.stop();
  BOOST_TEST((s.take_dropped() == std::vector<std::uint64_t>{3, 2}));
  BOOST_TEST(s.take_dropped().empty());
  auto ended = result(1, false);
  ended.end = job_end::stopped;
  BOOST_TEST((s.ended(ended, t0) == verdict::final_end));
  BOOST_TEST(s.finished());
  BOOST_TEST(s.counts().failed == 2u);
  s.add(job_number(4));
  BOOST_TEST((s.next(t0).what == kind::finished));
}

BOOST_AUTO_TEST_CASE(a_source_is_asked_for_as_much_as_there_is_room) {
  schedule_rules rules;
  rules.ahead_max = 3;
  schedule s{rules};
  BOOST_TEST(s.room() == 3u);
  s.add(job_number(1));
  BOOST_TEST(s.room() == 2u);
  BOOST_TEST((s.next(t0).what == kind::start));
  BOOST_TEST(s.room() == 3u);
  s.source_ended();
  BOOST_TEST(s.room() == 0u);
}

BOOST_AUTO_TEST_CASE(halts_as_it_is_told) {
  const struct {
    const char* halt;
    std::vector<bool> ends;      // good or bad, one after the other
    std::size_t ends_until_halt; // 0: does not
  } rows[] = {
      {"never", {0, 0, 0, 0, 0}, 0},  {"first", {1, 1, 0, 1, 1}, 3}, {"1", {0, 1, 1, 1, 1}, 1},
      {"2", {0, 1, 0, 1, 1}, 3},      {"50%", {0, 0, 1, 0, 1}, 4}, // three failures at least
      {"50%", {1, 1, 1, 0, 0, 0}, 6}, {"100%", {0, 0, 0, 1}, 3},     {"60%", {1, 0, 1, 0, 1, 0}, 0},
  };
  for (const auto& row : rows) {
    schedule_rules rules;
    rules.halt = *parse_halt(row.halt);
    auto s = filled(rules, 20);
    std::size_t at = 0;
    for (std::uint64_t seq = 1; seq <= row.ends.size() && !s.halted(); ++seq, ++at) {
      BOOST_REQUIRE((s.next(t0).work.seq == seq));
      s.ended(result(seq, row.ends[seq - 1]), t0);
    }
    BOOST_TEST((s.halted() ? at : 0) == row.ends_until_halt, row.halt);
    if (s.halted())
      BOOST_TEST((s.next(t0).what == kind::finished));
  }
}

BOOST_AUTO_TEST_CASE(halt_is_read_or_refused) {
  BOOST_TEST((parse_halt("30%")->what == halt_rule::kind::percent));
  BOOST_TEST(parse_halt("30%")->value == 30u);
  BOOST_TEST(parse_halt("7")->value == 7u);
  for (const char* bad : {"", "0", "-1", "1.5", "101%", "0%", "%", "now", "3 ", "99999999999"})
    BOOST_TEST(!parse_halt(bad), bad);
}

// Any order of ends: each job ends exactly once for good, none runs twice at a time, and none has
// more attempts than it may.
BOOST_AUTO_TEST_CASE(each_job_is_over_once_in_any_order) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 draw{seed};
    schedule_rules rules;
    rules.retries_max = static_cast<std::uint32_t>(draw() % 3);
    rules.retry_delay = std::chrono::seconds(draw() % 4);
    rules.ahead_max = 1 + draw() % 5;
    schedule s{rules};
    const std::uint64_t jobs = 1 + draw() % 30;
    std::uint64_t added = 0;
    auto now = t0;
    std::map<std::uint64_t, std::uint32_t> running, attempts;
    std::set<std::uint64_t> over;
    for (int turn = 0; turn < 10'000 && !s.finished(); ++turn) {
      now += std::chrono::milliseconds(draw() % 700);
      for (auto room = s.room(); room > 0 && added < jobs; --room)
        s.add(job_number(++added));
      if (added == jobs)
        s.source_ended();
      if (running.size() < 4) {
        const auto step = s.next(now);
        if (step.what == kind::start) {
          BOOST_REQUIRE(running.emplace(step.work.seq, step.number).second);
          BOOST_REQUIRE(step.number == ++attempts[step.work.seq]);
        }
      }
      if (!running.empty() && draw() % 2 == 0) {
        auto i = running.begin();
        std::advance(i, static_cast<long>(draw() % running.size()));
        if (s.ended(result(i->first, draw() % 3 != 0, i->second), now) == verdict::final_end)
          BOOST_REQUIRE(over.insert(i->first).second);
        running.erase(i);
      }
    }
    BOOST_TEST(s.finished(), "seed " << seed);
    BOOST_TEST(over.size() == jobs);
    BOOST_TEST(s.counts().done + s.counts().failed == jobs);
    BOOST_TEST(s.counts().started == jobs);
    for (const auto& [seq, n] : attempts)
      BOOST_TEST(n <= rules.retries_max + 1);
  }
}

BOOST_AUTO_TEST_CASE(outputs_come_in_the_order_of_the_jobs) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 draw{seed};
    print_order<std::uint64_t> order{true};
    std::vector<std::uint64_t> ends, expected, got;
    for (std::uint64_t seq = 1; seq <= 20; ++seq)
      if (draw() % 5 != 0) { // others were left out on resuming
        order.expect(seq);
        ends.push_back(seq);
      }
    std::shuffle(ends.begin(), ends.end(), draw);
    for (const auto seq : ends) {
      if (draw() % 6 == 0) {
        order.forget(seq);
      } else {
        expected.push_back(seq);
        order.finished(seq, seq);
      }
      while (order.ready())
        got.push_back(order.take());
    }
    std::sort(expected.begin(), expected.end());
    BOOST_TEST(got == expected, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(without_keep_order_outputs_come_at_once) {
  print_order<int> order{false};
  order.expect(1);
  order.finished(2, 20);
  BOOST_REQUIRE(order.ready());
  BOOST_TEST(order.take() == 20);
}

BOOST_AUTO_TEST_CASE(each_line_is_tagged_wherever_it_is_cut) {
  const std::string text = "one\n\nthree\nlast";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    line_tagger tagger{"a"};
    auto got = tagger.take(text.substr(0, cut));
    got += tagger.take(text.substr(cut));
    got += tagger.finish();
    BOOST_TEST(got == "a\tone\na\t\na\tthree\na\tlast\n");
  }
  line_tagger whole{"b"};
  BOOST_TEST(whole.take("x\n") + whole.finish() == "b\tx\n");
}

// Whatever the limit is, what runs and what waits fits.
BOOST_AUTO_TEST_CASE(descriptors_bound_jobs_and_outputs) {
  for (const std::uint64_t descriptors : {0, 20, 64, 100, 256, 1024, 4096, 1 << 20})
    for (const std::uint32_t slots : {1u, 2u, 30u, 200u, 4096u}) {
      job_limits bounds;
      const auto fit = fit_descriptors(slots, bounds, descriptors);
      BOOST_TEST(fit >= 1u);
      BOOST_TEST(fit <= slots);
      BOOST_TEST(bounds.outputs_waiting_max >= 1u);
      if (descriptors >= 64)
        BOOST_TEST(40 + fit * 5 + bounds.outputs_waiting_max * 2 <= descriptors);
    }
  job_limits bounds;
  BOOST_TEST(fit_descriptors(200, bounds, 1 << 20) == 200u);
  BOOST_TEST(bounds.outputs_waiting_max == job_limits{}.outputs_waiting_max);
}

BOOST_AUTO_TEST_SUITE_END()
