// SPDX-License-Identifier: BSD-3-Clause
// troupe-compare: the tutorial's techniques side by side, and what each of them gets wrong.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "apps/compare_engines.hpp"
#include "apps/compare_errors.hpp"
#include "apps/compare_race.hpp"
#include "apps/standard_streams.hpp"

namespace {

using namespace troupe;

/// A subcommand takes argc and argv from its own name on and returns the exit code.
struct command {
  std::string_view name;
  int (*run)(int argc, char** argv);
  const char* what;
};

constexpr command commands[] = {
    {"all", apps::compare_engines, "all of these five, one after the other"},
    {"crawl", apps::compare_engines, "a site, by every way of crawling"},
    {"bank", apps::compare_engines, "transfers and the race, by locks, atomics and actors"},
    {"primes", apps::compare_engines, "the tutorial's numbers and many others"},
    {"jobs", apps::compare_engines, "programs that wait, and programs that compute"},
    {"web", apps::compare_engines, "a server that is asked by several at once"},
    {"race", apps::compare_race,
     "small races in every order there is: which fail, the shortest that does, step by step"},
};

int help() {
  std::puts("troupe-compare COMMAND ...\n");
  for (const auto& c : commands)
    std::printf("  %-8s %s\n", std::string{c.name}.c_str(), c.what);
  std::puts("\nEach has its --help.");
  return 0;
}

int compare_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h")
    return help();
  if (first == "--version") {
    std::puts("troupe-compare " TROUPE_VERSION);
    return 0;
  }
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
