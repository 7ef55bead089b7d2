// SPDX-License-Identifier: BSD-3-Clause
// troupe-site: serves the demo site, for the crawler's demonstration and tests.

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

#include "apps/describe.hpp"
#include "apps/standard_streams.hpp"
#include "apps/tracing.hpp"
#include "apps/version.hpp"
#include "domain/site/pages.hpp"
#include "io/site/answers.hpp"
#include "io/site/expected.hpp"
#include "io/site/server.hpp"

namespace {

constexpr int usage_error = 2;
constexpr std::uint32_t delay_ms_max = 600'000;

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  if (!out)
    throw std::runtime_error("cannot write " + path);
}

int site_main(int argc, char** argv) {
  troupe::site::site_options site;
  troupe::io::site_server_options server;
  server.stop_on_signals = true;
  std::string expected, expected_items;

  CLI::App app{
      "Serves a demo site, made from a seed, on a loopback address: list pages with titles,\n"
      "posts, a graph of small pages, robots.txt, redirects, missing and forbidden pages."};
  app.name("troupe-site");
  app.set_version_flag("--version", troupe::apps::version_line("troupe-site"));
  app.footer("Exit codes: 0 it was told to end (SIGTERM, Ctrl-C); 1 it failed; 2 usage.");
  app.failure_message([](const CLI::App*, const CLI::Error& e) {
    return "troupe-site: " + std::string(e.what()) + " (see troupe-site --help)\n";
  });
  app.add_option("--port", server.port, "TCP port; 0 takes any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  app.add_option("--address", server.address, "loopback address to listen on")
      ->capture_default_str();
  app.add_option("--lists", site.lists, "list pages, with 20 posts each")
      ->check(CLI::Range(std::uint32_t{1}, troupe::site::lists_max))
      ->capture_default_str();
  app.add_option("--pages", site.graph_pages, "further small pages, from /g/00000.html on")
      ->check(CLI::Range(std::uint32_t{0}, troupe::site::graph_pages_max))
      ->capture_default_str();
  app.add_option("--seed", site.seed, "same seed, same bytes")->capture_default_str();
  app.add_option("--delay-ms", server.delay_ms, "wait before each answer")
      ->check(CLI::Range(std::uint32_t{0}, delay_ms_max))
      ->capture_default_str();
  app.add_option("--access-log", server.access_log,
                 "file, or - for standard output: status method target bytes, a line each");
  app.add_option("--expected", expected, "write what a right crawl gives to this file, as JSON");
  app.add_option("--expected-items", expected_items,
                 "write the lists' titles to this file as troupe-crawl writes items.jsonl");
  try {
    troupe::apps::declare_trace(app);
    troupe::apps::describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : usage_error;
  }

  std::signal(SIGPIPE, SIG_IGN); // a reader of our standard output may leave
  try {
    troupe::apps::tracing trace{"troupe-site"};
    troupe::io::site_server http(server);
    site.origin = http.origin();
    const troupe::site::pages pages(site);
    if (!expected.empty())
      write_file(expected, troupe::io::expected_json(pages));
    if (!expected_items.empty())
      troupe::io::write_expected_items(pages, expected_items);
    troupe::io::site_answers answers(pages);
    answers.prepare();
    std::printf("listening on %s/\n", site.origin.c_str());
    std::fflush(stdout);
    http.run(answers);
    return trace.finish(0);
  } catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "troupe-site: --address: %s (see troupe-site --help)\n", e.what());
    return usage_error;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-site: %s\n", e.what());
    return 1;
  }
}

} // namespace

int main(int argc, char** argv) {
  troupe::apps::hold_standard_streams();
  try {
    if (const auto code =
            troupe::apps::describe_program(argc, argv, "troupe-site", {{"", site_main}}))
      return *code;
    return site_main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-site: %s\n", e.what());
    return 1;
  }
}
