// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_options.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/jobs_usage.hpp"
#include "apps/link_options.hpp"
#include "apps/tracing.hpp"

namespace troupe::apps {

namespace {

struct raw_options {
  double timeout_s = 0, retry_delay_s = 0, grace_s = 2;
  std::string halt = "never", progress = "auto";
  std::string at;
  double wait_s = 60;
};

// Longer ones do not fit into the clock's numbers.
constexpr double seconds_max = 1e8;
constexpr std::uint32_t slots_max = 4'096;

void declare(CLI::App& app, jobs_options& o, raw_options& raw) {
  auto& plan = o.plan;
  app.get_formatter()->column_width(30);
  app.add_option("-j,--jobs", plan.slots,
                 "Jobs at the same time; with --at over all nodes (as many as they offer)")
      ->check(CLI::Range(1u, slots_max))
      ->default_str("cores");
  const char* what = "Which jobs";
  app.add_option("-a,--file", o.list.file,
                 "Arguments, one a line; without a command, commands; -, the default, is "
                 "standard input")
      ->group(what);
  app.add_flag("-0,--null", o.list.nul, "They end in zero bytes, not in line feeds")->group(what);
  app.add_flag("--shell", o.list.shell, "Run each by sh -c; arguments are quoted for it")
      ->group(what);
  app.add_flag("--dry-run", o.dry_run, "Print the commands, run none")->group(what);
  const char* bad = "When jobs fail";
  app.add_option("--timeout", raw.timeout_s, "Seconds that an attempt may take; 0: no bound")
      ->group(bad)
      ->check(CLI::Range(0.0, seconds_max));
  app.add_option("--grace", raw.grace_s, "Seconds between SIGTERM and SIGKILL")
      ->group(bad)
      ->check(CLI::Range(0.0, seconds_max))
      ->capture_default_str();
  app.add_option("--retries", plan.rules.retries_max, "Further attempts at a job that failed")
      ->group(bad)
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--retry-delay", raw.retry_delay_s, "Seconds before each of them")
      ->group(bad)
      ->check(CLI::Range(0.0, seconds_max));
  app.add_option("--halt", raw.halt,
                 "never, first, N or N%: after so many failures start no more, let the others end")
      ->group(bad)
      ->capture_default_str();
  const char* log = "Going on after an interruption";
  auto* file = app.add_option("--log", o.log, "Write a row of JSON for each attempt")->group(log);
  app.add_flag("--resume", o.resume, "Leave out what the log says is over")
      ->group(log)
      ->needs(file);
  app.add_flag("--resume-failed", o.resume_failed, "Likewise, but run again what had failed")
      ->group(log)
      ->needs(file);
  const char* out = "Output";
  auto* order = app.add_flag("-k,--keep-order", plan.keep_order, "Outputs in the order of the jobs")
                    ->group(out);
  app.add_flag("--line-buffer", plan.line_buffer, "Outputs line by line, as they come, mixed")
      ->group(out)
      ->excludes(order);
  app.add_flag("--tag", plan.tag, "Begin each line with the job's arguments and a tab")->group(out);
  app.add_option("--output-max", plan.output_bytes_max,
                 "Bytes that an attempt may write before it is ended")
      ->group(out)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--progress", raw.progress, "auto or never: a table, if on a terminal")
      ->group(out)
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
  const char* far = "At a cluster's nodes";
  auto* at = app.add_option("--at", raw.at,
                            "Run the jobs at the nodes of the coordinator at HOST:PORT that have "
                            "the role jobs: in their folder and environment; several addresses "
                            "with commas between")
                 ->group(far);
  app.add_option("--wait", raw.wait_s, "Seconds to wait for a coordinator while there is none")
      ->group(far)
      ->needs(at)
      ->check(CLI::Range(0.1, seconds_max))
      ->capture_default_str();
  declare_link_bounds(app, o.far.process);
  app.add_flag("--json", o.json, "Say how it ended as one line of JSON on standard error")
      ->group(out);
  app.footer(
      "COMMAND may have places for its argument: {} whole, {.} without extension, {/} last part,\n"
      "{//} folder, {/.} both, {#} the job's number, {2} of the second ::: list. Without any, the\n"
      "argument goes to its end.\n\n"
      "Exit code: the number of failed jobs, 101 if above 100; 255 for usage and for a log or an\n"
      "output that cannot be written; 129, 130 or 143 after HUP, INT or TERM.");
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds{std::llround(std::ceil(seconds * 1000))};
}

// CMD ARG... ::: A B ::: C D
std::string take_words(const std::vector<std::string>& words, io::job_list& list) {
  for (const auto& word : words) {
    if (word == ":::")
      list.groups.emplace_back();
    else if (!list.groups.empty())
      list.groups.back().push_back(word);
    else
      list.words.push_back(word);
  }
  if (!list.words.empty() && list.words.front().empty())
    return "the command has no name";
  if (list.words.empty() && !list.groups.empty())
    return "::: needs a command before it";
  if (!list.groups.empty() && !list.file.empty())
    return "arguments come from ::: or from --file, not from both";
  return "";
}

// Returns: "" or what is wrong; what CLI11 cannot see by itself.
std::string finish(jobs_options& o, const raw_options& raw, const std::vector<std::string>& words) {
  if (auto wrong = take_words(words, o.list); !wrong.empty())
    return wrong;
  if (o.list.groups.empty() && o.list.file.empty()) {
    if (::isatty(STDIN_FILENO) == 1)
      return "no ::: and no --file, and standard input is a terminal: there is nothing to run";
    o.list.file = "-";
  }
  if (!raw.at.empty())
    if (auto wrong = read_addresses(raw.at, o.far.process.tls_dir, o.far.coordinators);
        !wrong.empty())
      return "--at " + wrong;
  if (!raw.at.empty() && !o.slots_given)
    o.plan.slots = slots_max;
  for (const double seconds : {raw.timeout_s, raw.grace_s, raw.retry_delay_s, raw.wait_s})
    if (std::isnan(seconds)) // no range check sees it
      return "a number of seconds is 'nan'";
  const auto halt = jobs::parse_halt(raw.halt);
  if (!halt)
    return "--halt " + halt.error();
  o.plan.rules.halt = *halt;
  o.plan.rules.retry_delay = milliseconds(raw.retry_delay_s);
  const std::uint64_t slots = o.slots_given ? o.plan.slots : 128;
  o.plan.rules.ahead_max = std::max<std::size_t>(o.plan.bounds.ahead_max, slots * 2);
  o.plan.timeout = milliseconds(raw.timeout_s);
  o.far.wait_max = milliseconds(raw.wait_s);
  o.plan.grace = milliseconds(raw.grace_s);
  o.resume = o.resume || o.resume_failed;
  o.show_progress = raw.progress == "auto";
  return "";
}

} // namespace

std::optional<jobs_options> parse_jobs_options(int argc, char** argv, int& exit_code) {
  jobs_options o;
  raw_options raw;
  o.plan.slots = std::max(1u, std::thread::hardware_concurrency());
  CLI::App app{"Runs one command for many arguments, several at a time.\n"
               "  troupe-jobs run [OPTIONS] [--] COMMAND [ARG]... ::: A B C\n"
               "  troupe-jobs run [OPTIONS] --file LIST [--] [COMMAND [ARG]...]\n"
               "  ... | troupe-jobs run [OPTIONS] [--] [COMMAND [ARG]...]",
               "run"};
  declare(app, o, raw);
  app.prefix_command();
  // CLI11 would take options out from among the command's words.
  const std::vector<std::string_view> all(argv + 1, argv + argc);
  const auto dashes = std::find(all.begin(), all.end(), "--");
  const auto colons = std::find(all.begin(), all.end(), ":::");
  std::vector<std::string> words;
  std::vector<std::string> options;
  if (dashes < colons)
    words.assign(dashes + 1, all.end());
  options.assign(all.begin(), dashes < colons ? dashes : colons);
  try {
    declare_trace(app);
    describe_here(app);
    std::reverse(options.begin(), options.end()); // what CLI11 wants of a vector
    app.parse(options);
  } catch (const CLI::Success& e) {
    app.exit(e);
    return {};
  } catch (const CLI::Error& e) {
    exit_code = jobs_usage_error(e.what(), "see troupe-jobs run --help");
    return {};
  }
  auto rest = app.remaining();
  if (!rest.empty() && rest.front().size() > 1 && rest.front().front() == '-') {
    exit_code = jobs_usage_error("no such option: " + rest.front(), "see troupe-jobs run --help");
    return {};
  }
  if (!rest.empty() && dashes < colons) {
    exit_code = jobs_usage_error("'" + rest.front() + "' stands before --, where only options do",
                                 "see troupe-jobs run --help");
    return {};
  }
  if (dashes >= colons) {
    words = std::move(rest);
    words.insert(words.end(), colons, all.end());
  }
  for (const auto* named : {"--log", "--file"})
    if (app.count(named) > 0 && app.get_option(named)->as<std::string>().empty()) {
      exit_code = jobs_usage_error(std::string{named} + " names no file: its value is empty",
                                   "see troupe-jobs run --help");
      return {};
    }
  o.slots_given = raw.at.empty() || app.count("--jobs") > 0;
  if (const auto wrong = finish(o, raw, words); !wrong.empty()) {
    exit_code = jobs_usage_error(wrong, "see troupe-jobs run --help");
    return {};
  }
  return o;
}

} // namespace troupe::apps
