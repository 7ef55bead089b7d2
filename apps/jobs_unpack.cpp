// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_unpack.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/jobs_run.hpp"
#include "apps/jobs_signals.hpp"
#include "apps/jobs_table.hpp"
#include "apps/jobs_usage.hpp"
#include "apps/tracing.hpp"
#include "domain/jobs/archive_kind.hpp"
#include "io/jobs/unpack.hpp"

namespace troupe::apps {

namespace {

void declare(CLI::App& app, std::vector<std::string>& archives, io::unpack_options& o) {
  app.add_option("ARCHIVE", archives,
                 "What to unpack: .tar .tar.gz .tar.bz2 .tar.xz .tar.zst .zip .7z")
      ->required();
  app.add_option("--to", o.to, "Where each archive's folder is put")->capture_default_str();
  app.add_flag("--force", o.force, "Replace folders that are there");
  app.add_option("--entries-max", o.limits.entries_max, "Entries that one archive may have")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--bytes-max", o.limits.bytes_max, "Bytes that one archive may come to")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

// Returns: 0 if there is something to do, else the exit code, plus one.
int parse(CLI::App& app, int argc, char** argv) {
  try {
    describe_here(app);
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::Success& e) {
    return app.exit(e) + 1;
  } catch (const CLI::Error& e) {
    return jobs_usage_error(e.what(), "see troupe-jobs unpack --help") + 1;
  }
}

// The words of a job have places for arguments: {}. A folder's name has none.
std::string without_places(const std::string& name) {
  std::string coded;
  for (const char c : name)
    coded += c == '{' ? "%7B" : c == '%' ? "%25" : std::string{c};
  return coded;
}

std::string with_places(const std::string& coded) {
  std::string name;
  for (std::size_t i = 0; i < coded.size(); ++i) {
    const bool code = coded[i] == '%';
    name += code ? (coded.compare(i, 3, "%7B") == 0 ? '{' : '%') : coded[i];
    i += code ? 2 : 0;
  }
  return name;
}

// Two archives that want one folder are seen before one has taken it.
std::string check_folders(const std::vector<std::string>& archives) {
  std::map<std::string, std::string> taken;
  for (const auto& archive : archives)
    if (const auto kind = jobs::archive_kind_of(archive)) {
      const auto [i, fresh] = taken.emplace(kind->folder, archive);
      if (!fresh)
        return "'" + i->second + "' and '" + archive + "' would both go to the folder '"
               + kind->folder + "'";
    }
  return "";
}

} // namespace

int jobs_unpack_main(int argc, char** argv) {
  CLI::App app{
      "Unpacks archives, several at a time, each into a folder of its own, whole or not at\n"
      "all. Archives with entries that would leave their folder are refused beforehand.",
      "unpack"};
  app.get_formatter()->column_width(30);
  std::vector<std::string> archives;
  io::unpack_options what;
  jobs_options run;
  std::string progress = "auto";
  double timeout_s = 0;
  run.plan.slots = std::max(1u, std::thread::hardware_concurrency());
  declare(app, archives, what);
  app.add_option("-j,--jobs", run.plan.slots, "Archives at the same time")
      ->check(CLI::Range(1, 4096))
      ->default_str("cores");
  app.add_option("--timeout", timeout_s, "Seconds that one may take; 0: no bound")
      ->check(CLI::Range(0.0, 1e8));
  app.add_option("--progress", progress, "auto or never: a table, if on a terminal")
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
  declare_trace(app);
  app.add_flag("--json", run.json, "Say how it ended as one line of JSON on standard error");
  app.footer(
      "Exit code: the number of archives that were not unpacked, 101 if above 100; 255: usage.");
  if (const int over = parse(app, argc, argv))
    return over - 1;
  if (what.to.empty())
    return jobs_usage_error("--to is empty", "see troupe-jobs unpack --help");
  if (const auto wrong = check_folders(archives); !wrong.empty())
    return jobs_usage_error(wrong, "see troupe-jobs unpack --help");
  run.list.words = {"/proc/self/exe", "unpack-one",
                    "--to",           without_places(what.to),
                    "--entries-max",  std::to_string(what.limits.entries_max),
                    "--bytes-max",    std::to_string(what.limits.bytes_max)};
  if (what.force)
    run.list.words.push_back("--force");
  run.list.words.insert(run.list.words.end(), {"--", "{}"});
  run.list.groups.push_back(std::move(archives));
  run.plan.named_by_tag = true;
  run.plan.timeout = std::chrono::milliseconds{static_cast<long long>(timeout_s * 1000)};
  run.show_progress = progress == "auto";
  return run_job_list(std::move(run), "archive");
}

int jobs_unpack_one_main(int argc, char** argv) {
  CLI::App app{"Unpacks one archive; troupe-jobs unpack runs it.", "unpack-one"};
  std::vector<std::string> archives;
  io::unpack_options what;
  declare(app, archives, what);
  if (const int over = parse(app, argc, argv))
    return over - 1;
  what.to = with_places(what.to);
  jobs_signals signals;
  for (const auto& archive : archives) {
    const auto got = io::unpack_archive(archive, what, signals.stop());
    if (!got.error.empty()) {
      std::fprintf(stderr, "troupe-jobs: %s: %s\n", for_terminal(archive, 300).c_str(),
                   for_terminal(got.error, 600).c_str());
      return 1;
    }
    std::printf("%s: %llu entries, %llu bytes\n", for_terminal(got.folder, 300).c_str(),
                static_cast<unsigned long long>(got.entries),
                static_cast<unsigned long long>(got.bytes));
  }
  return 0;
}

} // namespace troupe::apps
