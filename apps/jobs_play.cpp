// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_play.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/jobs_run.hpp"
#include "apps/jobs_usage.hpp"
#include "domain/jobs/player.hpp"
#include "io/jobs/find_program.hpp"

namespace troupe::apps {

namespace {

// Returns: what is wrong, or "" with `chosen` set.
std::string choose(const std::string& wanted, const jobs::player*& chosen) {
  std::string names, packages;
  for (const auto& p : jobs::players()) {
    names += (names.empty() ? "" : ", ") + std::string{p.program};
    packages += (packages.empty() ? "" : ", ") + std::string{p.package};
    if (!wanted.empty() && wanted != p.program)
      continue;
    if (!io::find_program(std::string{p.program}).empty()) {
      chosen = &p;
      return "";
    }
    if (!wanted.empty())
      return wanted + " is not installed: install " + std::string{p.package};
  }
  if (!wanted.empty())
    return "--player " + wanted + " is none of " + names;
  return "no player is installed (" + names + "): install one of " + packages;
}

} // namespace

int jobs_play_main(int argc, char** argv) {
  CLI::App app{"Plays songs, one after the other.", "play"};
  std::vector<std::string> songs;
  std::string wanted;
  jobs_options run;
  app.add_option("SONG", songs, "Files")->required();
  app.add_option("--player", wanted, "mpv, ffplay, play or aplay; the first that is installed");
  app.add_flag("--json", run.json, "Say how it ended as one line of JSON on standard error");
  app.footer("Exit code: the number of songs that were not played, 101 if above 100; 255: usage.");
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    return jobs_usage_error(e.what(), "see troupe-jobs play --help");
  }
  const jobs::player* chosen = nullptr;
  if (const auto wrong = choose(wanted, chosen); !wrong.empty())
    return jobs_usage_error(wrong, "see troupe-jobs play --help");
  for (auto& song : songs)
    song = jobs::song_argument(song);
  run.list.words = chosen->argv;
  run.list.groups.push_back(std::move(songs));
  run.plan.slots = 1;
  run.plan.line_buffer = true;
  run.plan.named_by_tag = true;
  return run_job_list(std::move(run), "song");
}

} // namespace troupe::apps
