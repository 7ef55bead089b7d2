// SPDX-License-Identifier: BSD-3-Clause
#include "apps/node_options.hpp"

#include <cstdio>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "io/cluster/address.hpp"

namespace troupe::apps {

namespace {

constexpr int help_column = 34;
constexpr std::uint32_t hour_ms = 3'600'000;

struct raw_options {
  std::string listen, join, at, roles;
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
  app.add_option("--listen", raw.listen,
                 "Of the coordinator: ADDRESS:PORT, port 0 for any free one (127.0.0.1:7000)");
  app.add_option("--join", raw.join,
                 "Work for the coordinator at HOST:PORT; several with commas between: the first "
                 "that answers");
  app.add_option("--roles", raw.roles, "What to do there: primes (more, with commas between)");
  app.add_option("--name", o.process.name,
                 "Of this node, once in the cluster (host and process id; with --tls-dir what the "
                 "certificate says)");
  app.add_option("--workers", o.process.processors, "Numbers it works on at a time (one a core)")
      ->check(CLI::Range(1u, 1'024u));
  app.add_flag("-q,--quiet", o.quiet, "No lines about who comes and goes");
  bound(app, "--nodes-max", o.bounds.roster.nodes_max, std::size_t{1}, std::size_t{4'096},
        "At once; further ones are refused");
  bound(app, "--drain-ms-max", o.drain_ms_max, 0u, 24 * hour_ms,
        "For what is under way when it is told to end");
}

// What options cannot say one by one. Throws: CLI::ValidationError.
void agree(node_options& o, const raw_options& raw) {
  if (o.what == node_options::task::status || o.what == node_options::task::drain) {
    o.coordinators = read_addresses("--at", raw.at);
    return;
  }
  if (raw.coordinate == !raw.join.empty())
    throw CLI::ValidationError("troupe-node", "say either --coordinate or --join HOST:PORT");
  if (!raw.roles.empty()) {
    const auto roles = cluster::read_roles(raw.roles);
    if (!roles)
      throw CLI::ValidationError("--roles", raw.roles + " is no list of roles (primes)");
    if ((*roles & ~static_cast<std::uint32_t>(cluster::primes)) != 0)
      throw CLI::ValidationError("--roles", "only primes can be done at nodes so far");
    o.process.roles = *roles;
  }
  if (raw.coordinate) {
    o.what = node_options::task::coordinate;
    read_listen(raw.listen.empty() ? "127.0.0.1:7000" : raw.listen, o.process);
    return;
  }
  if (!raw.listen.empty())
    throw CLI::ValidationError("--listen", "only a coordinator listens: workers connect to it");
  if (o.process.roles == 0)
    throw CLI::ValidationError("--roles", "a worker needs one: --roles primes");
  o.coordinators = read_addresses("--join", raw.join);
}

} // namespace

std::vector<std::string> read_addresses(const std::string& option, const std::string& text) {
  std::vector<std::string> found;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    found.push_back(text.substr(begin, end - begin));
    if (!cluster::host_and_port_of(found.back()))
      throw CLI::ValidationError(option, "'" + found.back() + "' is no HOST:PORT");
    begin = end + 1;
  }
  return found;
}

void declare_link_bounds(CLI::App& app, cluster::process_options& process) {
  auto& b = process.bounds;
  app.add_option("--tls-dir", process.tls_dir,
                 "Folder with ca.pem, node.pem and node-key.pem (scripts/make-certs.sh): TLS with "
                 "certificates on both sides; needed off loopback");
  bound(app, "--connect-ms-max", b.connect_ms_max, 1u, hour_ms, "For a connection to stand");
  bound(app, "--hello-ms-max", b.hello_ms_max, 1u, hour_ms, "From there to an agreement");
  bound(app, "--ping-ms", b.ping_ms, 10u, hour_ms, "Each side is heard so often at least");
  bound(app, "--suspect-ms", b.suspect_ms, 20u, hour_ms, "Not heard for so long: suspect");
  bound(app, "--down-ms", b.down_ms, 30u, hour_ms, "Not heard for so long: down");
  bound(app, "--links-max", b.links_max, std::size_t{1}, std::size_t{65'536},
        "Connected at a time; further ones are refused");
  bound(app, "--unvetted-max", b.unvetted_max, std::size_t{1}, std::size_t{65'536},
        "Connected and not yet agreed with; above it the oldest is dropped");
  bound(app, "--buffer-bytes-max", b.buffer_bytes_max, std::size_t{64} << 10, std::size_t{1} << 30,
        "On their way through a link, each direction");
  bound(app, "--message-bytes-max", b.message_bytes_max, 1u << 20, 1u << 30,
        "Of one message; above it the link is ended");
}

std::optional<node_options> parse_node_options(int argc, char** argv, int& exit_code) {
  node_options o;
  raw_options raw;
  CLI::App app{"A process of a cluster: its coordinator, or a worker for one."};
  app.name("troupe-node");
  app.get_formatter()->column_width(help_column);
  app.set_version_flag("--version", "troupe-node " TROUPE_VERSION);
  declare_node(app, o, raw);
  declare_link_bounds(app, o.process);

  auto* status = app.add_subcommand("status", "Who is there, as the coordinator sees it");
  status->add_option("--at", raw.at, "The coordinator's HOST:PORT")->required();
  status->add_flag("--json", o.json, "As JSON");
  declare_link_bounds(*status, o.process);
  auto* drain = app.add_subcommand("drain", "Have a node finish what it has, and end");
  drain->add_option("NAME", o.drained, "The node's")->required();
  drain->add_option("--at", raw.at, "The coordinator's HOST:PORT")->required();
  drain->add_option("--drain-ms-max", o.drain_ms_max, "For that")->capture_default_str();
  declare_link_bounds(*drain, o.process);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
    if (status->parsed())
      o.what = node_options::task::status;
    if (drain->parsed())
      o.what = node_options::task::drain;
    agree(o, raw);
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
