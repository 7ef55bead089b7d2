// SPDX-License-Identifier: BSD-3-Clause
// bank-workload: random transfers and whole reads at a cluster's bank, and a history of what came
// of each, for bank-history-check.

#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/bank_far.hpp"
#include "apps/bank_workload_clients.hpp"
#include "apps/link_options.hpp"
#include "apps/standard_streams.hpp"
#include "apps/stop_signal.hpp"

namespace {

using namespace troupe;

constexpr int help_column = 34;

struct options {
  apps::workload_plan plan;
  apps::bank_at_options at;
  std::string history;
};

template <class T>
void number(CLI::App& app, const char* name, T& value, T least, T most, const char* what) {
  app.add_option(name, value, what)->check(CLI::Range(least, most))->capture_default_str();
}

std::optional<options> parse(int argc, char** argv, int& exit_code) {
  options o;
  std::string at;
  auto& p = o.plan;
  CLI::App app{"Works with a cluster's bank as several clients, and writes a history of it."};
  app.name("bank-workload");
  app.get_formatter()->column_width(help_column);
  app.add_option("--at", at, "The coordinator's HOST:PORT; several with commas")->required();
  app.add_option("--history", o.history, "The file to write; none may be there")->required();
  number(app, "--clients", p.clients, 1u, 1'000u, "That send transfers, one at a time each");
  number(app, "--seconds", p.seconds, 1u, 86'400u, "For transfers and whole reads");
  number<std::uint64_t>(app, "--accounts", p.accounts, 2, 100'000, "Opened at the beginning");
  number<bank::amount>(app, "--opening", p.opening, 1, 1'000'000, "What each of them has at first");
  number<std::uint64_t>(app, "--seed", p.seed, 1, 1'000'000'000,
                        "Of all that is random, and of ids");
  number(app, "--reads-every-ms", p.reads_every_ms, 1u, 60'000u, "Whole reads");
  number(app, "--pause-ms", p.pause_ms, 0u, 60'000u, "Of a client, between transfers");
  number(app, "--again-ms-max", p.again_ms_max, 0u, 600'000u,
         "What has no answer is sent again for so long");
  number(app, "--settle-s-max", p.settle_s_max, 1u, 3'600u,
         "For the bank to answer at the beginning and at the end");
  apps::declare_link_bounds(app, o.at.process);
  try {
    app.parse(argc, argv);
    if (const auto wrong = apps::read_addresses(at, o.at.process.tls_dir, o.at.coordinators); !wrong.empty())
      throw CLI::ValidationError("--at", wrong);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    std::fprintf(stderr, "bank-workload: %s; see bank-workload --help\n", e.what());
    exit_code = 2;
    return std::nullopt;
  }
  o.at.say = [](const std::string& line) {
    std::fprintf(stderr, "bank-workload: %s\n", line.c_str());
  };
  return o;
}

std::string setting_of(const apps::workload_plan& p) {
  const auto total = static_cast<bank::amount>(p.accounts) * p.opening;
  return "{\"total\":" + std::to_string(total) + ",\"accounts\":" + std::to_string(p.accounts)
         + ",\"clients\":" + std::to_string(p.clients) + ",\"seconds\":" + std::to_string(p.seconds)
         + ",\"seed\":" + std::to_string(p.seed) + "}";
}

/// A line on standard output where a phase begins: a script may wait for it.
void tell(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

int work(const options& o) {
  const apps::stop_signal stop; // before there are threads
  apps::history_log log{o.history};
  log.write_setting(setting_of(o.plan));
  apps::bank_at at{o.at};
  apps::workload all{o.plan, at.bank(), log, stop.token()};
  tell("opening");
  all.open_accounts();
  tell("running");
  all.run();
  tell("looking up");
  if (stop.exit_code() == 0)
    all.finish();
  tell(all.summary());
  return stop.exit_code();
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  int code = 0;
  const auto o = parse(argc, argv, code);
  if (!o)
    return code;
  try {
    return work(*o);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bank-workload: %s\n", e.what());
    return 1;
  }
}
