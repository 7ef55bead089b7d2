// SPDX-License-Identifier: BSD-3-Clause
//
// The frontier: one crawl's state, and its decisions.
//
// Order: each host's pages go out first in, first out, so that what is near the seeds comes first;
// hosts take turns. Pages that are tried again stand in front of their host's queue once their time
// has come.
//
// A URL is known from the moment it is queued, forbidden or not, and is never queued again: no
// page, redirect target or error is fetched twice but for a retry.
//
// Budgets: a page takes its share of `pages_max` when it is first handed out and keeps it while it
// is tried again, so that there are never more rows than that, and every page begun gets its row.
// After `bytes_max` and after stop() nothing at all is handed out: pages that wait to be tried
// again have no row then.
//
// Sitemaps are pages that are read in another way: what they list is at depth 0 and has to be in
// the scope; further sitemaps, from an index or a redirect, may be on its own host as well. They
// come from the Sitemap lines of robots.txt, wherever these lead, where the crawl asks for it
// because of a page; a seed's origin that names none is asked for /sitemap.xml.
//
// Memory: the text of all known URLs, seen and waiting, is kept in memory up to
// frontier_memory_bytes_max, and the older texts beyond it in a spill, if there is one. What is
// decided does not depend on it, but for the odds in url_store.
//
// Known limits: what was found as a page first is read as a page, also if a sitemap's index has it
// later. A link that was out of scope when it was found is not remembered, also if a seed's
// redirect widens the scope later. Two hosts on one address count as two, unless per_ip or
// ip_delay_ms is set; then too a host's first request goes before anybody knows where it is: that
// for its robots.txt or, where none is asked for, a page. The fetch of a robots.txt waits for no
// delay, but the first page after it does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/page.hpp"
#include "domain/crawl/robots.hpp"
#include "domain/crawl/scope.hpp"
#include "domain/crawl/standstill.hpp"
#include "domain/crawl/text_spill.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

using instant = std::chrono::steady_clock::time_point;
using host_preference = std::function<bool(std::string_view host)>;

/// What a crawl has come to so far.
struct crawl_counts {
  std::uint64_t pages = 0; ///< finished: rows written
  std::uint64_t items = 0;
  std::uint64_t errors = 0;             ///< rows with a fault
  std::uint64_t bytes = 0;              ///< of these rows' bodies
  std::uint64_t queued = 0;             ///< waiting, robots-less ones included
  std::uint64_t in_flight = 0;          ///< handed out, not finished
  std::uint64_t retried = 0;            ///< attempts beyond the first
  std::uint64_t robots_denied = 0;      ///< URLs never requested
  std::uint64_t robots_unreachable = 0; ///< origins skipped: robots.txt gave 5xx or no answer
  std::uint64_t out_of_scope = 0;       ///< links not followed, counted each time one is found
  std::uint64_t cut = 0; ///< pages with more links or items than links_per_page_max and the like
  std::uint64_t dropped = 0; ///< URLs not followed: queue_urls_max, url_bytes_max,
                             ///< frontier_file_bytes_max, redirects_max
};

/// The state of one crawl, and every decision in it: what to fetch next, what was seen, who waits
/// for whom. Pure: it is told the time and the answers. The actors' coordinator owns one; the
/// lock-and-thread versions guard one with a mutex. All of them therefore crawl the same pages.
///
///     add_seed* -> next() -> page   -> [fetch] -> fetch_ended(id) -> [read] -> page_done(id,
///     result)
///                         -> robots -> [fetch] -> robots_known(origin, rules)
///                         -> wait until T | busy (ask again after something was reported) |
///                         finished
///
/// Takes: times that never go back from call to call.
/// Cost: memory is about the URLs' text and 25 bytes for each, 12 more for each that waits, 100 a
/// host, 40 a body where duplicates are marked; with a spill and beyond frontier_memory_bytes_max
/// that many bytes of text, 12 for each URL, and 12 for each that waits.
class frontier {
public:
  /// Takes: `spill`, null: all stays in memory, whatever frontier_memory_bytes_max says.
  frontier(const limits& bounds, scope_kind kind, std::unique_ptr<text_spill> spill = nullptr);
  ~frontier();
  frontier(frontier&&) noexcept;
  frontier& operator=(frontier&&) noexcept;

  /// Queues a page to start from, and widens the scope by it.
  /// Returns: false if it was known already (seeds may repeat), or longer than url_bytes_max, or
  /// beyond queue_urls_max.
  bool add_seed(const url& seed);

  /// Queues a sitemap that the user names; then no others are looked for. Called before the first
  /// seed. It may be anywhere; what it lists has to be in the scope. Returns: as add_seed(), and
  /// false if sitemaps are of no use to this crawl.
  bool add_sitemap(const url& u);

