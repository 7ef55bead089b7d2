// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/robots.hpp"
#include "io/http/blocking.hpp"
#include "io/http/client.hpp"

namespace troupe::io {

class crawl_book;

/// What a host's robots.txt came to.
struct robots_answer {
  std::shared_ptr<const crawl::robots_rules> rules; ///< never null
  bool unreachable = false; ///< 429, 5xx, no answer: everything is forbidden for that alone
  /// Of the last request. address_refused of the origin itself is not `unreachable`: its pages are
  /// not forbidden but can as little be had, and each says so itself, with that fault. What may
  /// be had but sends its robots.txt's reader where he may not go forbids everything.
  crawl::fault error = crawl::fault::none;
  std::string address = {}; ///< as robots_outcome's
};

/// Fetches `origin`/robots.txt, follows up to five redirects (RFC 9309, 2.3.1.2), also to other
/// hosts. A longer chain, and a redirect to nowhere, count as "no robots.txt": everything is
/// allowed.
///
/// Takes: `origin` as url::origin() gives it; `user_agent`, whose product token picks the group.
/// Threads: `done` is called on the client's loop thread, never from inside.
void fetch_robots(http_client& client, const std::string& origin, const std::string& user_agent,
                  const crawl::limits& bounds, std::function<void(robots_answer)> done);

/// The same without a judgement: what conclude_robots() needs, which may be elsewhere.
void fetch_robots_outcome(http_client& client, const std::string& origin,
                          const crawl::limits& bounds,
                          std::function<void(crawl::robots_outcome)> done);
robots_answer conclude_robots(const crawl::robots_outcome& outcome, const std::string& user_agent,
                              const crawl::limits& bounds);

/// fetch_robots() for a crawl that is kept: what an earlier life of it was told is not asked for
/// again, and what is told now is kept. Takes: a book and a client that outlive the answer.
/// Threads: `done` may be called from inside.
void fetch_robots_once(http_client& client, crawl_book& book, const std::string& origin,
                       const std::string& user_agent, const crawl::limits& bounds,
                       std::function<void(robots_answer)> done);

/// The same as fetch_robots(), waiting.
robots_answer fetch_robots(blocking_client& client, const std::string& origin,
                           const std::string& user_agent, const crawl::limits& bounds);

} // namespace troupe::io
