// SPDX-License-Identifier: BSD-3-Clause
// troupe-savina: the benchmarks of actors that the field knows, by actors and by threads with
// locks.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/savina_run.hpp"
#include "apps/standard_streams.hpp"
#include "apps/version.hpp"
#include "domain/savina/plans.hpp"

namespace {

using namespace troupe;

/// --help, --version and --list, and what is to be said about the program as a whole.
int about(int argc, char** argv) {
  CLI::App app{"The small benchmarks of the Savina suite, by actors and by threads with locks.\n"
               "Each has its --help.",
               "troupe-savina"};
  bool list = false;
  app.set_version_flag("--version", apps::version_line("troupe-savina"));
  app.add_flag("--list", list, "Name all benchmarks with their numbers, and do nothing else");
  app.require_subcommand(0, 1);
  for (const auto& b : savina::benchmarks())
    app.add_subcommand(std::string{b.name}, b.what);
  app.footer("Exit codes: 0 done; 1 what came of it is wrong, or it failed; 2 usage.");
  try {
    apps::describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    throw apps::savina_usage_error(e.what());
  }
  apps::savina_list();
  return 0;
}

int savina_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  const auto run = apps::savina_run;
  if (const auto code = apps::describe_program(argc, argv, "troupe-savina",
                                               {{"", about},
                                                {"ping-pong", run},
                                                {"threadring", run},
                                                {"fjcreate", run},
                                                {"counting", run},
                                                {"chameneos", run},
                                                {"big", run},
                                                {"banking", run},
                                                {"philosophers", run},
                                                {"barber", run}}))
    return *code;
  if (savina::find_benchmark(first))
    return run(argc - 1, argv + 1);
  if (first.starts_with("-"))
    return about(argc, argv);
  throw apps::savina_usage_error(first.empty() ? "no benchmark given; --list names them"
                                               : "no such benchmark: " + std::string{first});
}

void tell(std::string line, std::string_view name, bool json) {
  if (json)
    std::puts(
        boost::json::serialize(boost::json::object{{"error", name}, {"message", line}}).c_str());
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  std::fprintf(stderr, "troupe-savina: %s\n", line.c_str());
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  // Who stops reading and a file that may not grow are to be errors, and no death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Asked before they are parsed: what is wrong with them is to be said in JSON too.
  const bool json =
      std::any_of(argv, argv + argc, [](const char* a) { return std::string_view{a} == "--json"; });
  int code = 1;
  try {
    code = savina_main(argc, argv);
  } catch (const apps::savina_usage_error& e) {
    tell(e.what(), "usage", json);
    code = 2;
  } catch (const std::exception& e) {
    tell(e.what(), "failed", json);
  }
  if ((std::fflush(stdout) == 0 && std::ferror(stdout) == 0) || code != 0)
    return code;
  tell("standard output cannot be written", "failed", false);
  return 1;
}
