// SPDX-License-Identifier: BSD-3-Clause
// troupe-compare: the tutorial's techniques side by side, and what each of them gets wrong.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/compare_engines.hpp"
#include "apps/compare_errors.hpp"
#include "apps/compare_race.hpp"
#include "apps/describe.hpp"
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
    {"all", apps::compare_engines, "all of these six, one after the other"},
    {"crawl", apps::compare_engines, "a site, by every way of crawling"},
    {"bank", apps::compare_engines, "transfers and the race, by locks, atomics and actors"},
    {"primes", apps::compare_engines, "the tutorial's numbers and many others"},
    {"jobs", apps::compare_engines, "programs that wait, and programs that compute"},
    {"web", apps::compare_engines, "a server that is asked by several at once"},
    {"savina", apps::compare_engines, "the small benchmarks of actors, by actors and by locks"},
    {"race", apps::compare_race,
     "small races in every order there is: which fail, the shortest that does, step by step"},
};

/// --help and --version, and what is to be said about the program as a whole.
int about(int argc, char** argv) {
  CLI::App app{"The tutorial's techniques side by side, and what each of them gets wrong.\n"
               "Each command has its --help.",
               "troupe-compare"};
  app.set_version_flag("--version", apps::version_line("troupe-compare"));
  app.require_subcommand(1);
  for (const auto& c : commands)
    app.add_subcommand(std::string{c.name}, c.what);
  app.footer("Exit codes: 0 done; 1 failed, answers that differ, or not what --expect expects; 2 "
             "usage; 130 after Ctrl-C.");
  try {
    apps::describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  }
  return 0;
}

int compare_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (const auto code = apps::describe_program(argc, argv, "troupe-compare",
                                               {{"", about},
                                                {commands[0].name, commands[0].run},
                                                {commands[1].name, commands[1].run},
                                                {commands[2].name, commands[2].run},
                                                {commands[3].name, commands[3].run},
                                                {commands[4].name, commands[4].run},
                                                {commands[5].name, commands[5].run},
                                                {commands[6].name, commands[6].run},
                                                {commands[7].name, commands[7].run}}))
    return *code;
  if (first == "--help" || first == "-h" || first == "--version")
    return about(2, argv);
  for (const auto& c : commands)
    if (c.name == first)
      return c.run(argc - 1, argv + 1);
  throw apps::compare_usage_error(first.empty() ? "no command given"
                                                : "no such command: " + std::string{first});
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  // Who stops reading and a file that may not grow are to be errors, and no death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Asked before they are parsed: what is wrong with them is to be said in JSON too. Elsewhere
  // --json names a file.
  const bool json = argc > 1 && std::string_view{argv[1]} == "race"
                    && std::any_of(argv, argv + argc,
                                   [](const char* a) { return std::string_view{a} == "--json"; });
  int code = 1;
  try {
    code = compare_main(argc, argv);
  } catch (const apps::compare_usage_error& e) {
    apps::tell_compare_error(e.what(), "usage", json);
    code = 2;
  } catch (const std::exception& e) {
    apps::tell_compare_error(e.what(), "failed", json);
  }
  if ((std::fflush(stdout) == 0 && std::ferror(stdout) == 0) || code != 0)
    return code;
  apps::tell_compare_error("standard output cannot be written");
  return 1;
}
