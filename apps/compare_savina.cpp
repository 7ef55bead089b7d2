// SPDX-License-Identifier: BSD-3-Clause
// Savina's benchmarks, by actors and by threads with locks: nine workloads of one shape.
#include "apps/compare_plans.hpp"
#include "domain/compare/answer.hpp"
#include "domain/savina/plans.hpp"

namespace troupe::apps {

namespace {

struct numbers {
  std::string_view benchmark;
  const char *tiny, *quick, *full; // options, a space between any two
};

// The same for both, chosen so that the slower one takes tenths of a second, or in full size a
// second or two; participants are as many as in the suite.
constexpr numbers all_numbers[] = {
    {"ping-pong", "--pings 200", "--pings 40000", "--pings 400000"},
    {"threadring", "--hops 500", "--hops 100000", "--hops 1000000"},
    {"fjcreate", "--workers 100", "--workers 10000", "--workers 40000"},
    {"counting", "--increments 2000", "--increments 1000000", "--increments 10000000"},
    {"chameneos", "--meetings 200", "--meetings 50000", "--meetings 200000"},
    {"big", "--members 10 --pings 20", "--pings 1000", "--pings 5000"},
    {"banking", "--transfers 1000", "--transfers 100000", "--transfers 1000000"},
    {"philosophers", "--rounds 20", "--rounds 10000", "--rounds 50000"},
    {"barber", "--haircuts 100", "--haircuts 5000", "--haircuts 50000"},
};

std::vector<std::string> words_of(std::string_view options) {
  std::vector<std::string> words;
  while (!options.empty()) {
    const auto end = options.find(' ');
    words.emplace_back(options.substr(0, end));
    options.remove_prefix(end == options.npos ? options.size() : end + 1);
  }
  return words;
}

} // namespace

std::vector<compare_plan> savina_plans(compare_size size, const std::vector<unsigned>& given) {
  const bool full = size == compare_size::full, quick = size == compare_size::quick;
  const auto workers = !given.empty() ? given : full ? std::vector{1u, 2u} : std::vector{2u};
  std::vector<compare_plan> plans;
  for (const auto& n : all_numbers) {
    const std::string input = full ? n.full : quick ? n.quick : n.tiny;
    const std::string name{n.benchmark};
    compare_plan plan;
    plan.about.scenario = "savina";
    plan.about.name = name;
    plan.about.what = savina::find_benchmark(name)->what;
    plan.about.input = "troupe-savina " + name + " " + input;
    plan.about.pairings = {{"actors", "locks", true}};
    const auto add = [&](const std::string& engine, unsigned threads, bool takes_workers) {
      std::vector<std::string> line{"troupe-savina", name, "--engine", engine};
      for (auto& word : words_of(input))
        line.push_back(std::move(word));
      if (takes_workers)
        line.insert(line.end(), {"--threads", std::to_string(threads)});
      line.emplace_back("--json");
      plan.cells.push_back({engine, threads, takes_workers, std::move(line)});
    };
    add("locks", 1, false);
    std::vector<std::string> by_actors{"actors"};
    if (name == "philosophers") {
      by_actors.emplace_back("actors-forks");
      plan.about.pairings.push_back({"actors-forks", "locks", true});
    }
    for (const auto& engine : by_actors)
      for (const auto threads : workers)
        add(engine, threads, true);
    plan.answer = [](const std::string& out, const std::filesystem::path&) {
      return compare::rows_of(out, {"benchmark", "answer", "holds"});
    };
    plans.push_back(std::move(plan));
  }
  return plans;
}

} // namespace troupe::apps
