// SPDX-License-Identifier: BSD-3-Clause
// bank-history-check: was this a bank? Reads what its clients wrote down (bank-workload) and what
// `troupe-bank ledger export` wrote of its records and accounts, and nothing else.

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "apps/standard_streams.hpp"
#include "domain/bank/history_check.hpp"

namespace {

using namespace troupe;

constexpr const char* usage =
    "bank-history-check FILE...\n\n"
    "  Judges a run of a bank by its history (bank-workload --history) and its ledger's records "
    "and\n"
    "  accounts (troupe-bank ledger export history, accounts), each in files of their own or in "
    "one.\n"
    "  One line a check. Exit code: 0 all are good, 1 one is not, 2 a file cannot be read.\n";

std::string slurp(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad())
    throw std::runtime_error(path + ": cannot be read");
  return text;
}

bank::history read_all(int argc, char** argv) {
  bank::history h;
  for (int i = 1; i < argc; ++i)
    if (auto wrong = bank::add_file(h, argv[i], slurp(argv[i])); !wrong.empty())
      throw std::runtime_error(wrong);
  return h;
}

void print_counts(const bank::history& h) {
  const auto n = bank::count_of(h);
  std::printf("%zu events: %llu whole reads (%llu without an answer); transfers: %llu ok, %llu "
              "refused, %llu unknown; %llu lookups; %zu partitions, %llu records, %zu accounts; "
              "%llu lines cut short\n",
              h.events.size(), static_cast<unsigned long long>(n.reads),
              static_cast<unsigned long long>(n.reads_failed),
              static_cast<unsigned long long>(n.transfers_ok),
              static_cast<unsigned long long>(n.transfers_fail),
              static_cast<unsigned long long>(n.transfers_info),
              static_cast<unsigned long long>(n.lookups), h.partitions.size(),
              static_cast<unsigned long long>(n.records), h.accounts.size(),
              static_cast<unsigned long long>(h.truncated));
}

int judge(const bank::history& h) {
  print_counts(h);
  bool good = true;
  for (const auto& r : bank::check_history(h)) {
    good = good && r.good();
    if (r.good())
      std::printf("good  %-9s  %s (%llu)\n", r.name.c_str(), r.what.c_str(),
                  static_cast<unsigned long long>(r.checked));
    else if (r.counterexample.empty())
      std::printf("BAD   %-9s  there is nothing to look at\n", r.name.c_str());
    else
      std::printf("BAD   %-9s  %s\n", r.name.c_str(), r.counterexample.c_str());
  }
  return good ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h")
    return std::fputs(usage, stdout) < 0 ? 1 : 0;
  if (first.empty() || first.starts_with("--")) {
    std::fprintf(stderr, "bank-history-check: no file given; see bank-history-check --help\n");
    return 2;
  }
  try {
    return judge(read_all(argc, argv));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bank-history-check: %s\n", e.what());
    return 2;
  }
}
