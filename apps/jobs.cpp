// SPDX-License-Identifier: BSD-3-Clause
// troupe-jobs: other programs, many at a time: a job list, a pile of archives, a few songs.

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "apps/jobs_play.hpp"
#include "apps/jobs_run.hpp"
#include "apps/jobs_table.hpp"
#include "apps/jobs_unpack.hpp"
#include "apps/jobs_usage.hpp"
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
    {"run", apps::jobs_run_main, "one command for many arguments, several at a time"},
    {"unpack", apps::jobs_unpack_main,
     "archives, each into a folder of its own, whole or not at all"},
    {"play", apps::jobs_play_main, "songs, one after the other, by whichever player is there"},
    {"unpack-one", apps::jobs_unpack_one_main, nullptr}, // what unpack runs
};

int help() {
  std::puts("troupe-jobs COMMAND ...\n");
  for (const auto& c : commands)
    if (c.what)
      std::printf("  %-8s %s\n", std::string{c.name}.c_str(), c.what);
  std::puts("\nEach has its --help.");
  return 0;
}

int jobs_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h")
    return help();
  if (first == "--version") {
    std::puts("troupe-jobs " TROUPE_VERSION);
    return 0;
  }
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
