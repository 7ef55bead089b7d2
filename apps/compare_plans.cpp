// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_plans.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "domain/compare/answer.hpp"

namespace troupe::apps {

namespace {

using argv = std::vector<std::string>;
using counts = std::vector<unsigned>;

std::string text(std::uint64_t n) { return std::to_string(n); }

template <class T>
T pick(compare_size size, T tiny, T sketch, T quick, T full) {
  switch (size) {
  case compare_size::tiny:
    return tiny;
  case compare_size::sketch:
    return sketch;
  case compare_size::quick:
    return quick;
  default:
    return full;
  }
}

counts workers_or(const counts& given, counts usual) { return given.empty() ? usual : given; }

std::string file_text(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    throw std::runtime_error("it did not write " + file.filename().string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void add(compare_plan& plan, const std::string& engine, argv args) {
  plan.cells.push_back({engine, 1, false, std::move(args)});
}

template <class Make>
void add_each(compare_plan& plan, const std::string& engine, const counts& workers, Make make) {
  for (const auto n : workers)
    plan.cells.push_back({engine, n, true, make(n)});
}

compare_plan plan_of(std::string scenario, std::string name, std::string what, std::string tutorial,
                     std::vector<compare::pairing> pairings) {
  compare_plan plan;
  plan.about.scenario = std::move(scenario);
  plan.about.name = std::move(name);
  plan.about.what = std::move(what);
  plan.about.tutorial = std::move(tutorial);
  plan.about.pairings = std::move(pairings);
  return plan;
}

// -- crawl ----------------------------------------------------------------------------------------

compare_plan crawl(std::string name, std::string what, std::uint64_t lists, std::uint64_t pages,
                   std::uint64_t delay_ms, const counts& workers) {
  auto plan = plan_of("crawl", std::move(name), std::move(what),
                      "what waits for the network is for threads or coroutines.",
                      {{"actors", "serial"},
                       {"actors", "threads", true},
                       {"actors", "queue", true},
                       {"actors", "pool", true},
                       {"actors", "coroutines"},
                       {"coroutines", "threads"}});
  plan.beside = {"troupe-site", "--lists", text(lists),  "--pages",     text(pages),
                 "--seed",      "20",      "--delay-ms", text(delay_ms)};
  plan.about.input = "troupe-site --lists " + text(lists) + " --pages " + text(pages)
                     + " --seed 20 --delay-ms " + text(delay_ms);
  plan.outputs = {"items.jsonl", "pages.jsonl"};
  const auto args = [](const std::string& engine, unsigned n) {
    argv a{"troupe-crawl", "{site}/",     "--engine", engine,        "--concurrency",
           text(n),        "--per-host",  text(n),    "--select",    "a.post-item-title",
           "--out",        "items.jsonl", "--pages",  "pages.jsonl", "--progress",
           "never"};
    if (engine == "queue")
      a.insert(a.end(), {"--fetchers", text(n)});
    return a;
  };
  add(plan, "serial", args("serial", 1));
  for (const auto* engine : {"threads", "queue", "pool", "coroutines", "semaphore", "actors"})
    add_each(plan, engine, workers, [&](unsigned n) { return args(engine, n); });
  plan.answer = [](const std::string&, const std::filesystem::path& folder) {
    // Without times; and without depth, which is that of the way on which a page was found first.
    const auto pages = file_text(folder / "pages.jsonl");
    return compare::rows_of(
               pages, {"url", "status", "bytes", "content_type", "links", "redirect_to", "error"})
           + compare::sorted_lines(file_text(folder / "items.jsonl"));
  };
  return plan;
}

// -- bank -----------------------------------------------------------------------------------------

compare_plan transfers(std::string name, std::string what, std::uint64_t accounts,
                       std::uint64_t count, const counts& workers) {
  auto plan = plan_of("bank", std::move(name), std::move(what),
                      "what threads share needs a lock around check and act.",
                      {{"actor", "one-mutex", true},
                       {"actor", "ordered-locks", true},
                       {"actor-batched", "one-mutex", true},
                       {"actor-batched", "batched-mutex", true},
                       {"actor-batched", "atomics"}});
  plan.about.input = text(count) + " transfers among " + text(accounts) + " accounts, seed 1";
  const auto args = [=](const char* engine, const char* batch, unsigned n) {
    return argv{"troupe-bank", "transfers",  "--engine",     engine,        "--batch",
                batch,         "--accounts", text(accounts), "--transfers", text(count),
                "--tellers",   text(n),      "--seed",       "1",           "--json"};
  };
  struct row {
    const char *name, *engine, *batch;
  };
  for (const row& r : {row{"one-mutex", "one-mutex", "256"},
                       {"ordered-locks", "ordered-locks", "256"},
                       {"atomics", "atomics", "256"},
                       {"batched-mutex", "batched-mutex", "256"},
                       {"actor", "actor", "1"},
                       {"actor-batched", "actor", "256"}})
    add_each(plan, r.name, workers, [&](unsigned n) { return args(r.engine, r.batch, n); });
  plan.answer = [](const std::string& out, const std::filesystem::path&) {
    return compare::rows_of(out, {"transfers", "refused", "money_off", "balances"});
  };
  return plan;
}

compare_plan race(std::uint64_t rounds, const char* tellers, const char* pause) {
  auto plan =
      plan_of("bank", "race",
              "eight tellers draw at once from one account that has enough for one of "
              "them, again and again with everything made anew",
              "a lock keeps check and act together.",
              {{"actor", "lock", true}, {"actor", "ordered-locks", true}, {"actor", "atomics"}});
  plan.about.input = text(rounds) + " rounds of " + tellers + " tellers, pause " + pause;
  for (const auto* engine : {"lock", "ordered-locks", "atomics", "actor"})
    add(plan, engine,
        {"troupe-bank", "race", "--engine", engine, "--tellers", tellers, "--rounds", text(rounds),
         "--pause", pause, "--json"});
  plan.answer = [](const std::string& out, const std::filesystem::path&) {
    return compare::rows_of(out, {"rounds", "held", "broken", "first.verdict", "first.balances"});
  };
  return plan;
}

// -- primes ---------------------------------------------------------------------------------------

compare_plan primes(std::string name, std::string what, std::string input, std::string numbers,
                    const char* method, const counts& workers) {
  auto plan = plan_of("primes", std::move(name), std::move(what),
                      "what computes is for processes; threads gain nothing there (in Python, for "
                      "its one lock).",
                      {{"threads", "serial"},
                       {"processes", "threads"},
                       {"actors", "serial"},
                       {"actors", "threads", true},
                       {"actors", "processes"}});
  plan.about.input = std::move(input);
  plan.files = {{"numbers.txt", std::move(numbers)}};
  const auto args = [method](const char* engine, unsigned n) {
    return argv{"troupe-primes", "--file",    "numbers.txt", "--method",   method, "--engine",
                engine,          "--workers", text(n),       "--progress", "never"};
  };
  add(plan, "serial", args("serial", 1));
  for (const auto* engine : {"threads", "processes", "actors"})
    add_each(plan, engine, workers, [&](unsigned n) { return args(engine, n); });
  plan.answer = [](const std::string& out, const std::filesystem::path&) { return out; };
  return plan;
}

std::string repeated(const std::string& line, std::uint64_t count) {
  std::string out;
  for (std::uint64_t i = 0; i < count; ++i)
    out += line + "\n";
  return out;
}

// Odd numbers of up to 18 digits, from a congruence with Knuth's constants.
std::string drawn_numbers(std::uint64_t count) {
  std::string out;
  std::uint64_t state = 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    out += text((state >> 5) | 1) + "\n";
  }
  return out;
}

// -- jobs -----------------------------------------------------------------------------------------

compare_plan jobs(std::string name, std::string what, std::string script, std::uint64_t count,
                  const counts& workers) {
  auto plan = plan_of("jobs", std::move(name), std::move(what),
                      "other programs are subprocesses, and several may run at once.",
                      {{"actors", "xargs"}});
  for (std::uint64_t i = 1; i <= count; ++i)
    plan.files["arguments.txt"] += text(i) + "\n";
  plan.about.input = text(count) + " times: " + script;
  add_each(plan, "actors", workers, [&](unsigned n) {
    return argv{"troupe-jobs", "run",   "--jobs", text(n), "--file", "arguments.txt",
                "--progress",  "never", "--",     "sh",    "-c",     script,
                "{}"};
  });
  add_each(plan, "xargs", workers, [&](unsigned n) {
    return argv{
        "xargs", "--arg-file=arguments.txt", "--max-args=1", "--max-procs=" + text(n), "sh", "-c",
        script};
  });
  plan.answer = [](const std::string& out, const std::filesystem::path&) {
    return compare::sorted_lines(out);
  };
  return plan;
}

// -- web ------------------------------------------------------------------------------------------

compare_plan web(std::string name, std::string what, const char* target, const char* delays,
                 unsigned connections, unsigned requests, const counts& workers) {
  auto plan = plan_of("web", std::move(name), std::move(what),
                      "a server does what waits at the same time, and what computes elsewhere.",
                      {{"actors", "serial"}, {"actors", "pool", true}});
  plan.load = compare::load{.target = target, .connections = connections, .requests = requests};
  plan.about.input = text(requests) + " times GET " + target + " over " + text(connections)
                     + " connections, --delays-ms " + delays;
  const auto args = [delays](const char* engine, unsigned n) {
    return argv{"troupe-serve", "--listen", "127.0.0.1:0", "--engine", engine,
                "--workers",    text(n),    "--delays-ms", delays};
  };
  add(plan, "serial", args("serial", 1));
  for (const auto* engine : {"pool", "actors"})
    add_each(plan, engine, workers, [&](unsigned n) { return args(engine, n); });
  plan.answer = [](const std::string& out, const std::filesystem::path&) { return out; };
  return plan;
}

} // namespace

const std::vector<std::string>& compare_scenarios() {
  static const std::vector<std::string> names{"crawl", "bank", "primes", "jobs", "web", "savina"};
  return names;
}

std::vector<compare_plan> plans_of(const std::string& scenario, compare_size size,
                                   const counts& given) {
  if (scenario == "savina")
    return savina_plans(size, given);
  using n = std::uint64_t;
  std::vector<compare_plan> plans;
  if (scenario == "crawl") {
    const auto workers =
        workers_or(given, pick<counts>(size, {2}, {4}, {1, 4, 16}, {1, 2, 4, 8, 16, 32}));
    plans.push_back(crawl("near", "a site that answers at once", pick<n>(size, 1, 1, 5, 20),
                          pick<n>(size, 5, 30, 300, 1'000), 0, workers));
    plans.push_back(crawl("far", "a site that thinks before it answers", pick<n>(size, 1, 1, 1, 2),
                          pick<n>(size, 0, 5, 20, 100), pick<n>(size, 1, 10, 10, 50), workers));
  } else if (scenario == "bank") {
    const auto workers =
        workers_or(given, pick<counts>(size, {2}, {2}, {1, 2, 4}, {1, 2, 3, 4, 8}));
    const auto count = pick<n>(size, 2'000, 2'000, 300'000, 4'000'000);
    plans.push_back(transfers("2 accounts", "all tellers move money between the same two accounts",
                              2, count, workers));
    plans.push_back(transfers("100000 accounts", "tellers move money among very many accounts",
                              100'000, count, workers));
    const bool slowly = size == compare_size::sketch; // so that it can be seen
    plans.push_back(
        race(pick<n>(size, 5, 1, 200, 2'000), slowly ? "3" : "8", slowly ? "5ms" : "0ms"));
  } else if (scenario == "primes") {
    const auto workers =
        workers_or(given, pick<counts>(size, {2}, {2}, {1, 2, 4}, {1, 2, 3, 4, 8}));
    const auto same = pick<n>(size, 2, 8, 20, 100),
               many = pick<n>(size, 50, 20'000, 300'000, 2'000'000);
    plans.push_back(primes("tutorial", "the tutorial's prime again and again, by trial division",
                           text(same) + " times 112272535095293", repeated("112272535095293", same),
                           "trial", workers));
    plans.push_back(primes("many", "many different numbers, each of which takes no time",
                           text(many) + " odd numbers below 2^59", drawn_numbers(many), "fast",
                           workers));
  } else if (scenario == "jobs") {
    const auto workers =
        workers_or(given, pick<counts>(size, {2}, {2}, {1, 2, 4, 8}, {1, 2, 4, 8, 16}));
    plans.push_back(jobs("waiting", "small programs that wait", "sleep 0.02; echo $0",
                         pick<n>(size, 4, 8, 24, 200), workers));
    plans.push_back(jobs("computing", "small programs that compute",
                         "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $0",
                         pick<n>(size, 4, 8, 24, 200), workers));
  } else {
    const auto workers = workers_or(given, pick<counts>(size, {2}, {2}, {1, 2, 4}, {1, 2, 4, 8}));
    plans.push_back(web("one number", "small questions that compute next to nothing",
                        "/is_prime/17", "0,0,0", 4, pick(size, 8u, 60u, 2'000u, 50'000u), workers));
    plans.push_back(web("three sources", "questions that wait for a file, a database and an API",
                        "/", pick(size, "1,1,1", "5,10,15", "5,10,15", "20,40,60"), 8,
                        pick(size, 8u, 16u, 80u, 400u), workers));
  }
  return plans;
}

} // namespace troupe::apps
