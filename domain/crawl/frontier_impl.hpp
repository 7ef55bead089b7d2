// SPDX-License-Identifier: BSD-3-Clause
//
// What a frontier is made of; private to frontier*.cpp.
//
//   frontier.cpp        what goes out, and how a request ends
//   frontier_offer.cpp  what comes in: links, redirects, and what robots.txt says of them
//   frontier_explain.cpp  why what waits does not go
//   frontier_sitemaps.cpp  what sitemaps there are, and what they list
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/frontier.hpp"
#include "domain/crawl/host_queues.hpp"
#include "domain/crawl/url_store.hpp"

namespace troupe::crawl {

struct frontier::impl {
  using lane_id = host_queues::lane_id;
  struct flight {
    pending_page page;
    lane_id lane;
    bool connected = true;
  };
  enum class offered : std::uint8_t { fresh, known, dropped };

  impl(const limits& b, scope_kind kind, std::unique_ptr<text_spill> spill);

  step next(instant now, const host_preference& prefers);
  step hand_out(const host_queues::taken& work);
  bool pages_left() const { return bounds.pages_max == 0 || begun < bounds.pages_max; }
  bool ended() const {
    return stopped || (bounds.bytes_max != 0 && counts.bytes >= bounds.bytes_max)
           || !urls.failure().empty();
  }

  offered offer(const url& u, url_store::hash_value hash, pending_page page);
  void follow_all(std::span<const url> links, std::uint32_t depth);
  void follow_links(std::span<const url> links, std::uint32_t depth);
  void admit(lane_id lane, const url& u, const pending_page& page);
  bool forbidden(lane_id lane, const url& u, const pending_page& page);
  void note_denied(const pending_page& page, const url& u, std::string_view why);
  void follow(const pending_page& from, const page_result& result);
  void follow_redirect(const pending_page& from, const url& target);

  void note_seed_origin(const url& seed);
  bool offer_sitemap(const url& u, std::uint32_t depth);
  void follow_sitemap(const pending_page& from, const page_result& result);
  bool may_lead_to(const pending_page& from, const url& target);
  void announce(lane_id lane, const robots_rules* rules);

  flight release(std::uint64_t id);
  bool try_again(const flight& f, std::uint64_t id, const page_result& result, instant now);
  void learn_of_host(lane_id lane, const page_result& result);
  void free_connection(flight& f);
  url url_of(url_store::id which);
  void count_final(const page_result& result);
  std::string mark(url_store::id which, const body_digest& digest);
  void take_out_restored();
  static std::uint16_t one_more(std::uint16_t n) {
    return n == std::numeric_limits<std::uint16_t>::max() ? n : static_cast<std::uint16_t>(n + 1);
  }

  limits bounds;
  scope area;
  url_store urls;
  host_queues hosts;
  std::deque<lane_id> robots_wanted;
  std::vector<lane_id> robots_asked; // as many as robots_in_flight
  std::uint32_t robots_in_flight = 0;
  boost::unordered_flat_map<std::uint64_t, flight> flights;
  std::uint32_t connections = 0;
  std::uint64_t begun = 0; // pages that were ever handed out
  // A store keeps text only, and credentials are no part of it; few crawls have any.
  boost::unordered_flat_map<url_store::id, url> with_credentials;
  crawl_counts counts;
  std::string denied_seed;
  bool stopped = false;
  boost::unordered_flat_set<url_store::id> restored; // and still queued

  bool sitemaps_named = false;                     // by the user: no others are looked for
  boost::unordered_flat_set<lane_id> seed_origins; // where one is looked for, named or not
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> sitemaps_at; // by host, both lanes
  std::vector<url> announced; // by robots.txt, since take_announced()

  struct digest_hash {
    std::size_t operator()(const body_digest& d) const { return d.first; }
  };
  boost::unordered_flat_map<body_digest, url_store::id, digest_hash>
      bodies; // and who had them first
};

} // namespace troupe::crawl
