// SPDX-License-Identifier: BSD-3-Clause
#include "apps/savina_run.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "actors/savina/run.hpp"
#include "apps/describe.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "baselines/savina/run.hpp"

namespace troupe::apps {

namespace {

constexpr unsigned actor_threads_max = 64;

struct options {
  savina::any_plan plan;
  std::string engine = "actors";
  unsigned threads = 0;
  std::string policy;
  bool json = false;
};

template <class Visit>
void each_number(savina::any_plan& plan, Visit visit) {
  std::visit([&](auto& p) { savina::each_parameter(p, visit); }, plan);
}

std::vector<std::string> engines_of(const savina::any_plan& plan) {
  if (std::holds_alternative<savina::philosophers_plan>(plan))
    return {"actors", "actors-forks", "locks"};
  return {"actors", "locks"};
}

void declare(CLI::App& app, options& o) {
  const bool table = std::holds_alternative<savina::philosophers_plan>(o.plan);
  app.add_option("--engine", o.engine,
                 table ? "Who plays: actors with a waiter, actors of which each fork is one, or "
                         "threads with locks"
                       : "Who plays: actors, or threads with locks")
      ->check(CLI::IsMember(engines_of(o.plan)))
      ->capture_default_str();
  each_number(o.plan, [&](const savina::parameter& what, savina::number& value) {
    app.add_option("--" + std::string{what.name}, value, what.what)
        ->check(CLI::Range(what.least, what.most))
        ->capture_default_str();
  });
  app.add_option("--threads", o.threads, "By actors: threads that run them; 0: one a processor")
      ->check(CLI::Range(0u, actor_threads_max))
      ->capture_default_str();
  app.add_option("--policy", o.policy,
                 "By actors: a queue for each thread, from which others steal, or one for all")
      ->check(CLI::IsMember({"stealing", "sharing"}))
      ->capture_default_str();
  declare_trace(app);
  app.add_flag("--json", o.json, "One JSON object instead of words");
  app.footer("Exit codes: 0 done; 1 what came of it is wrong, or it failed; 2 usage.");
}

savina::verdict played(options& o) {
  return std::visit(
      [&](auto& p) {
        if (o.engine == "locks")
          return judge(p, baselines::by_locks(p));
        if constexpr (requires { p.forks; })
          p.forks = o.engine == "actors-forks";
        return judge(
            p, savina::by_actors(p, {.threads = o.threads, .stealing = o.policy == "stealing"}));
      },
      o.plan);
}

struct cost {
  double wall_s = 0;
  double cpu_s = 0;
};

void print(const std::string& name, options& o, const savina::verdict& v, const cost& c) {
  if (!o.json) {
    std::printf("%s by %s: %s; %.3f s, CPU %.3f s\n", name.c_str(), o.engine.c_str(),
                v.answer.c_str(), c.wall_s, c.cpu_s);
    if (!v.aside.empty())
      std::printf("  %s\n", v.aside.c_str());
    return;
  }
  boost::json::object numbers;
  each_number(o.plan, [&](const savina::parameter& what, savina::number& value) {
    numbers[what.name] = value;
  });
  std::puts(boost::json::serialize(boost::json::object{{"benchmark", name},
                                                       {"engine", o.engine},
                                                       {"parameters", std::move(numbers)},
                                                       {"answer", v.answer},
                                                       {"holds", v.fault.empty()},
                                                       {"fault", v.fault},
                                                       {"aside", v.aside},
                                                       {"wall_s", c.wall_s},
                                                       {"cpu_s", c.cpu_s}})
                .c_str());
}

} // namespace

int savina_run(int argc, char** argv) {
  const std::string name = argv[0];
  const auto& benchmark = *savina::find_benchmark(name);
  options o;
  o.plan = benchmark.usual;
  o.policy = savina::usual_scheduling(o.plan).stealing ? "stealing" : "sharing";
  CLI::App app{"Savina's " + name + ", by actors or by threads with locks: " + benchmark.what + ".",
               "troupe-savina " + name};
  declare(app, o);
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    throw savina_usage_error(e.what(), "see troupe-savina " + name + " --help");
  }
  tracing trace{"troupe-savina"};
  trace_letters();
  const auto cpu_before = std::clock();
  const auto before = std::chrono::steady_clock::now();
  const auto verdict = played(o);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - before;
  const auto cpu = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
  print(name, o, verdict, {wall.count(), cpu});
  if (!verdict.fault.empty())
    std::fprintf(stderr, "troupe-savina: %s by %s is wrong: %s\n", name.c_str(), o.engine.c_str(),
                 verdict.fault.c_str());
  return trace.finish(verdict.fault.empty() ? 0 : 1);
}

void savina_list() {
  for (const auto& b : savina::benchmarks()) {
    std::printf("%-13s %s\n", std::string{b.name}.c_str(), b.what);
    auto plan = b.usual;
    std::string line;
    each_number(plan, [&](const savina::parameter& what, savina::number& value) {
      line += " --" + std::string{what.name} + " " + std::to_string(value);
    });
    for (const auto& engine : engines_of(plan))
      line += (line.find("--engine") == line.npos ? " --engine " : "|") + engine;
    std::printf("             %s\n", line.c_str());
  }
}

} // namespace troupe::apps
