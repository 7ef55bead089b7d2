// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace troupe::crawl {

/// What sitemaps are to a crawl.
enum class sitemap_use : std::uint8_t {
  never,
  also, ///< pages that they list are fetched besides those that links lead to
  only, ///< links lead nowhere
};

/// Every bound of a crawl, with defaults that are kind to servers. 0 means "no bound" only
/// where a comment says so. The command line's options set the fields of the same name.
struct limits {
  // -- the crawl as a whole
  std::uint64_t pages_max = 0;               ///< requested URLs, redirects included; 0: no bound
  std::uint64_t bytes_max = 0;               ///< body bytes in all; 0: no bound
  std::uint32_t depth_max = 0xffffffffu;     ///< links away from a seed; seeds are at 0
  std::uint64_t queue_urls_max = 50'000'000; ///< known URLs, queued and seen
  // -- the memory of who decides; these two do not travel with an order
  std::uint64_t frontier_memory_bytes_max = 64u << 20; ///< URLs' text; older goes to a file
  std::uint64_t frontier_file_bytes_max = std::uint64_t{16} << 30; ///< URLs' text in all
  // -- concurrency and politeness
  std::uint32_t concurrency = 16;            ///< requests in flight, all hosts
  std::uint32_t per_host = 2;                ///< requests in flight to one host:port
  std::uint32_t delay_ms = 0;                ///< between two request starts to one host:port
  std::uint32_t crawl_delay_ms_max = 30'000; ///< cap on robots.txt's Crawl-delay
  std::uint32_t per_ip = 0;                  ///< requests in flight to one address; 0: no bound
  std::uint32_t ip_delay_ms = 0;             ///< between two request starts to one address
  bool autothrottle = false;                 ///< a host's delay follows its latency (throttle.hpp)
  double autothrottle_target = 1.0;          ///< requests in flight to a host on average
  std::uint32_t autothrottle_delay_ms_max = 60'000;
  std::uint32_t robots_in_flight_max = 32; ///< robots.txt fetches at a time, besides `concurrency`
  bool obey_robots = true;                 ///< robots.txt, meta robots, rel=nofollow
  // -- sitemaps
  sitemap_use sitemaps = sitemap_use::never;
  std::uint32_t sitemap_urls_max = 50'000;     ///< of one file; the protocol's bound
  std::uint64_t sitemap_bytes_max = 50u << 20; ///< of one file, unpacked; the protocol's bound
  std::uint32_t sitemap_depth_max = 3;         ///< indexes above a file
  std::uint32_t sitemaps_per_host_max = 1'000; ///< files at one host:port
  // -- pages that are there twice
  bool mark_duplicates = false;
  std::uint32_t duplicates_max = 1'000'000; ///< different bodies that are remembered
  // -- one request
  std::uint32_t connect_ms_max = 10'000;
  std::uint32_t header_ms_max = 30'000;
  std::uint32_t body_ms_max = 60'000;
  std::uint64_t body_bytes_max = 10u << 20;
  std::uint32_t header_bytes_max = 64u << 10;
  std::uint32_t robots_bytes_max = 500u << 10; ///< RFC 9309, 2.5
  std::uint32_t redirects_max = 10;            ///< hops in a row
  // -- trying again
  std::uint32_t retries_max = 2;       ///< further attempts after the first
  std::uint32_t retry_base_ms = 500;   ///< first back-off; doubles each attempt, with jitter
  std::uint32_t retry_ms_max = 60'000; ///< cap on back-off and on Retry-After
  std::uint32_t page_attempts_max = 3; ///< times a page may cost a worker its life
  std::uint32_t page_losses_max = 10;  ///< times it may be lost with the connection to a worker
  // -- one page
  std::uint32_t url_bytes_max = 8'192; ///< longer links are not followed
  std::uint32_t links_per_page_max = 50'000;
  std::uint32_t items_per_page_max = 50'000;
  std::uint32_t item_bytes_max = 64u << 10; ///< text of one item; longer is cut at a character
  std::uint64_t seed = 1;                   ///< of the jitter's random numbers
};

/// Bounds of what a request carries besides (request_extras.hpp), and of what is remembered of
/// answers for later ones.
struct request_limits {
  std::uint32_t headers_max = 64;              ///< --header, how often
  std::uint32_t headers_bytes_max = 16u << 10; ///< all their names and values
  std::uint32_t credentials_bytes_max = 1'024; ///< --auth
  std::uint32_t validator_bytes_max = 1'024;   ///< a longer ETag or Last-Modified is not kept
};

/// Bounds of a jar of cookies (cookie_jar.hpp). Beyond one the least recently used go.
struct cookie_limits {
  std::uint32_t cookies_max = 3'000;          ///< in all; RFC 6265, 6.1, wants room for as many
  std::uint32_t cookies_per_domain_max = 180; ///< of one domain; 50 there, 180 in browsers
  std::uint32_t cookie_bytes_max = 4'096;     ///< name and value of one; longer ones are not taken
  std::uint64_t jar_bytes_max = 4u << 20;     ///< names, values, domains and paths of all
  std::uint32_t cookie_line_bytes_max = 16u
                                        << 10; ///< of one request; what has no room stays behind
};

/// Bounds of what a crawl writes; they say nothing about what it fetches.
struct output_limits {
  std::uint64_t warc_bytes_max = 1'000'000'000; ///< of a WARC file; the next page goes into another
  std::uint64_t graph_nodes_max = 20'000'000;   ///< URLs in one GraphML file, whose text it keeps
  std::uint32_t commit_pages_max = 1'000;       ///< in one transaction of a database
  std::uint32_t commit_ms_max = 1'000;          ///< a page is to be seen there after this
  std::uint32_t known_urls_max = 200'000;       ///< whose numbers in a database are remembered
};

} // namespace troupe::crawl
