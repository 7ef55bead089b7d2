// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_options.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <thread>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/serve_rules.hpp"
#include "apps/tracing.hpp"
#include "apps/version.hpp"

namespace troupe::apps {

namespace {

constexpr unsigned threads_max = 256;
constexpr std::uint32_t bank_partitions_max = 1024;
constexpr int help_column = 36;

unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

struct raw_options {
  std::string listen = "127.0.0.1:8080", log, format = "text";
  std::vector<std::uint32_t> delays_ms;
};

template <class T>
void bound(CLI::App& app, const char* name, T& value, T least, T most, const char* what) {
  app.add_option(name, value, what)
      ->group("Bounds")
      ->check(CLI::Range(least, most))
      ->capture_default_str();
}

void declare_bounds(CLI::App& app, io::http_server_limits& b) {
  constexpr std::uint32_t mib = 1u << 20, day_ms = 86'400'000;
  constexpr std::size_t many = 1'000'000;
  bound(app, "--header-bytes-max", b.header_bytes_max, 256u, mib,
        "Of a request line and its fields together; 431");
  bound(app, "--target-bytes-max", b.target_bytes_max, 64u, mib, "Of a request's target; 414");
  bound(app, "--fields-max", b.fields_max, 1u, 10'000u, "Header fields of a request; 431");
  bound(app, "--body-bytes-max", b.body_bytes_max, std::uint64_t{0}, std::uint64_t{1} << 30,
        "Of a request's body; 413");
  bound(app, "--incoming-bytes-max", b.incoming_bytes_max, std::uint64_t{1} << 20,
        std::uint64_t{1} << 40, "Of all requests that have not come whole, together; 503");
  bound(app, "--connections-max", b.connections_max, std::size_t{1}, many,
        "Open at once; further ones are answered 503 and closed (with TLS: closed)");
  bound(app, "--requests-in-flight-max", b.requests_in_flight_max, std::size_t{1}, many,
        "Without an answer yet; further ones are answered 503");
  bound(app, "--pipeline-max", b.pipeline_max, std::size_t{1}, std::size_t{1'000},
        "Requests of one connection that wait for their answers");
  bound(app, "--header-ms-max", b.header_ms_max, 1u, day_ms,
        "From a request's first byte to its last field; 408");
  bound(app, "--body-ms-max", b.body_ms_max, 1u, day_ms, "From there to its last byte; 408");
  bound(app, "--idle-ms-max", b.idle_ms_max, 1u, day_ms, "Between requests; then closed");
  bound(app, "--write-ms-max", b.write_ms_max, 1u, day_ms,
        "Without a byte of an answer taken; then closed");
  bound(app, "--answer-ms-max", b.answer_ms_max, 1u, day_ms,
        "From a whole request to its answer; 504");
  bound(app, "--half-closed-ms-max", b.half_closed_ms_max, 0u, day_ms,
        "Answers are made for so long for a client that ended its side, or has gone");
  bound(app, "--drain-ms-max", b.drain_ms_max, 0u, day_ms,
        "After SIGTERM; what is not answered then is cut off");
  bound(app, "--stream-bytes-max", b.stream_bytes_max, std::size_t{64} << 10, std::size_t{1} << 30,
        "Of a streamed answer that wait for a slow reader");
}

void declare_sources(CLI::App& app, gateway::source_options& s, raw_options& raw) {
  const char* group = "The three sources of GET /";
  constexpr std::uint32_t delay_ms_max = 600'000;
  app.add_option("--source-file", s.file, "FILE to read, in place of a small one of our own")
      ->group(group);
  app.add_option("--source-db", s.database, "SQLite FILE to ask, likewise")->group(group);
  app.add_option("--source-query", s.query, "SQL: the first column of its first row is the text")
      ->group(group)
      ->capture_default_str();
  app.add_option("--source-api", s.api_url, "URL to call, likewise")->group(group);
  app.add_option("--delays-ms", raw.delays_ms,
                 "A,B,C: how slow file, database and API pretend to be")
      ->group(group)
      ->delimiter(',')
      ->expected(static_cast<int>(gateway::sources))
      ->check(CLI::Range(std::uint32_t{0}, delay_ms_max))
      ->capture_default_str();
  app.add_option("--source-ms-max", s.source_ms_max, "Of one source, its delay included")
      ->group(group)
      ->check(CLI::Range(std::uint32_t{1}, 2 * delay_ms_max))
      ->capture_default_str();
}

void declare_primes(CLI::App& app, gateway::number_limits& n) {
  const char* group = "The numbers of /is_prime";
  constexpr std::size_t many = 1'000'000;
  const auto number = [&](const char* name, std::size_t& value, const char* what) {
    app.add_option(name, value, what)
        ->group(group)
        ->check(CLI::Range(std::size_t{1}, many))
        ->capture_default_str();
  };
  number("--numbers-max", n.numbers_max, "Of one question; 413");
  number("--digits-max", n.digits_max, "Of one number; 413");
  number("--large-digits-max", n.large_digits_max,
         "Of a question's numbers above 64 bits, together; 413");
}

void declare_bank(CLI::App& app, serve_options& o) {
  auto& b = o.bank;
  const char* group = "The ledger of /bank/ (guarded)";
  app.add_option("--bank", b.file, "FILE of a ledger, as troupe-bank's --db; made if there is none")
      ->group(group);
  app.add_option("--bank-partitions", b.partitions,
                 "How many, fixed when it is made; more than one is for --engine actors")
      ->group(group)
      ->check(CLI::Range(1u, bank_partitions_max));
  app.add_option("--batch-operations-max", o.bank_routes.batch_operations_max,
                 "Operations of one batch; 413")
      ->group(group)
      ->check(CLI::Range(std::size_t{1}, b.bounds.batch_operations_max))
      ->capture_default_str();
}

void declare(CLI::App& app, serve_options& o, raw_options& raw) {
  app.set_version_flag("--version", version_line("troupe-serve"));
  app.get_formatter()->column_width(help_column);
  app.footer(
      "An address that others can reach needs --tls-cert and --tls-key, or --behind-proxy; "
      "guarded\n"
      "routes then need --token-file.\n"
      "SIGTERM and Ctrl-C: no new connections, what is asked is answered, then it ends; a second "
      "one\n"
      "ends it at once. SIGHUP: the access log's file is opened anew; without one, as SIGTERM.\n\n"
      "Exit codes: 0 it was stopped, and all was answered; 1 something was cut off, or it failed;\n"
      "2 usage; 130 or 143 a second signal.");
  app.add_option("--listen", raw.listen, "ADDRESS:PORT; port 0 takes any free one")
      ->capture_default_str();
  app.add_option("--engine", o.engine, "Who does the work")
      ->check(CLI::IsMember({"actors", "pool", "serial"}))
      ->capture_default_str();
  app.add_option("--threads", o.server.threads, "Threads that serve connections")
      ->check(CLI::Range(1u, threads_max))
      ->default_str("cores/2");
  app.add_option("--workers", o.workers, "Threads of the engine that work")
      ->check(CLI::Range(1u, threads_max))
      ->default_str("cores");
  app.add_flag("--quiet", o.quiet, "No remarks on standard error");
  const char* who = "Who may";
  app.add_option("--tls-cert", o.server.tls_certificate, "Certificate chain, PEM")->group(who);
  app.add_option("--tls-key", o.server.tls_key, "Its key, PEM")->group(who);
  app.add_flag("--behind-proxy", o.behind_proxy,
               "A proxy that speaks TLS is the only one that others reach")
      ->group(who);
  app.add_option("--token-file", o.token_file,
                 "Guarded routes need its token; made by troupe-serve new-token")
      ->group(who);
  app.add_option("--allow-origin", o.origins,
                 "https://HOST, whose pages may write too: where a proxy changes Host")
      ->group(who);
  app.add_option("--host", o.hosts,
                 "NAME that a request may ask for; on a loopback address, besides localhost, "
                 "127.0.0.1 and [::1]")
      ->group(who);
  const char* log = "Access log";
  app.add_option("--access-log", raw.log, "FILE, appended to, or - for standard error")->group(log);
  app.add_option("--log-format", raw.format, "text or json, a line a request")
      ->group(log)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  declare_sources(app, o.sources, raw);
  declare_primes(app, o.numbers);
  declare_bank(app, o);
  o.crawls.declare(app);
  o.cluster.declare(app);
  declare_bounds(app, o.server.bounds);
}

bool has_colon(const std::string& address) { return address.find(':') != std::string::npos; }

// Returns: "" or what is wrong; what CLI11 cannot see by itself.
std::string finish(const CLI::App& app, serve_options& o, const raw_options& raw) {
  const auto place = parse_listen(raw.listen);
  if (!place.wrong.empty())
    return place.wrong;
  o.server.address = place.address;
  o.server.port = place.port;
  for (const char* file : {"--tls-cert", "--tls-key", "--token-file", "--access-log", "--bank"})
    if (app.count(file) > 0 && app.get_option(file)->as<std::string>().empty())
      return std::string{file} + " names no file";
  if (o.server.tls_certificate.empty() != o.server.tls_key.empty())
    return "--tls-cert and --tls-key: both or none";
  for (const char* source : {"--source-file", "--source-db", "--source-query", "--source-api"})
    if (app.count(source) > 0 && app.get_option(source)->as<std::string>().empty())
      return std::string{source} + " is empty";
  if (app.count("--source-query") > 0 && app.count("--source-db") == 0)
    return "--source-query is for --source-db: without one there is nothing of yours to ask";
  std::copy_n(raw.delays_ms.begin(), o.sources.delay_ms.size(), o.sources.delay_ms.begin());
  for (const auto& origin : o.origins)
    if (auto wrong = wrong_origin(origin); !wrong.empty())
      return wrong;
  for (const auto& host : o.hosts)
    if (auto wrong = wrong_host(host); !wrong.empty())
      return wrong;
  if (o.bank.file.empty() && o.bank.partitions != 0)
    return "--bank-partitions is for --bank";
  if (auto wrong = o.cluster.finish(app); !wrong.empty())
    return wrong;
  if (o.bank.file.empty() && !o.cluster.bank && app.count("--batch-operations-max") > 0)
    return "--batch-operations-max is for --bank";
  if (o.bank.partitions > 1 && o.engine != "actors")
    return "--bank-partitions " + std::to_string(o.bank.partitions)
           + " is for --engine actors: without actors a bank has one";
  if (auto wrong = o.crawls.finish(app); !wrong.empty())
    return wrong;
  if (o.cluster.wanted() && o.engine != "actors")
    return "--at and --engine " + o.engine + ": a cluster works with actors";
  if (o.cluster.primes && app.count("--workers") > 0)
    return "--workers is not for --at: the cluster's nodes work";
  o.guarded = o.guarded || !o.bank.file.empty() || o.cluster.bank || o.crawls.wanted;
  const exposure e{.address = o.server.address,
                   .tls = !o.server.tls_key.empty(),
                   .behind_proxy = o.behind_proxy,
                   .token = !o.token_file.empty(),
                   .guarded = o.guarded};
  if (auto wrong = why_not_exposed(e); !wrong.empty())
    return wrong;
  if (is_loopback(o.server.address)) // a page must not reach it under a name of its own
    o.hosts.insert(o.hosts.end(),
                   {"localhost", "127.0.0.1", "[::1]",
                    has_colon(o.server.address) ? "[" + o.server.address + "]" : o.server.address});
  if (!raw.log.empty()) {
    o.log.emplace();
    o.log->path = raw.log;
    o.log->format = raw.format == "json" ? gateway::log_format::json : gateway::log_format::text;
  } else if (app.count("--log-format") > 0) {
    return "--log-format is for --access-log";
  }
  return "";
}

// Returns: whether to go on.
bool parsed(CLI::App& app, int argc, char** argv, int& exit_code,
            const char* program = "troupe-serve") {
  try {
    declare_trace(app);
    describe_here(app);
    app.parse(argc, argv);
    return true;
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
  } catch (const CLI::Error& e) {
    exit_code = serve_usage_error(e.what(), program);
  }
  return false;
}

} // namespace

int serve_usage_error(const std::string& what, const char* program) {
  std::fprintf(stderr, "%s: %s; see %s --help\n", program, what.c_str(), program);
  return 2;
}

std::optional<serve_options> parse_serve_options(int argc, char** argv, int& exit_code) {
  serve_options options;
  options.server.threads = std::clamp(cores() / 2, 1u, threads_max);
  options.workers = std::min(cores(), threads_max);
  raw_options raw;
  raw.delays_ms.assign(options.sources.delay_ms.begin(), options.sources.delay_ms.end());
  CLI::App app{"Serves primes, the tutorial's three sources and a ledger over HTTP.\n"
               "Also: troupe-serve new-token (see its --help).",
               "troupe-serve"};
  declare(app, options, raw);
  if (!parsed(app, argc, argv, exit_code))
    return std::nullopt;
  if (const auto wrong = finish(app, options, raw); !wrong.empty()) {
    exit_code = serve_usage_error(wrong);
    return std::nullopt;
  }
  return options;
}

std::optional<std::string> parse_new_token(int argc, char** argv, int& exit_code) {
  constexpr const char* program = "troupe-serve new-token";
  std::string file;
  CLI::App app{
      "Makes a token, prints it, and makes a file that knows it (its SHA-256) and does not "
      "have it.\nAsk with: curl --header \"Authorization: Bearer TOKEN\"",
      program};
  app.get_formatter()->column_width(help_column);
  app.add_option("--token-file", file, "The file to make; it must not be there yet")->required();
  if (!parsed(app, argc, argv, exit_code, program))
    return std::nullopt;
  if (file.empty()) {
    exit_code = serve_usage_error("--token-file names no file", program);
    return std::nullopt;
  }
  return file;
}

} // namespace troupe::apps
