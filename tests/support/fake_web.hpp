// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "actors/crawl/ports.hpp"

namespace troupe::test {

/// A web without a network: pages of a few hosts that link to each other, drawn from a seed, with
/// redirects, missing pages, passing faults, and a folder that robots.txt forbids. Requests wait
/// until the test answers one of them, so that answers come in any order.
class fake_web {
public:
  fake_web(std::uint64_t seed, unsigned hosts, unsigned pages);

  /// Ports whose fetches wait here. Rows that the sink writes are kept in `rows`.
  crawl::crawl_ports ports();

  /// Answers one waiting request, drawn by the seed. Returns: false if none waits.
  bool answer_one();

  std::string url_of(unsigned page) const;
  std::vector<std::string> reachable() const; ///< what a right crawl requests, sorted

  std::vector<crawl::row_and_items> rows;
  unsigned items_a_page = 1;                                ///< of those that are read
  std::map<std::string, unsigned> requested;                ///< how often each URL was
  std::map<std::string, unsigned> robots_asked;             ///< as text, by origin
  std::map<std::string, unsigned> in_flight;                ///< by host
  unsigned in_flight_most = 0;                              ///< at one host, ever
  std::function<void(const std::string& url)> before_fetch; ///< may throw: the fetcher dies
  std::function<void(const std::string& url)> before_read;  ///< may throw: the parser dies
  std::function<std::string()> before_write;                ///< an error to answer, or ""

private:
  struct page {
    int status = 200;
    unsigned faults_first = 0; // how many attempts fail before it answers
    std::string location;
    std::vector<std::string> links;
  };
  struct waiting {
    std::string url;
    std::function<void(crawl::fetched)> done;
  };
  crawl::fetched answer_for(const std::string& url);
  crawl::page_result read(const crawl::page_job& job, const crawl::fetched& answer);

  std::mt19937_64 draw_;
  unsigned hosts_;
  std::map<std::string, page> pages_;
  std::vector<waiting> waiting_;
};

} // namespace troupe::test
