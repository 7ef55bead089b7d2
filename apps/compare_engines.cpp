// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_engines.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <unistd.h>

#include <boost/json/serialize.hpp>

#include "apps/compare_engines_options.hpp"
#include "apps/compare_errors.hpp"
#include "apps/compare_measure.hpp"
#include "apps/stop_signal.hpp"
#include "apps/version.hpp"
#include "io/compare/machine.hpp"
#include "io/compare/page.hpp"

namespace troupe::apps {

namespace {

namespace fs = std::filesystem;

/// A folder of its own, gone at its end.
class scratch_folder {
public:
  scratch_folder() {
    std::string name = (fs::temp_directory_path() / "troupe-compare-XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw std::runtime_error("no temporary folder can be made: "
                               + std::string{std::strerror(errno)});
    path_ = name;
  }
  ~scratch_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const fs::path& path() const { return path_; }

private:
  fs::path path_;
};

void write_file(const std::string& name, const std::string& text) {
  if (name.empty())
    return;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "wb"),
                                                             std::fclose);
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()
      || std::fflush(file.get()) != 0)
    throw std::runtime_error(name + " cannot be written: " + std::strerror(errno));
}

void list(const std::vector<compare_plan>& plans) {
  for (const auto& plan : plans) {
    std::printf("%s, %s: %s\n ", plan.about.scenario.c_str(), plan.about.name.c_str(),
                plan.about.what.c_str());
    std::string last;
    for (const auto& c : plan.cells) {
      if (c.engine != last)
        std::printf(" %s", c.engine.c_str());
      last = c.engine;
    }
    std::puts("");
  }
}

void progress(const compare_plan& plan, const compare_options& o) {
  if (::isatty(STDERR_FILENO) == 1)
    std::fprintf(stderr, "%s, %s: %zu engines and worker counts, %u runs each\n",
                 plan.about.scenario.c_str(), plan.about.name.c_str(), plan.cells.size(),
                 o.warmups + o.runs);
}

compare::report measure_all(const std::vector<compare_plan>& plans, const compare_options& o,
                            const stop_signal& stop) {
  compare::report r;
  r.command = o.command;
  r.seed = o.seed;
  r.runs = o.runs;
  r.warmups = o.warmups;
  r.machine = compare::this_machine();
  r.machine.version = version_number();
  r.machine.build = TROUPE_BUILD_TYPE;
  for (const auto& plan : plans) {
    progress(plan, o);
    const scratch_folder folder;
    r.workloads.push_back(measure(plan, o, folder.path(), stop.token()));
  }
  r.machine.load_after = compare::load_now();
  return r;
}

// Only workloads that were measured: a sketch has the same ones, in the same order.
std::vector<compare::traced_run> trace_all(const compare_options& o, const stop_signal& stop) {
  std::vector<compare::traced_run> all;
  if (o.trace_file.empty() && o.report_file.empty())
    return all;
  const auto plans = sketches_of(o);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const scratch_folder folder;
    for (auto& run : trace_runs(plans[i], i, o, folder.path(), stop.token()))
      all.push_back(std::move(run));
  }
  return all;
}

// Beside the report, whose readers do not all want to draw.
std::string with_timelines(std::string json, const std::vector<compare::traced_run>& runs) {
  json.pop_back();
  return json + ",\"timelines\":" + boost::json::serialize(compare::timeline_pictures(runs)) + "}";
}

} // namespace

int compare_engines(int argc, char** argv) {
  int code = 0;
  const auto options = parse_compare(argc, argv, code);
  if (!options)
    return code;
  const auto plans = plans_of(*options);
  if (options->list) {
    list(plans);
    return 0;
  }
  const stop_signal stop; // before any thread
  try {
    const auto report = measure_all(plans, *options, stop);
    const auto json = compare::report_json(report);
    const auto traced = trace_all(*options, stop);
    if (options->json_file == "-")
      std::puts(json.c_str());
    else
      std::fputs(compare::report_text(report).c_str(), stdout);
    write_file(options->json_file == "-" ? "" : options->json_file, json + "\n");
    write_file(options->csv_file, compare::report_csv(report));
    write_file(options->trace_file, compare::merged_timeline(traced));
    write_file(options->report_file, options->report_file.empty()
                                         ? ""
                                         : compare::report_page(with_timelines(json, traced)));
  } catch (const compare_stopped&) {
    tell_compare_error("stopped: nothing is shown, since not all was measured");
    return stop.exit_code();
  }
  return 0;
}

} // namespace troupe::apps
