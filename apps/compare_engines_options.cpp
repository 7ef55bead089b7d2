// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_engines_options.hpp"

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/compare_errors.hpp"
#include "apps/describe.hpp"

namespace troupe::apps {

namespace {

bool is_one_of(const std::vector<std::string>& all, const std::string& name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

void declare(CLI::App& app, compare_options& o, std::string& size, bool& quick) {
  app.get_formatter()->column_width(34);
  app.add_option("--engines", o.engines, "Only these, with commas between; --list has all")
      ->delimiter(',');
  app.add_option(
         "--workers", o.workers,
         "Threads, actors, requests in flight ...: these counts, with commas between, where "
         "an engine takes a number")
      ->delimiter(',')
      ->check(CLI::Range(1u, compare_workers_max));
  app.add_option("--size", size, "How much work there is; tiny ones say nothing about time")
      ->check(CLI::IsMember({"tiny", "quick", "full"}));
  app.add_flag("--quick", quick, "--size quick --runs 3")->excludes("--size");
  app.add_option("--runs", o.runs, "Of each, in turn with all others (5)")
      ->check(CLI::Range(1u, compare_runs_max));
  app.add_option("--warmups", o.warmups, "Runs of each before, whose answers are compared")
      ->check(CLI::Range(1u, compare_warmups_max))
      ->capture_default_str();
  app.add_option("--seed", o.seed, "What the order of the runs is drawn from")
      ->capture_default_str();
  app.add_flag("--list", o.list, "Name all workloads and their engines, and do nothing else");
  const char* output = "What to write besides the table";
  app.add_option("--report", o.report_file, "A page with bars and curves, as one HTML file")
      ->group(output);
  app.add_option("--json", o.json_file, "All of it; - is standard output, in place of the table")
      ->group(output);
  app.add_option("--csv", o.csv_file, "A row a run")->group(output);
  app.add_option("--trace", o.trace_file,
                 "Timelines of all engines, from one run more of each with little work; for "
                 "ui.perfetto.dev. --report shows them too")
      ->group(output);
  const char* how = "How";
  app.add_option("--bin", o.bin, "Where the other programs are, if not beside this one")
      ->group(how)
      ->check(CLI::ExistingDirectory);
  app.add_option("--deadline", o.deadline, "Seconds that one run may take")
      ->group(how)
      ->check(CLI::Range(1, 3'600))
      ->default_val(compare_deadline_s);
  app.add_option("--output-bytes-max", o.output_bytes_max, "Of one run's output; beyond it fails")
      ->group(how)
      ->check(CLI::Range(std::uint64_t{1'024}, std::uint64_t{1} << 30))
      ->capture_default_str();
  app.footer(
      "Each run is a process of its own. Before any time is shown, all must have given the "
      "same\nanswer. Exit codes: 0 done; 1 answers differ, or a program failed; 2 usage; 130 "
      "or 143 stopped.");
}

std::string command_of(const compare_options& o, const std::string& what, const std::string& size) {
  std::string line = "troupe-compare " + what;
  const auto list = [&line](const char* name, const auto& values, auto text) {
    for (std::size_t i = 0; i < values.size(); ++i)
      line += (i == 0 ? std::string{" "} + name + " " : std::string{","}) + text(values[i]);
  };
  list("--engines", o.engines, [](const std::string& e) { return e; });
  list("--workers", o.workers, [](unsigned n) { return std::to_string(n); });
  return line + " --size " + size + " --runs " + std::to_string(o.runs) + " --warmups "
         + std::to_string(o.warmups) + " --seed " + std::to_string(o.seed);
}

// Beside this one, as its links lead.
std::filesystem::path own_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path{"."} : self.parent_path();
}

void check_writable(const char* option, const std::string& file) {
  const auto folder = std::filesystem::path{file}.parent_path();
  if (!file.empty() && !folder.empty() && !std::filesystem::is_directory(folder))
    throw compare_usage_error(std::string{option} + ": there is no folder " + folder.string());
  if (!file.empty() && std::filesystem::is_directory(file))
    throw compare_usage_error(std::string{option} + ": " + file + " is a folder");
}

} // namespace

std::optional<compare_options> parse_compare(int argc, char** argv, int& exit_code) {
  compare_options o;
  std::string size = "full";
  bool quick = false;
  const std::string what = argv[0];
  const auto name = "troupe-compare " + what;
  CLI::App app{
      "The same work by every engine there is: equal answers first, then time, CPU, context "
      "switches and memory.",
      name};
  declare(app, o, size, quick);
  const auto hint = "see " + name + " --help";
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    throw compare_usage_error(e.what(), hint);
  }
  if (quick)
    size = "quick";
  o.size = size == "tiny"    ? compare_size::tiny
           : size == "quick" ? compare_size::quick
                             : compare_size::full;
  if (o.runs == 0)
    o.runs = size == "full" ? 5 : 3;
  o.scenarios = what == "all" ? compare_scenarios() : std::vector<std::string>{what};
  std::sort(o.workers.begin(), o.workers.end());
  o.workers.erase(std::unique(o.workers.begin(), o.workers.end()), o.workers.end());
  if (o.bin.empty())
    o.bin = own_folder();
  o.bin = std::filesystem::absolute(o.bin);
  check_writable("--report", o.report_file);
  check_writable("--json", o.json_file == "-" ? "" : o.json_file);
  check_writable("--csv", o.csv_file);
  check_writable("--trace", o.trace_file);
  o.command = command_of(o, what, size);
  return o;
}

std::vector<compare_plan> sketches_of(compare_options o) {
  o.size = compare_size::sketch;
  o.workers.clear(); // each workload's own
  return plans_of(o);
}

std::vector<compare_plan> plans_of(const compare_options& o) {
  std::vector<compare_plan> plans;
  std::vector<std::string> known;
  for (const auto& scenario : o.scenarios)
    for (auto& plan : plans_of(scenario, o.size, o.workers)) {
      for (const auto& c : plan.cells)
        if (!is_one_of(known, c.engine))
          known.push_back(c.engine);
      if (!o.engines.empty())
        std::erase_if(plan.cells,
                      [&](const compare_cell& c) { return !is_one_of(o.engines, c.engine); });
      if (!plan.cells.empty())
        plans.push_back(std::move(plan));
    }
  for (const auto& engine : o.engines)
    if (!is_one_of(known, engine)) {
      std::string all;
      for (const auto& name : known)
        all += (all.empty() ? "" : ", ") + name;
      throw compare_usage_error("--engines: there is " + all + ", and no '" + engine + "'",
                                "see --list");
    }
  return plans;
}

} // namespace troupe::apps
