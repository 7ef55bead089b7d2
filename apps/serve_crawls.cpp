// SPDX-License-Identifier: BSD-3-Clause
#include "apps/serve_crawls.hpp"

#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "baselines/gateway/crawl_jobs.hpp"

namespace troupe::apps {

namespace {

template <class T>
void bound(CLI::App& app, const char* name, T& value, T least, T most, const char* what) {
  app.add_option(name, value, what)
      ->group("Crawls")
      ->check(CLI::Range(least, most))
      ->capture_default_str();
}

} // namespace

void serve_crawl_options::declare(CLI::App& app) {
  const char* group = "Crawls";
  app.add_option("--crawls", service.common.folder,
                 "Serve /crawls; their rows lie in FOLDER, in files without names")
      ->group(group);
  app.add_option("--crawl-allow", allowed,
                 "RANGE (127.0.0.0/8) that crawls may reach; else only public addresses")
      ->group(group);
  app.add_option("--crawl-contact", contact, "URL or address put into the crawls' User-Agent")
      ->group(group);
  bound(app, "--crawls-running-max", service.common.bounds.running_max, std::size_t{1},
        std::size_t{64}, "Crawls at a time");
  bound(app, "--crawls-waiting-max", service.common.bounds.waiting_max, std::size_t{0},
        std::size_t{10'000}, "That wait for a place; further ones are answered 503");
  bound(app, "--crawls-finished-max", service.common.bounds.finished_max, std::size_t{1},
        std::size_t{1'000}, "Kept after their end; the oldest goes first");
  bound(app, "--crawl-pages-max", routes.request.pages_max, std::uint64_t{1},
        std::uint64_t{100'000'000}, "Pages that one crawl may ask for");
  bound(app, "--crawl-results-bytes-max", service.common.results_bytes_max, std::uint64_t{1} << 10,
        std::uint64_t{1} << 40, "Rows of one crawl; there it ends");
  bound(app, "--crawl-readers-max", routes.readers_max, std::size_t{1}, std::size_t{10'000},
        "Streams of results at a time");
  bound(app, "--crawl-away-ms-max", service.away_ms_max, 1'000u, 86'400'000u,
        "That a crawl waits for a coordinator, or for a node (--at-services crawls)");
}

std::string serve_crawl_options::finish(const CLI::App& app) {
  wanted = app.count("--crawls") > 0;
  if (!wanted) {
    for (const char* name : {"--crawl-allow", "--crawl-contact", "--crawls-running-max",
                             "--crawls-waiting-max", "--crawls-finished-max", "--crawl-pages-max",
                             "--crawl-results-bytes-max", "--crawl-readers-max"})
      if (app.count(name) > 0)
        return std::string{name} + " is for --crawls";
    return "";
  }
  if (service.common.folder.empty())
    return "--crawls names no folder";
  auto rule = std::make_shared<crawl::address_rule>();
  for (const auto& range : allowed)
    if (auto wrong = rule->allow(range); !wrong.empty())
      return "--crawl-allow: " + wrong;
  service.common.http.addresses = std::move(rule);
  for (const unsigned char c : contact)
    if (c < 0x20 || c == 0x7f)
      return "--crawl-contact must be one line of printable characters";
  routes.request.user_agent = std::string{"troupe/"} + TROUPE_VERSION;
  if (!contact.empty())
    routes.request.user_agent += " (+" + contact + ")";
  return "";
}

std::unique_ptr<gateway::crawl_service> make_crawls(const serve_crawl_options& options,
                                                    const std::string& engine) {
  if (engine == "actors")
    return crawl::make_crawl_service(options.service);
  return baselines::make_crawl_jobs(options.service.common, engine == "pool"
                                                                ? baselines::crawl_coroutines
                                                                : baselines::crawl_serial);
}

} // namespace troupe::apps
