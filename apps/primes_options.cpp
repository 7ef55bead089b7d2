// SPDX-License-Identifier: BSD-3-Clause
#include "apps/primes_options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>
#include <string_view>
#include <thread>

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/link_options.hpp"
#include "apps/tracing.hpp"
#include "apps/version.hpp"

namespace troupe::apps {

namespace {

constexpr unsigned workers_max = 256;
constexpr unsigned far_workers = 16; // expected elsewhere, if nothing is said

unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

struct raw_options {
  std::string method, range, progress = "auto", at;
  bool prove = false, factor = false, certificate = false;
  bool file = false, check_certificate = false, has_range = false; // given, be it as ''
};

void declare(CLI::App& app, primes_options& o, raw_options& raw) {
  app.set_version_flag("--version", version_line("troupe-primes"));
  app.get_formatter()->column_width(34);
  app.footer(
      "A line a number, in the order of the input: N prime, N composite (0 and 1 as well), "
      "N probable prime\n"
      "(above 64 bits, without --prove), N too large, or invalid for a line that is no "
      "whole number.\n\n"
      "Digits at most: 20,000; to prove 400; --factor 1,000, and 75 of what is left without small "
      "factors;\n"
      "--certificate 2,000, and about 70 of what is left of n - 1.\n\n"
      "Exit codes: 0 all was answered; 1 a line had no verdict, or it failed; 2 usage, or "
      "junk with --strict;\n"
      "130 after Ctrl-C, 143 after SIGTERM: what was written ends with a line.");
  app.add_option("N", o.numbers, "Whole numbers of any size");
  app.add_option("--file", o.file, "One number a line; - is standard input");
  app.add_flag("--json", o.plan.job.json, "JSON lines");
  const char* how = "How";
  app.add_option("--method", raw.method,
                 "trial: trial division, below 2^64; fast: certain below 2^64, a probable prime "
                 "above; prove: certain for all")
      ->group(how)
      ->check(CLI::IsMember({"trial", "fast", "prove"}));
  app.add_flag("--prove", raw.prove, "The same as --method prove")->group(how);
  app.add_option("--engine", o.engine, "actors, or one of the tutorial's ways")
      ->group(how)
      ->check(CLI::IsMember({"serial", "threads", "processes", "actors"}))
      ->capture_default_str();
  app.add_option("--workers", o.plan.workers, "Threads, processes or actors that check")
      ->group(how)
      ->check(CLI::Range(1u, workers_max))
      ->default_str("cores");
  app.add_option("--at", raw.at,
                 "Have a cluster check: its coordinator's HOST:PORT, several with commas between; "
                 "--workers then says how many are kept busy (16)")
      ->group(how);
  app.add_flag("--strict", o.plan.job.strict, "End at the first line without a verdict")
      ->group(how);
  app.add_option("--progress", raw.progress, "auto or never")
      ->group(how)
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
  const char* other = "In place of a verdict";
  app.add_flag("--factor", raw.factor, "N: its prime factors")->group(other);
  app.add_flag("--certificate", raw.certificate, "A certificate that others can check")
      ->group(other);
  app.add_option("--check-certificate", o.certificate_file,
                 "FILE or -: N prime, or what is wrong; also of what PARI's primecert() prints")
      ->group(other);
  app.add_option("--range", raw.range, "The primes of A..B, both included, below 2^64")
      ->group(other);
  app.add_flag("--count", o.count, "With --range: how many there are")->group(other);
  declare_link_bounds(app, o.far.process);
}

bool parse_u64(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

// Returns: "" or what is wrong.
std::string parse_range(const std::string& text, primes_options& o) {
  const auto dots = text.find("..");
  if (dots == std::string::npos || !parse_u64(std::string_view{text}.substr(0, dots), o.first)
      || !parse_u64(std::string_view{text}.substr(dots + 2), o.last))
    return "--range: '" + text + "' is not A..B with whole numbers below 2^64";
  if (o.first > o.last)
    return "--range: " + std::to_string(o.first) + " is above " + std::to_string(o.last);
  return "";
}

// Returns: "" or what is wrong; what CLI11 cannot see by itself.
std::string finish(primes_options& o, const raw_options& raw) {
  using task = primes_options::task;
  const int tasks = raw.factor + raw.certificate + raw.check_certificate + raw.has_range;
  if (tasks > 1)
    return "--factor, --certificate, --check-certificate and --range: one at a time";
  o.what = raw.factor              ? task::factor
           : raw.certificate       ? task::certificate
           : raw.check_certificate ? task::check_certificate
           : tasks > 0             ? task::range
                                   : task::check;
  if (raw.prove && !raw.method.empty() && raw.method != "prove")
    return "--prove and --method " + raw.method + ": one of them";
  if (o.what != task::check && (raw.prove || !raw.method.empty()))
    return "--method and --prove are for verdicts";
  if (o.count && o.what != task::range)
    return "--count is for --range";
  if (!raw.at.empty()) {
    if (o.what != task::check)
      return "--at is for verdicts";
    if (o.engine != "actors")
      return "--at and --engine " + o.engine + ": a cluster checks with actors";
    if (auto wrong = read_addresses(raw.at, o.far.process.tls_dir, o.far.coordinators);
        !wrong.empty())
      return "--at: " + wrong;
  }
  o.show_progress = raw.progress == "auto";
  const bool some_numbers = !o.numbers.empty() || raw.file;
  if (o.what == task::range)
    return some_numbers ? "--range takes no numbers" : parse_range(raw.range, o);
  if (o.what == task::check_certificate)
    return some_numbers ? "--check-certificate takes no numbers" : "";
  if (!o.numbers.empty() && raw.file)
    return "numbers or --file: one of them";
  if (o.numbers.empty() && !raw.file) {
    if (::isatty(0))
      return "no number given";
    o.file = "-"; // as filters do
  }
  o.plan.job.how = raw.prove ? primes::method::prove
                             : primes::parse_method(raw.method).value_or(primes::method::fast);
  return "";
}

} // namespace

int primes_usage_error(const std::string& what, const std::string& hint) {
  std::fprintf(stderr, "troupe-primes: %s; %s\n", what.c_str(), hint.c_str());
  return 2;
}

std::optional<primes_options> parse_primes_options(int argc, char** argv, int& exit_code) {
  primes_options options;
  options.plan.workers = std::min(cores(), workers_max);
  raw_options raw;
  CLI::App app{"Tells primes from composites, as many as you like, as large as you like.\n"
               "Also: troupe-primes tutorial (see its --help).",
               "troupe-primes"};
  declare(app, options, raw);
  try {
    declare_trace(app);
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    exit_code = primes_usage_error(e.what());
    return std::nullopt;
  }
  raw.file = app.count("--file") > 0;
  raw.check_certificate = app.count("--check-certificate") > 0;
  raw.has_range = app.count("--range") > 0;
  if (!raw.at.empty() && app.count("--workers") == 0)
    options.plan.workers = far_workers;
  if (const auto wrong = finish(options, raw); !wrong.empty()) {
    exit_code = primes_usage_error(wrong);
    return std::nullopt;
  }
  return options;
}

std::optional<primes_tutorial_options> parse_primes_tutorial(int argc, char** argv,
                                                             int& exit_code) {
  primes_tutorial_options options;
  options.workers = std::min(cores(), workers_max);
  CLI::App app{"The tutorial's table: a hundred times the same prime by trial division, one after "
               "the other, by threads, by processes, and by actors.",
               "troupe-primes tutorial"};
  app.get_formatter()->column_width(34);
  app.add_option("--runs", options.runs, "Rounds; the table has the medians")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  app.add_option("--workers", options.workers, "Threads, processes or actors that check")
      ->check(CLI::Range(1u, workers_max))
      ->default_str("cores");
  app.add_flag("--json", options.json, "A JSON object a row, all rounds");
  try {
    declare_trace(app);
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    exit_code = primes_usage_error(e.what(), "see troupe-primes tutorial --help");
    return std::nullopt;
  }
  return options;
}

} // namespace troupe::apps
