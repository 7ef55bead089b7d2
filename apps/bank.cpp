// SPDX-License-Identifier: BSD-3-Clause
// troupe-bank: a race and its cures; a ledger one could trust with money.

#include <cstdio>
#include <exception>
#include <string_view>

#include "apps/bank_audit.hpp"
#include "apps/bank_ledger.hpp"

namespace {

struct command {
  std::string_view name;
  int (*run)(int argc, char** argv);
  const char* words;
};

constexpr command commands[] = {
    {"ledger", troupe::apps::ledger_main, "accounts, holds and transfers, kept in a file"},
    {"audit", troupe::apps::audit_main, "re-derive a ledger's balances from its history"},
};

void print_help(std::FILE* to) {
  std::fputs("troupe-bank COMMAND (each with --help):\n", to);
  for (const auto& c : commands)
    std::fprintf(to, "  %-8s %s\n", c.name.data(), c.words);
}

} // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--help" || name == "-h") {
    print_help(stdout);
    return 0;
  }
  if (name == "--version") {
    std::puts("troupe-bank " TROUPE_VERSION);
    return 0;
  }
  try {
    for (const auto& c : commands)
      if (c.name == name)
        return c.run(argc - 1, argv + 1);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-bank: %s\n", e.what());
    return 1;
  }
  std::fprintf(stderr, "troupe-bank: %s; see troupe-bank --help\n",
               name.empty() ? "no command given" : "there is no such command");
  return 2;
}
