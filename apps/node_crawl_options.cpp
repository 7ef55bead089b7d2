// SPDX-License-Identifier: BSD-3-Clause
#include "apps/node_crawl_options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace troupe::apps {

void node_crawl_options::declare(CLI::App& app) {
  app.add_flag("--crawl-public-only", public_only_,
               "Of --roles crawl: fetch from public addresses only, whatever an order says");
  app.add_option("--crawl-allow", allowed_,
                 "RANGE (127.0.0.0/8) besides these, where the order lets it too");
  app.add_option("--crawls-max", crawls_max,
                 "Of the coordinator: crawls at a time; further ones are refused")
      ->group("Bounds")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->capture_default_str();
  app.add_option("--frontier-memory", frontier_memory_bytes_max,
                 "Of the coordinator: bytes of a crawl's URLs kept in memory; more go to a file in "
                 "$TMPDIR, else /var/tmp")
      ->group("Bounds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void node_crawl_options::agree(const CLI::App& app, bool coordinates, bool crawls) {
  if (!coordinates && app.count("--crawls-max") > 0)
    throw CLI::ValidationError("--crawls-max", "it is the coordinator's: nodes take part in all");
  if (!coordinates && app.count("--frontier-memory") > 0)
    throw CLI::ValidationError("--frontier-memory", "it is the coordinator's: URLs wait there");
  if (public_only_ && (coordinates || !crawls))
    throw CLI::ValidationError("--crawl-public-only", "it is for --join with --roles crawl");
  if (!public_only_ && !allowed_.empty())
    throw CLI::ValidationError("--crawl-allow", "it is for --crawl-public-only");
  if (!public_only_)
    return;
  const auto rule = std::make_shared<crawl::address_rule>();
  for (const auto& range : allowed_)
    if (const auto wrong = rule->allow(range); !wrong.empty())
      throw CLI::ValidationError("--crawl-allow", wrong);
  addresses = rule;
}

} // namespace troupe::apps
