// SPDX-License-Identifier: BSD-3-Clause
// troupe-crawl: crawls sites, by actors or in one of the tutorial's other ways.

#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>

#include "actors/crawl/run.hpp"
#include "apps/crawl_descriptors.hpp"
#include "apps/crawl_far.hpp"
#include "apps/crawl_kept.hpp"
#include "apps/crawl_options.hpp"
#include "apps/crawl_report.hpp"
#include "apps/crawl_tools.hpp"
#include "apps/describe.hpp"
#include "apps/standard_streams.hpp"
#include "apps/stop_signal.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "baselines/crawl/engine.hpp"

namespace {

using namespace troupe;

using engine =
    std::function<crawl::crawl_summary(const crawl::crawl_plan&, const io::crawl_setting&)>;

engine find_engine(const apps::crawl_options& o) {
  const auto order = o.order == "map"      ? baselines::pool_order::map
                     : o.order == "submit" ? baselines::pool_order::submit
                                           : baselines::pool_order::completed;
  using plan = const crawl::crawl_plan&;
  using setting = const io::crawl_setting&;
  if (o.engine == "queue")
    return [&o](plan p, setting s) { return baselines::crawl_queue(p, s, o.fetchers, o.parsers); };
  if (o.engine == "pool")
    return [order](plan p, setting s) { return baselines::crawl_pool(p, s, order); };
  const std::map<std::string, engine> others{
      {"actors", crawl::crawl_actors},           {"serial", baselines::crawl_serial},
      {"threads", baselines::crawl_threads},     {"coroutines", baselines::crawl_coroutines},
      {"semaphore", baselines::crawl_semaphore},
  };
  return others.at(o.engine);
}

// Says how it ended and returns the exit code.
int report(const apps::crawl_options& o, const crawl::crawl_summary& sum, int stopped_by) {
  std::FILE* text_to = o.files.to_standard_output() ? stderr : stdout;
  if (!o.stats_json)
    std::fputs(apps::summary_text(sum).c_str(), text_to);
  std::fflush(text_to); // what follows goes to standard error
  int code = stopped_by;
  const auto complain = [&code](const std::string& what) {
    std::fprintf(stderr, "troupe-crawl: %s\n", what.c_str());
    code = code ? code : 1;
  };
  if (!sum.output_error.empty())
    complain(sum.output_error);
  else if (const auto why = apps::why_nothing(sum); !stopped_by && !why.empty())
    complain(why);
  if (o.stats_json)
    std::puts(apps::summary_json(sum).c_str());
  if (std::fflush(stdout) != 0)
    complain("standard output cannot be written");
  return code;
}

int crawl_main(int argc, char** argv) {
  int exit_code = 0;
  auto options = apps::parse_crawl_options(argc, argv, exit_code);
  if (!options)
    return exit_code;
  if (const auto fewer = apps::fit_descriptors(*options); !fewer.empty())
    std::fprintf(stderr, "troupe-crawl: %s\n", fewer.c_str());
  apps::stop_signal stop;
  apps::tracing trace{"troupe-crawl"};
  apps::trace_letters();
  apps::kept_crawl kept{*options};
  if (const auto over = kept.over(); !over.empty()) {
    std::fprintf(stderr, "troupe-crawl: %s\n", over.c_str());
    return 0;
  }
  auto output = kept.open_output();
  if (const auto words = kept.goes_on(); !words.empty())
    std::fprintf(stderr, "troupe-crawl: %s\n", words.c_str());
  io::crawl_setting setting;
  setting.book = kept.book();
  setting.mark = kept.mark();
  setting.earlier = kept.earlier();
  setting.http = options->http;
  setting.output = &output;
  setting.stop = stop.token();
  crawl::crawl_summary sum;
  {
    apps::progress_line line{options->plan.bounds.pages_max};
    if (options->show_progress || kept.book())
      setting.progress = [&](const crawl::crawl_counts& now) {
        if (options->show_progress)
          line.show(now);
        kept.tell(now);
      };
    if (options->show_progress || kept.book())
      setting.explain = [&](const crawl::standstill& why) {
        line.explain(why);
        kept.explain(why);
      };
    sum = options->far.coordinators.empty() ? find_engine(*options)(options->plan, setting)
                                            : apps::crawl_far(options->far, options->plan, setting);
  }
  const bool complete = !sum.interrupted && sum.output_error.empty() && sum.reason.empty();
  if (auto error = output.finish(complete); !error.empty() && sum.output_error.empty())
    sum.output_error = std::move(error);
  if (auto error = kept.ended(sum); !error.empty() && sum.output_error.empty())
    sum.output_error = std::move(error);
  if (auto error = options->requests.save(); !error.empty() && sum.output_error.empty())
    sum.output_error = std::move(error);
  return trace.finish(report(*options, sum, stop.exit_code()));
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  try {
    if (const auto code = apps::describe_program(argc, argv, "troupe-crawl",
                                                 {{"", crawl_main},
                                                  {"status", apps::find_crawl_tool("status")},
                                                  {"inspect", apps::find_crawl_tool("inspect")},
                                                  {"robots", apps::find_crawl_tool("robots")},
                                                  {"resolve", apps::find_crawl_tool("resolve")}}))
      return *code;
    if (const auto tool = argc > 1 ? apps::find_crawl_tool(argv[1]) : nullptr)
      return tool(argc - 1, argv + 1);
    return crawl_main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-crawl: %s\n", e.what());
    return 1;
  }
}
