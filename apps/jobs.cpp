// SPDX-License-Identifier: BSD-3-Clause
// troupe-jobs: other programs, many at a time: a job list, a pile of archives, a few songs.

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/jobs_play.hpp"
#include "apps/jobs_run.hpp"
#include "apps/jobs_table.hpp"
#include "apps/jobs_unpack.hpp"
#include "apps/jobs_usage.hpp"
#include "apps/standard_streams.hpp"
#include "apps/version.hpp"

namespace {

using namespace troupe;

/// A subcommand takes argc and argv from its own name on and returns the exit code.
struct command {
  std::string_view name;
  int (*run)(int argc, char** argv);
  const char* what;
};

constexpr command commands[] = {
    {"run", apps::jobs_run_main, "one command for many arguments, several at a time"},
    {"unpack", apps::jobs_unpack_main,
     "archives, each into a folder of its own, whole or not at all"},
    {"play", apps::jobs_play_main, "songs, one after the other, by whichever player is there"},
    {"unpack-one", apps::jobs_unpack_one_main, nullptr}, // what unpack runs
};

/// --help and --version, and what is to be said about the program as a whole.
int about(int argc, char** argv) {
  CLI::App app{"Other programs, many at a time: a job list, a pile of archives, a few songs.\n"
               "Each command has its --help.",
               "troupe-jobs"};
  app.set_version_flag("--version", apps::version_line("troupe-jobs"));
  app.require_subcommand(1);
  for (const auto& c : commands)
    if (c.what)
      app.add_subcommand(std::string{c.name}, c.what);
  app.footer(
      "Exit codes: 0 to 100: so many jobs failed; 101 more failed; 255 usage, or a log or an "
      "output that cannot be written; 129, 130 or 143 after HUP, INT or TERM.");
  try {
    apps::describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  }
  return 0;
}

int jobs_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (const auto code = apps::describe_program(argc, argv, "troupe-jobs",
                                               {{"", about},
                                                {commands[0].name, commands[0].run},
                                                {commands[1].name, commands[1].run},
                                                {commands[2].name, commands[2].run}}))
    return *code;
  if (first == "--help" || first == "-h" || first == "--version")
    return about(2, argv);
  for (const auto& c : commands)
    if (c.name == first)
      return c.run(argc - 1, argv + 1);
  return apps::jobs_usage_error(first.empty() ? "no command given"
                                              : "no such command: " + std::string{first});
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  try {
    const int code = jobs_main(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
      return code;
    std::fputs("troupe-jobs: standard output cannot be written\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-jobs: %s\n", apps::for_terminal(e.what(), 600).c_str());
  }
  return apps::jobs_trouble;
}
