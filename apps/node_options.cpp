// SPDX-License-Identifier: BSD-3-Clause
#include "apps/node_options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/link_options.hpp"
#include "apps/node_parts.hpp"
#include "apps/tracing.hpp"
#include "apps/version.hpp"
#include "domain/jobs/program_list.hpp"
#include "io/bank/sqlite_schema.hpp"

namespace troupe::apps {

namespace {

constexpr int help_column = 34;
constexpr std::uint32_t hour_ms = 3'600'000;

struct raw_options {
  std::string listen, join, at, roles, partitions;
  bool coordinate = false;
};

// Port 0 too, unlike where one connects to.
void read_listen(const std::string& text, cluster::process_options& to) {
  const auto colon = text.rfind(':');
  const auto bad = [&text] {
    return CLI::ValidationError("--listen", text + " is no ADDRESS:PORT (127.0.0.1:7000, [::1]:0)");
  };
  if (colon == std::string::npos || colon + 1 == text.size() || text.size() - colon > 6)
    throw bad();
  unsigned port = 0;
  for (const char c : text.substr(colon + 1)) {
    if (c < '0' || c > '9')
      throw bad();
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port > 65'535)
    throw bad();
  to.address = text.substr(0, colon);
  if (to.address.size() > 2 && to.address.front() == '[' && to.address.back() == ']')
    to.address = to.address.substr(1, to.address.size() - 2);
  to.port = static_cast<std::uint16_t>(port);
}

template <class T>
void bound(CLI::App& app, const char* name, T& value, T least, T most, const char* what) {
  app.add_option(name, value, what)
      ->group("Bounds")
      ->check(CLI::Range(least, most))
      ->capture_default_str();
}

void declare_node(CLI::App& app, node_options& o, raw_options& raw) {
  app.add_flag("--coordinate", raw.coordinate,
               "Be the coordinator: the others connect to this process");
  app.add_option(
      "--listen", raw.listen,
      "ADDRESS:PORT, port 0 for any free one (a coordinator's: 127.0.0.1:7000). A worker "
      "that listens tells others where its coordinator is");
  app.add_option(
      "--state", o.state_folder,
      "Of the coordinator: a FOLDER where it keeps what crawls finish, so that one that is "
      "started there after it goes on with them");
  app.add_option("--join", raw.join,
                 "Work for the coordinator at HOST:PORT, or that a node which listens there "
                 "knows; several with commas between: the first that answers");
  app.add_option("--roles", raw.roles,
                 "What to do there: primes, crawl, bank, jobs (several with commas between)");
  app.add_option("--name", o.process.name,
                 "Of this node, once in the cluster (host and process id; with --tls-dir what the "
                 "certificate says)");
  app.add_option("--workers", o.process.processors,
                 "Numbers it works on, and parsers of each crawl (one a core)")
      ->check(CLI::Range(1u, 1'024u));
  app.add_option("--bank", o.bank.path,
                 "Of --roles bank: the ledger's first file, the others are FILE.1 ...");
  app.add_option("--bank-partitions", o.bank.partitions,
                 "How many partitions it has; they are made where there is no such ledger")
      ->check(CLI::Range(1u, io::partitions_max));
  app.add_option("--partitions", raw.partitions,
                 "Which of them are offered: 0,2 (those whose files are here)");
  app.add_option("--jobs-slots", o.jobs.slots,
                 "Of --roles jobs: programs at the same time (as many as --workers)")
      ->check(CLI::Range(1u, 1'024u));
  app.add_option("--jobs-folder", o.jobs.folder, "Where they begin (here)")
      ->check(CLI::ExistingDirectory);
  app.add_option("--jobs-allow", o.jobs.allowed,
                 "Run this PROGRAM, a name or an absolute path, and no others but those that are "
                 "named likewise (all; whoever may use the cluster may have them run)")
      ->expected(1)
      ->take_all();
  app.add_flag("-q,--quiet", o.quiet, "No lines about who comes and goes");
  o.crawl.declare(app);
  bound(app, "--nodes-max", o.bounds.roster.nodes_max, std::size_t{1}, std::size_t{4'096},
        "At once; further ones are refused");
  bound(app, "--drain-ms-max", o.drain_ms_max, 0u, 24 * hour_ms,
        "For what is under way when it is told to end");
}

void read_into(const char* option, const std::string& text, node_options& o) {
  if (auto wrong = read_addresses(text, o.process.tls_dir, o.coordinators); !wrong.empty())
    throw CLI::ValidationError(option, wrong);
}

// "0,2": each below the most that there can be.
void read_partitions(const std::string& text, std::vector<std::uint32_t>& to) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(text.data() + begin, text.data() + end, number);
    if (error != std::errc{} || stop != text.data() + end || number >= io::partitions_max)
      throw CLI::ValidationError("--partitions", text + " is no list of numbers (0,2)");
    to.push_back(number);
    begin = end + 1;
  }
}

// Throws: CLI::ValidationError.
void agree_on_bank(node_options& o, const raw_options& raw) {
  const bool wanted = (o.process.roles & cluster::bank) != 0 && !raw.coordinate;
  if (wanted && o.bank.path.empty())
    throw CLI::ValidationError("--roles", "bank needs a ledger: --bank FILE");
  if (!wanted && (!o.bank.path.empty() || o.bank.partitions != 0 || !raw.partitions.empty()))
    throw CLI::ValidationError(
        "--bank, --bank-partitions and --partitions are for --join with --roles bank");
  if (!raw.partitions.empty())
    read_partitions(raw.partitions, o.bank.numbers);
}

// Throws: CLI::ValidationError.
void agree_on_jobs(const node_options& o, bool coordinate) {
  const bool named = (o.process.roles & cluster::jobs) != 0;
  if (named && coordinate)
    throw CLI::ValidationError("--roles", "a coordinator runs no jobs: start a node beside it");
  if (!named && (o.jobs.slots != 0 || !o.jobs.folder.empty() || !o.jobs.allowed.empty()))
    throw CLI::ValidationError(
        "--jobs-slots, --jobs-folder and --jobs-allow are for --join with --roles jobs");
  for (const auto& program : o.jobs.allowed)
    if (auto wrong = jobs::program_list::check(program); !wrong.empty())
      throw CLI::ValidationError("--jobs-allow", wrong);
}

// What options cannot say one by one. Throws: CLI::ValidationError.
void agree(const CLI::App& app, node_options& o, const raw_options& raw) {
  if (o.what == node_options::task::status || o.what == node_options::task::drain) {
    read_into("--at", raw.at, o);
    return;
  }
  if (raw.coordinate == !raw.join.empty())
    throw CLI::ValidationError("say either --coordinate or --join HOST:PORT");
  if (!raw.roles.empty()) {
    const auto roles = cluster::read_roles(raw.roles);
    std::uint32_t known = 0;
    if (!roles)
      throw CLI::ValidationError("--roles",
                                 raw.roles + " is no list of roles (primes,crawl,bank,jobs)");
    for (const auto& r : node_roles())
      known |= r.bit;
    if ((*roles & ~known) != 0)
      throw CLI::ValidationError("--roles", "only " + cluster::role_words(known)
                                                + " can be done at nodes so far");
    o.process.roles = *roles;
  }
  agree_on_bank(o, raw);
  o.crawl.agree(app, raw.coordinate, (o.process.roles & cluster::crawl) != 0);
  agree_on_jobs(o, raw.coordinate);
  if (raw.coordinate) {
    o.what = node_options::task::coordinate;
    read_listen(app.count("--listen") == 0 ? "127.0.0.1:7000" : raw.listen, o.process);
    return;
  }
  if (!o.state_folder.empty())
    throw CLI::ValidationError("--state",
                               "only a coordinator has one: nodes keep nothing of crawls");
  if (app.count("--listen") != 0)
    read_listen(raw.listen, o.process);
  if (o.process.roles == 0)
    throw CLI::ValidationError("--roles", "a worker needs one: --roles primes");
  read_into("--join", raw.join, o);
}

} // namespace

std::optional<node_options> parse_node_options(int argc, char** argv, int& exit_code) {
  node_options o;
  raw_options raw;
  CLI::App app{"A process of a cluster: its coordinator, or a worker for one."};
  app.name("troupe-node");
  app.get_formatter()->column_width(help_column);
  app.set_version_flag("--version", version_line("troupe-node"));
  app.footer(
      "Exit codes: 0 it was told to end, and all was finished; 1 something was left to others, "
      "or it failed; 2 usage.");
  declare_node(app, o, raw);
  declare_link_bounds(app, o.process);

  auto* status = app.add_subcommand("status", "Who is there, as the coordinator sees it");
  status->add_option("--at", raw.at, "The coordinator's HOST:PORT")->required();
  status->add_flag("--json", o.json, "As JSON");
  declare_link_bounds(*status, o.process);
  auto* drain = app.add_subcommand("drain", "Have a node finish what it has, and end");
  drain->add_option("NAME", o.drained, "The node's")->required();
  drain->add_option("--at", raw.at, "The coordinator's HOST:PORT")->required();
  drain->add_option("--drain-ms-max", o.drain_ms_max, "Milliseconds that it may take")
      ->capture_default_str();
  declare_link_bounds(*drain, o.process);
  app.require_subcommand(0, 1);
  try {
    declare_trace(app);
    describe_here(app);
    app.parse(argc, argv);
    if (status->parsed())
      o.what = node_options::task::status;
    if (drain->parsed())
      o.what = node_options::task::drain;
    agree(app, o, raw);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    std::fprintf(stderr, "troupe-node: %s; see troupe-node --help\n", e.what());
    exit_code = 2;
    return std::nullopt;
  }
  o.bounds.drain_deadline = std::chrono::milliseconds(o.drain_ms_max);
  return o;
}

} // namespace troupe::apps
