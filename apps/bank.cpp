// SPDX-License-Identifier: BSD-3-Clause
// troupe-bank: the tutorial's account, with a race in it and without; and a ledger one could trust
// with money.

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "apps/bank_audit.hpp"
#include "apps/bank_errors.hpp"
#include "apps/bank_ledger.hpp"
#include "apps/bank_race.hpp"
#include "apps/bank_transfers.hpp"
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
    {"race", apps::bank_race, "several tellers at one account: the race, its cures, every order"},
    {"transfers", apps::bank_transfers, "many transfers in memory: what locks and an actor cost"},
    {"ledger", apps::ledger_main, "accounts, holds and transfers, kept in a file"},
    {"audit", apps::audit_main, "re-derive a ledger's balances from its history"},
};

int help() {
  std::puts("troupe-bank COMMAND ...\n");
  for (const auto& c : commands)
    std::printf("  %-10s %s\n", std::string{c.name}.c_str(), c.what);
  std::puts("\nEach has its --help.");
  return 0;
}

int bank_main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h")
    return help();
  if (first == "--version") {
    std::puts("troupe-bank " TROUPE_VERSION);
    return 0;
  }
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
