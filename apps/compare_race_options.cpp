// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_race_options.hpp"

#include <algorithm>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/compare_errors.hpp"
#include "apps/describe.hpp"

namespace troupe::apps {

namespace {

constexpr std::size_t worlds_max_max = 20'000'000; // some 5 GB

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& e : race::engines())
    if (names.empty() || names.back() != e.model)
      names.emplace_back(e.model);
  return names;
}

struct places { // options that not every model has
  CLI::Option *tellers, *seats, *balance, *draw;
};

places declare(CLI::App& app, compare_race_options& o) {
  auto& plan = o.plan;
  places has{};
  app.get_formatter()->column_width(34);
  app.add_option("--model", plan.model, "What to play")
      ->check(CLI::IsMember(model_names()))
      ->capture_default_str();
  app.add_option("--engine", plan.engine,
                 "How it is kept right, or not: --list has all; if none "
                 "is named, the model's first, which fails");
  app.add_flag("--list", o.list, "Name all models and their engines, and do nothing else");
  has.tellers = app.add_option("--tellers", plan.tellers, "How many draw or move money")
                    ->check(CLI::Range(std::uint32_t{1}, race::tellers_max))
                    ->capture_default_str();
  has.balance = app.add_option("--balance", plan.balance, "What each account holds at first")
                    ->check(CLI::Range(std::int64_t{0}, race::amount_max))
                    ->capture_default_str();
  has.draw = app.add_option("--draw", plan.draw, "What each teller draws or moves")
                 ->check(CLI::Range(std::int64_t{1}, race::amount_max))
                 ->capture_default_str();
  has.seats = app.add_option("--seats", plan.seats, "How many philosophers, and forks")
                  ->check(CLI::Range(race::seats_min, race::seats_max))
                  ->capture_default_str();
  const char* which = "Which orders";
  auto* schedules =
      app.add_option("--schedules", o.schedules, "Draw so many at random, in place of all")
          ->group(which)
          ->check(CLI::Range(std::uint64_t{1}, race::schedules_max));
  app.add_option("--seed", o.seed, "What they are drawn from: the same seed, the same orders")
      ->group(which)
      ->needs(schedules)
      ->capture_default_str();
  app.add_option("--replay", o.replay, "One order again: its number, or its word, such as abba")
      ->group(which)
      ->excludes(schedules);
  app.add_option("--worlds-max", o.worlds_max, "Look at no more worlds than this to count orders")
      ->group(which)
      ->check(CLI::Range(std::size_t{1}, worlds_max_max))
      ->capture_default_str();
  const char* output = "What to write";
  app.add_flag("--json", o.json, "One JSON object instead of words")->group(output);
  app.add_option("--html", o.page_file, "A page to step through the order, as one file")
      ->group(output);
  app.add_option("--trace", o.trace_file, "A timeline of the order, for ui.perfetto.dev")
      ->group(output);
  app.add_option("--expect", o.expect, "Exit with 1 unless it does this")
      ->group(output)
      ->check(CLI::IsMember({"hold", "fail"}));
  return has;
}

// Returns: "" or what is wrong; what CLI11 cannot see by itself.
std::string finish(compare_race_options& o, const CLI::App& app, const places& has) {
  const auto names = race::engines_of(o.plan.model);
  if (app.count("--engine") == 0)
    o.plan.engine = names.front();
  if (std::find(names.begin(), names.end(), o.plan.engine) == names.end()) {
    std::string all;
    for (const auto& name : names)
      all += (all.empty() ? "" : ", ") + name;
    return "--engine: " + o.plan.model + " has " + all + ", and no '" + o.plan.engine + "'";
  }
  const bool table = o.plan.model == "philosophers";
  for (const auto* money : {has.tellers, has.balance, has.draw})
    if (table && money->count() > 0)
      return money->get_name() + " is not for philosophers";
  if (!table && has.seats->count() > 0)
    return "--seats is for philosophers only";
  return app.count("--replay") > 0 && o.replay.empty() ? "--replay: which order?" : "";
}

} // namespace

std::optional<compare_race_options> parse_compare_race(int argc, char** argv, int& exit_code) {
  compare_race_options options;
  CLI::App app{"Small races, step by step, in every order there is: how many fail, and the "
               "shortest one that does.",
               "troupe-compare race"};
  const auto has = declare(app, options);
  const std::string hint = "see troupe-compare race --help";
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    throw compare_usage_error(e.what(), hint);
  }
  if (const auto wrong = finish(options, app, has); !wrong.empty())
    throw compare_usage_error(wrong, hint);
  return options;
}

std::string command_line(const compare_race_options& o) {
  const compare_race_options usual;
  const auto& p = o.plan;
  auto line = "troupe-compare race --model " + p.model + " --engine " + p.engine;
  const auto also = [&line](const char* name, auto value, auto usual_value) {
    if (value != usual_value)
      line += std::string{" "} + name + " " + std::to_string(value);
  };
  also("--tellers", p.tellers, usual.plan.tellers);
  also("--seats", p.seats, usual.plan.seats);
  also("--balance", p.balance, usual.plan.balance);
  also("--draw", p.draw, usual.plan.draw);
  also("--worlds-max", o.worlds_max, usual.worlds_max);
  return line;
}

} // namespace troupe::apps
