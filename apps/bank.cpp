// SPDX-License-Identifier: BSD-3-Clause
// troupe-bank: the tutorial's account, with a race in it and without; and a ledger one could trust
// with money.

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/bank_audit.hpp"
#include "apps/bank_errors.hpp"
#include "apps/bank_ledger.hpp"
#include "apps/bank_race.hpp"
#include "apps/bank_transfers.hpp"
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
    {"race", apps::bank_race, "several tellers at one account: the race, its cures, every order"},
    {"transfers", apps::bank_transfers, "many transfers in memory: what locks and an actor cost"},
    {"ledger", apps::ledger_main, "accounts, holds and transfers, kept in a file"},
    {"audit", apps::audit_main, "re-derive a ledger's balances from its history"},
};

/// --help and --version, and what is to be said about the program as a whole.
int about(int argc, char** argv) {
  CLI::App app{"The tutorial's account, with a race in it and without; and a ledger that survives "
               "kill -9.\n"
               "Each command has its --help.",
               "troupe-bank"};
  app.set_version_flag("--version", apps::version_line("troupe-bank"));
  app.require_subcommand(1);
  for (const auto& c : commands)
    app.add_subcommand(std::string{c.name}, c.what);
  app.footer("Exit codes: 0 done; 1 refused or failed, the audit found a difference, or a cured "
             "engine broke; 2 usage.");
  try {
    apps::describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  }
  return 0;
}

int bank_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (const auto code = apps::describe_program(argc, argv, "troupe-bank",
                                               {{"", about},
                                                {commands[0].name, commands[0].run},
                                                {commands[1].name, commands[1].run},
                                                {commands[2].name, commands[2].run},
                                                {commands[3].name, commands[3].run}}))
    return *code;
  if (first == "--help" || first == "-h" || first == "--version")
    return about(2, argv);
  for (const auto& c : commands)
    if (c.name == first)
      return c.run(argc - 1, argv + 1);
  throw apps::usage_error(first.empty() ? "no command given"
                                        : "no such command: " + std::string{first});
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  // Who stops reading and a file that may not grow are to be errors, and no death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const bool json = apps::wants_json(argc, argv);
  int code = 1;
  try {
    code = bank_main(argc, argv);
  } catch (const apps::usage_error& e) {
    apps::tell_error(e.what(), "usage", json);
    code = 2;
  } catch (const apps::refused& e) {
    apps::tell_error(e.what(), e.name(), json);
  } catch (const std::exception& e) {
    apps::tell_error(e.what(), "failed", json);
  }
  if ((std::fflush(stdout) == 0 && std::ferror(stdout) == 0) || code != 0)
    return code;
  apps::tell_error("standard output cannot be written");
  return 1;
}
