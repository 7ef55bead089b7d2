// SPDX-License-Identifier: BSD-3-Clause
// troupe-serve: actors, a pool or nobody else, behind HTTP.

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "apps/describe.hpp"
#include "apps/serve_options.hpp"
#include "apps/serve_rules.hpp"
#include "apps/serve_services.hpp"
#include "apps/serve_watch.hpp"
#include "apps/standard_streams.hpp"
#include "apps/stop_signal.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "io/gateway/access_log.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/health_routes.hpp"
#include "io/gateway/token.hpp"
#include "io/process/descriptor_limit.hpp"

namespace {

using namespace troupe;

// Beside connections: files, the engine's own, what a library opens, those who are told that there
// are too many; two files a crawl, and the connections of those that run.
std::uint64_t descriptors_for_others(const apps::serve_options& o) {
  std::uint64_t n = 64 + 64 * std::uint64_t{o.server.threads};
  if (o.crawls.wanted) {
    const auto& b = o.crawls.service.common.bounds;
    n += 2 * (b.running_max + b.waiting_max + b.finished_max) + 128 * b.running_max;
  }
  return n;
}

// A connection more than there are descriptors would wait for ever instead of being told.
void fit_connections(apps::serve_options& o) {
  auto& bounds = o.server.bounds;
  const auto now = io::raise_descriptor_limit().now;
  const auto others = descriptors_for_others(o);
  const auto fit = now > 2 * others ? now - others : now / 2;
  if (bounds.connections_max <= fit)
    return;
  bounds.connections_max = static_cast<std::size_t>(std::max<std::uint64_t>(fit, 1));
  if (!o.quiet)
    std::fprintf(stderr,
                 "troupe-serve: at most %zu connections: only %" PRIu64
                 " descriptors may be open (ulimit -n)\n",
                 bounds.connections_max, now);
}

// While it is there, SIGHUP opens the log's file anew.
class reopen_on_hangup {
public:
  reopen_on_hangup(apps::stop_signal& signals, gateway::access_log& log) : signals_(signals) {
    signals_.on_hangup([&log] { log.reopen(); });
  }
  ~reopen_on_hangup() { signals_.on_hangup({}); }
  reopen_on_hangup(const reopen_on_hangup&) = delete;
  reopen_on_hangup& operator=(const reopen_on_hangup&) = delete;

private:
  apps::stop_signal& signals_;
};

// While it is there, a second signal removes a folder that was made for this run.
class remove_at_hard_exit {
public:
  remove_at_hard_exit(apps::stop_signal& signals, const std::string& folder) : signals_(signals) {
    if (!folder.empty())
      signals_.before_hard_exit([folder] {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
      });
  }
  ~remove_at_hard_exit() { signals_.before_hard_exit({}); }
  remove_at_hard_exit(const remove_at_hard_exit&) = delete;
  remove_at_hard_exit& operator=(const remove_at_hard_exit&) = delete;

private:
  apps::stop_signal& signals_;
};

void say_who_may(gateway::front& f, const apps::serve_options& options) {
  if (!options.token_file.empty())
    f.set_token_check([tokens = gateway::token_file{options.token_file}](std::string_view shown) {
      return tokens.opens(shown);
    });
  for (const auto& origin : options.origins)
    f.allow_origin(origin);
  for (const auto& host : options.hosts)
    f.allow_host(host);
}

int serve(apps::serve_options options) {
  apps::stop_signal stop;
  fit_connections(options);
  std::optional<gateway::access_log> log;
  std::optional<reopen_on_hangup> hangup;
  if (options.log) {
    log.emplace(*options.log);
    if (options.log->path != "-")
      hangup.emplace(stop, *log);
  }

  options.crawls.routes.stop = stop.token();
  options.crawls.routes.piece_bytes =
      std::min(options.crawls.routes.piece_bytes, options.server.bounds.stream_bytes_max / 2);
  auto services = apps::make_services(options);
  const remove_at_hard_exit removing(stop, services.made_folder);
  gateway::front front;
  say_who_may(front, options);
  apps::add_service_routes(front, services, options);
  gateway::add_health_routes(front, services.all(),
                             [token = stop.token()] { return token.stop_requested(); });
  apps::watch watch(services.all());
  watch.add_routes(front);
  options.server.report = [&log, &watch](const io::request_report& r) {
    watch.count(r);
    if (log)
      log->write(r);
  };
  io::http_server server(options.server,
                         [&front](const io::server_request& request, io::answerer answer) {
                           front.handle(request, answer);
                         });
  const apps::watch::of_server watching(watch, server);
  server.start();
  std::printf("listening on %s (engine %s)\n", server.origin().c_str(), options.engine.c_str());
  if (std::fflush(stdout) != 0)
    throw std::runtime_error("standard output cannot be written");

  const std::stop_callback when_told{
      stop.token(), [&server, &watch] {
        watch.stop(); // a stream has no end of its own that a drain could wait for
        server.stop();
      }};
  const bool whole = server.wait();
  if (!whole && !options.quiet)
    std::fprintf(stderr, "troupe-serve: what was not answered within %u ms was cut off\n",
                 options.server.bounds.drain_ms_max);
  return whole ? 0 : 1;
}

// What the files are that a start-up error may begin with.
std::vector<apps::named_path> paths_of(const apps::serve_options& o) {
  return {{"--token-file", o.token_file},
          {"--bank", o.bank.file},
          {"--source-file", o.sources.file},
          {"--source-db", o.sources.database},
          {"--access-log", o.log ? o.log->path : ""},
          {"--crawls", o.crawls.service.common.folder}};
}

int serve_by(const apps::serve_options& options) {
  const auto& key = options.server.tls_key;
  if (const auto wrong = apps::why_no_key(key); !wrong.empty())
    throw std::runtime_error("--tls-key " + key + ": " + wrong);
  try {
    apps::tracing trace{"troupe-serve"};
    apps::trace_letters();
    return trace.finish(serve(options));
  } catch (const std::exception& e) {
    throw std::runtime_error(apps::told_by_option(e.what(), paths_of(options)));
  }
}

int new_token(int argc, char** argv) {
  int exit_code = 0;
  const auto file = apps::parse_new_token(argc, argv, exit_code);
  if (!file)
    return exit_code;
  std::printf("%s\n", gateway::token_file::make(*file).c_str());
  return std::fflush(stdout) == 0 ? 0
                                  : throw std::runtime_error("standard output cannot be written");
}

int serve_main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "new-token")
    return new_token(argc - 1, argv + 1);
  int exit_code = 0;
  auto options = apps::parse_serve_options(argc, argv, exit_code);
  return options ? serve_by(*options) : exit_code;
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  try {
    if (const auto code = apps::describe_program(argc, argv, "troupe-serve",
                                                 {{"", serve_main}, {"new-token", new_token}}))
      return *code;
    return serve_main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-serve: %s\n", e.what());
    return 1;
  }
}
