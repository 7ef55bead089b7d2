// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include "domain/compare/report.hpp"

using namespace troupe::compare;

namespace {

// Three runs, a hundredth up and down.
cell made(const char* engine, unsigned workers, double wall_s, double cpu_s,
          std::uint64_t switches = 10) {
  cell c;
  c.engine = engine;
  c.workers = workers;
  c.takes_workers = std::string{engine} != "serial";
  c.command = std::string{"run "} + engine;
  for (const double off : {1.0, 0.99, 1.01})
    c.samples.push_back({wall_s * off, cpu_s * off, 0, switches, 0, 2'048, 0, c.samples.size()});
  return c;
}

workload of(std::vector<cell> cells) {
  workload w;
  w.scenario = "primes";
  w.name = "test";
  w.what = "numbers";
  w.tutorial = "processes.";
  w.pairings = {{"threads", "serial"}, {"actors", "threads", true}, {"actors", "nobody"}};
  w.cells = std::move(cells);
  return w;
}

bool says(const workload& w, const std::string& words, unsigned cores = 2) {
  const auto all = sentences_of(w, cores);
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& s) { return s.find(words) != s.npos; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(judge_suite)

BOOST_AUTO_TEST_CASE(a_cell_is_bound_by_what_it_does_with_its_processors) {
  BOOST_CHECK(limit_of(made("serial", 1, 1, 0.95), 2) == limit::cpu);
  BOOST_CHECK(limit_of(made("serial", 1, 1, 0.1), 2) == limit::waiting);
  BOOST_CHECK(limit_of(made("serial", 1, 1, 0.6), 2) == limit::mixed);
  // One processor of two kept busy by two workers is half of what there is.
  BOOST_CHECK(limit_of(made("threads", 2, 1, 0.95), 2) == limit::mixed);
  BOOST_CHECK(limit_of(made("threads", 2, 1, 1.9), 2) == limit::cpu);
  BOOST_CHECK(limit_of(made("threads", 64, 1, 1.9), 2) == limit::cpu);
  BOOST_CHECK(limit_of(made("threads", 64, 1, 1.9), 64) == limit::waiting);
  BOOST_CHECK(limit_of(made("serial", 1, 0.02, 0.02), 2) == limit::unknown);
}

BOOST_AUTO_TEST_CASE(what_others_take_cannot_be_used) {
  auto half = made("threads", 2, 1, 0.9);
  BOOST_CHECK(limit_of(half, 2) == limit::mixed);
  for (auto& s : half.samples)
    s.others = 1; // they kept the other processor busy
  BOOST_CHECK(limit_of(half, 2) == limit::cpu);
  for (auto& s : half.samples)
    s.others = 2; // all that it left: it may have waited, or been kept waiting
  BOOST_CHECK(limit_of(half, 2) == limit::cpu);
  auto waits = made("threads", 2, 1, 0.3);
  for (auto& s : waits.samples)
    s.others = 1.7;
  BOOST_CHECK(limit_of(waits, 2) == limit::waiting);
}

BOOST_AUTO_TEST_CASE(a_workload_is_bound_by_what_most_engines_say) {
  BOOST_CHECK(limit_of(of({made("serial", 1, 2, 2), made("threads", 2, 1, 1.9)}), 2) == limit::cpu);
  BOOST_CHECK(limit_of(of({made("serial", 1, 2, 0.2), made("threads", 1, 2, 0.2),
                           made("threads", 4, 0.5, 0.2)}),
                       2)
              == limit::waiting);
  BOOST_CHECK(limit_of(of({made("serial", 1, 2, 2), made("threads", 2, 1, 0.1)}), 2)
              == limit::mixed);
}

BOOST_AUTO_TEST_CASE(more_workers_that_only_cost_more_contend) {
  const auto dearer = of({made("lock", 1, 1, 1), made("lock", 2, 1.2, 2.3)});
  BOOST_CHECK(limit_of(dearer, 2) == limit::contention);
  BOOST_TEST(says(dearer, "Contention-bound. Its workers wait for each other"));
  const auto restless = of({made("lock", 1, 1, 1, 100), made("lock", 2, 1, 1, 50'000)});
  BOOST_CHECK(limit_of(restless, 2) == limit::contention);
  // Dearer, but faster: it is what it is.
  const auto faster = of({made("lock", 1, 1, 1), made("lock", 2, 0.7, 1.4)});
  BOOST_CHECK(limit_of(faster, 2) == limit::cpu);
  // Four times of next to nothing is next to nothing.
  const auto few = of({made("lock", 1, 1, 1, 10), made("lock", 2, 1, 1.9, 100)});
  BOOST_CHECK(limit_of(of({made("x", 1, 1, 1, 10), made("x", 2, 1, 1.1, 100)}), 2) == limit::mixed);
  BOOST_CHECK(limit_of(few, 2) == limit::contention); // for its CPU
}

BOOST_AUTO_TEST_CASE(the_widest_cell_stands_for_its_engine) {
  const auto w = of({made("serial", 1, 2, 2), made("threads", 4, 1, 2), made("threads", 1, 2, 2)});
  const auto cells = widest(w);
  BOOST_REQUIRE(cells.size() == 2u);
  BOOST_TEST(cells[1]->label() == "threads x4");
  BOOST_TEST(cells[0]->label() == "serial");
}

BOOST_AUTO_TEST_CASE(who_is_ahead_is_said_only_where_ranges_are_apart) {
  const auto apart = of({made("serial", 1, 2, 2), made("threads", 2, 1, 2)});
  BOOST_TEST(says(apart, "Fastest: threads x2."));
  BOOST_TEST(
      says(apart, "threads took 0.50 of the time of serial and 1.00 of its CPU; faster: threads."));
  const auto close = of({made("serial", 1, 1, 1), made("threads", 2, 1.01, 2)});
  BOOST_TEST(says(close, "No winner: the ranges of serial and threads x2 overlap."));
  BOOST_TEST(says(close, "the ranges overlap, neither wins"));
  BOOST_TEST(!says(close, "Fastest"));
}

BOOST_AUTO_TEST_CASE(where_locks_win_that_is_said) {
  const auto locks = of({made("threads", 2, 1, 2), made("actors", 2, 3, 6)});
  BOOST_TEST(
      says(locks, "actors took 3.00 of the time of threads and 3.00 of its CPU: locks win."));
  const auto contrasts = contrasts_of(locks);
  BOOST_REQUIRE(contrasts.size() == 1u); // no serial, and nobody
  BOOST_TEST(contrasts[0].ahead == 1);
  const auto actors = of({made("threads", 2, 3, 6), made("actors", 2, 1, 2)});
  BOOST_TEST(says(actors, "actors win."));
  BOOST_TEST(contrasts_of(actors)[0].ahead == -1);
}

BOOST_AUTO_TEST_CASE(a_loaded_machine_is_a_warning) {
  report r;
  r.machine.cores = 2;
  r.machine.build = "Release";
  r.runs = 5;
  r.machine.load_before = 0.4;
  BOOST_TEST(warnings_of(r).empty());
  r.machine.load_before = 3;
  BOOST_TEST(warnings_of(r).size() == 1u);
  r.runs = 2;
  r.machine.build = "Debug";
  BOOST_TEST(warnings_of(r).size() == 3u);
}

BOOST_AUTO_TEST_CASE(all_three_reports_have_every_cell) {
  report r;
  r.command = "troupe-compare primes";
  r.runs = 3;
  r.machine.cores = 2;
  auto w = of({made("serial", 1, 2, 2), made("threads", 2, 1, 2), made("actors", 2, 1.5, 2)});
  w.cells[2].latencies_ms = {1, 2, 3};
  w.answer_hash = "cbf29ce484222325";
  r.workloads = {w};
  const auto text = report_text(r);
  for (const auto* words : {"serial", "threads x2", "cbf29ce484222325", "locks win 1, actors win 0",
                            "latency, ms", "primes, test: numbers"})
    BOOST_TEST(text.find(words) != text.npos, words);
  const auto csv = report_csv(r);
  BOOST_TEST(std::count(csv.begin(), csv.end(), '\n') == 1 + 9);
  BOOST_TEST(csv.find("primes,test,threads,2,3,2,1.010000,2.020000,0.000000,10,0,2048,0.00\r\n")
             != csv.npos);
  const auto json = boost::json::parse(report_json(r));
  const auto& cells = json.at("workloads").at(0).at("cells").as_array();
  BOOST_TEST(cells.size() == 3u);
  BOOST_TEST(cells[1].at("samples").as_array().size() == 3u);
  BOOST_TEST(cells[1].at("wall_s").at("median").as_double() == 1.0);
  BOOST_TEST(!cells[1].as_object().contains("latency_ms"));
  BOOST_TEST(cells[2].at("latency_ms").at("quantiles").at(4).at(1).as_double() == 2.0);
  BOOST_TEST(json.at("workloads").at(0).at("contrasts").as_array().size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
