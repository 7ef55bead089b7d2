// SPDX-License-Identifier: BSD-3-Clause
//
// A small web made from a seed, with every kind of answer: pages that link anywhere, redirects and
// loops of them, missing pages, failures that pass and failures that stay, pages that kill their
// worker; servers that forbid, slow down or never answer for their robots.txt.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "domain/crawl/page.hpp"
#include "domain/crawl/robots.hpp"

namespace troupe::crawl {

using dice = std::mt19937_64;

inline std::uint64_t roll(dice& d, std::uint64_t sides) { return d() % sides; } // 0 .. sides - 1

struct simulated_web {
  struct origin {
    std::shared_ptr<const robots_rules> rules;
    bool unreachable = false;
  };
  struct page {
    int status = 200;
    fault error = fault::none;
    std::uint32_t failures = 0; // attempts that end in `status` and `error`; then it is a 200
    std::uint32_t deaths = 0;   // workers that it kills first
    int retry_after_s = -1;
    std::string redirect;
    std::vector<std::string> links;
    std::uint64_t bytes = 0;
  };

  explicit simulated_web(std::uint64_t seed);

  static page make_page(dice& d, const std::vector<std::string>& urls);

  std::map<std::string, origin> origins;
  std::map<std::string, page> pages;
  std::vector<std::string> seeds;
};

inline simulated_web::simulated_web(std::uint64_t seed) {
  dice d{seed};
  // The last two are one host:port.
  const std::vector<std::string> names{"http://a", "https://a", "http://b.example", "http://c:81",
                                       "https://c:81"};
  const std::size_t used = 1 + roll(d, names.size());
  std::vector<std::string> urls;
  for (std::size_t i = 0; i < used; ++i) {
    const std::string& name = names[names.size() - 1 - i];
    std::string text = "User-agent: *\n";
    if (roll(d, 3) == 0)
      text += "Disallow: /1\nAllow: /11\n";
    if (roll(d, 4) == 0)
      text += "Crawl-delay: 0." + std::to_string(roll(d, 10)) + "\n";
    origins[name] = {std::make_shared<robots_rules>(robots_rules::parse(text, "troupe")),
                     roll(d, 8) == 0};
    const std::uint64_t count = 1 + roll(d, 25);
    for (std::uint64_t n = 0; n < count; ++n)
      urls.push_back(name + "/" + std::to_string(n));
  }
  for (const auto& u : urls)
    pages[u] = make_page(d, urls);
  for (std::uint64_t i = 0, n = 1 + roll(d, 3); i < n; ++i)
    seeds.push_back(urls[roll(d, urls.size())]);
}

inline simulated_web::page simulated_web::make_page(dice& d, const std::vector<std::string>& urls) {
  page p;
  p.bytes = roll(d, 1'000);
  for (std::uint64_t n = roll(d, 8); n > 0; --n)
    p.links.push_back(urls[roll(d, urls.size())]);
  switch (roll(d, 10)) {
  case 0:
    p.status = 302;
    p.failures = 1'000;
    p.redirect = urls[roll(d, urls.size())];
    break;
  case 1:
    p.status = 404;
    p.failures = 1'000;
    break;
  case 2:
    p.status = roll(d, 2) ? 503 : 429;
    p.failures = 1 + static_cast<std::uint32_t>(roll(d, 4));
    p.retry_after_s = roll(d, 2) ? static_cast<int>(roll(d, 4)) : -1;
    break;
  case 3:
    p.status = 0;
    p.error = roll(d, 2) ? fault::connection_lost : fault::dns_failed;
    p.failures = 1 + static_cast<std::uint32_t>(roll(d, 4));
    break;
  case 4:
    p.deaths = static_cast<std::uint32_t>(roll(d, 5));
    break;
  default:
    break;
  }
  return p;
}

} // namespace troupe::crawl