  struct step {
    enum class kind : std::uint8_t {
      page,     ///< `job` is handed out: fetch it
      robots,   ///< fetch /robots.txt of `origin` and call robots_known()
      wait,     ///< nothing until `until`, unless something is reported before
      busy,     ///< nothing until something that is in flight is reported
      finished, ///< nothing queued that may go, nothing in flight
    };
    kind what = kind::finished;
    page_job job;
    std::string origin;
    instant until{};
  };
  /// Hands out work. Honours concurrency, per_host, delays, budgets, robots.
  /// Takes: `prefers`, for a host ("name:port"): rather a page of that one, where there is a
  /// choice. Cost: O(log hosts).
  step next(instant now, const host_preference& prefers = {});

  /// The answer for `origin`'s robots.txt; queued pages it forbids are dropped and counted, and the
  /// sitemaps it names are queued. An origin that next() did not ask for is ignored.
  /// Takes: `rules` null: everything is allowed. `unreachable`: nothing is, and the origin is
  /// counted instead of its pages.
  void robots_known(const std::string& origin, std::shared_ptr<const robots_rules> rules,
                    bool unreachable = false);

  /// Where `origin`'s requests go, as whoever asked for its robots.txt has seen: so a host need not
  /// have a page first to be counted with those that share its address. Takes: "" if it is not
  /// known; then, and for an origin that next() never named, nothing happens.
  void address_known(const std::string& origin, std::string_view address);

  /// The connection is free again (the body is here, the page is not read yet): lets the next
  /// request go, to that host or to another. page_done() implies it. Unknown ids are ignored.
  void fetch_ended(std::uint64_t id);

  enum class verdict : std::uint8_t {
    final_row, ///< write the row and the items
    retried,   ///< it will be handed out again: write nothing
    unknown,   ///< not in flight (a late double): write nothing
  };
  /// The page is finished: queues its links and its redirect target, or the page itself again.
  /// A 429 or 503 with Retry-After makes its whole host wait, a retry only the page.
  /// A redirect target keeps its depth; one that is more than redirects_max hops away is not
  /// followed and counted in `dropped`; that of a seed becomes a seed.
  /// If it is final, and duplicates are marked, its row gets duplicate_of: the first page, in the
  /// order of these calls, that had its body. Beyond duplicates_max different bodies only those are
  /// known that were there before.
  /// Cost: about 50 ns a known link, 500 ns a new one.
  verdict page_done(std::uint64_t id, page_result& result, instant now);

  enum class loss : std::uint8_t {
    worker,     ///< it died, maybe of this page: page_attempts_max
    connection, ///< nobody knows what it was doing: page_losses_max
  };
  /// Whoever had it is gone. The page is handed out again at once, that often at most, and not
  /// after bytes_max or stop().
  /// Returns: the row to write if it is not handed out again, with fault::worker_lost.
  std::optional<page_row> job_lost(std::uint64_t id, instant now, loss how = loss::worker);

  /// A page that an earlier life of this crawl finished: called for all of them, after the same
  /// seeds, in the order in which they were final, and before the first next(). Its links are
  /// queued as they were then, and it is handed out no more. What is learned anew is counted anew:
  /// robots.txt, retries.
  /// Takes: the job that page_done() or job_lost() ended, its final result, and what
  /// take_announced() gave then.
  /// Returns: false if there can be no such page here: it is another crawl's.
  bool restore(const page_job& job, const page_result& result, std::span<const url> announced = {});

  /// Returns: the sitemaps that robots.txt files have named since the last call. Whoever keeps
  /// final pages asks after each and keeps them with it: they became known before its links did.
  std::vector<url> take_announced();

  /// Why what waits does not go now, and how it stands with up to `hosts_max` hosts.
  /// Cost: O(requests in flight, hosts_max, standstill::looked_at_max), however much waits.
  standstill explain(instant now, std::size_t hosts_max) const;

  /// Returns: whether nothing is in flight and nothing more will be handed out: what next() says
  /// by `finished`, without a hand to give a page to.
  bool exhausted() const;

  /// Hands out nothing more; what is in flight may still be reported, and is final then.
  void stop();
  bool stopped() const;
  /// Returns: "", or why URLs cannot be kept any more, in one line. Then nothing is handed out, as
  /// after stop(); what is in flight may still be reported.
  const std::string& failure() const;
  const crawl_counts& counts() const;
  /// Returns: the first seed that robots.txt forbade, and the rule (or that there was
  /// no robots.txt to be had), for a clear message: "http://host/x (Disallow: /)"; or "".
  const std::string& denied_seed() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::crawl
