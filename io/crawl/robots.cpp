// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/robots.hpp"

#include <optional>
#include <utility>

#include "io/crawl/crawl_book.hpp"

namespace troupe::io {

namespace {

constexpr int redirects_max = 5; // RFC 9309, 2.3.1.2

// The part that both faces share: where to go next, and what came back in the end.
struct robots_fetch {
  crawl::url target;
  std::uint64_t bytes_max = 0;
  int redirects = 0;
  std::string address;

  robots_fetch(const std::string& origin, const crawl::limits& bounds)
      : bytes_max(bounds.robots_bytes_max + std::uint64_t{1}) { // the byte that tells a cut line
    if (auto parsed = crawl::parse_url(origin + "/robots.txt"))
      target = *parsed;
  }

  // Returns: false if `answer` is the last one.
  bool follow(const crawl::fetched& answer) {
    if (redirects == 0)
      address = answer.address;
    bool redirect = answer.status == 301 || answer.status == 302 || answer.status == 303
                    || answer.status == 307 || answer.status == 308;
    if (answer.error != crawl::fault::none || !redirect || redirects == redirects_max)
      return false;
    auto next = crawl::resolve(target, answer.location);
    if (!next || answer.location.empty())
      return false;
    ++redirects;
    target = *next;
    return true;
  }

  crawl::robots_outcome outcome(const crawl::fetched& answer) const {
    return {answer.status, answer.error, answer.detail, answer.body ? *answer.body : "",
            redirects > 0, address};
  }
};

std::string why_not(const crawl::robots_outcome& outcome) {
  std::string why = "robots.txt could not be had: ";
  if (outcome.error == crawl::fault::none)
    return why + "HTTP " + std::to_string(outcome.status);
  return why + (outcome.detail.empty() ? std::string(to_string(outcome.error)) : outcome.detail);
}

struct pending : std::enable_shared_from_this<pending> {
  http_client& client;
  robots_fetch fetch;
  std::function<void(crawl::robots_outcome)> done;

  pending(http_client& c, robots_fetch f, std::function<void(crawl::robots_outcome)> d)
      : client(c), fetch(std::move(f)), done(std::move(d)) {}

  void go() {
    client.get(
        fetch.target,
        [self = shared_from_this()](crawl::fetched answer) {
          if (self->fetch.follow(answer))
            self->go();
          else
            std::exchange(self->done, nullptr)(self->fetch.outcome(answer));
        },
        {.body_bytes_max = fetch.bytes_max, .cut = true});
  }
};

} // namespace

void fetch_robots_outcome(http_client& client, const std::string& origin,
                          const crawl::limits& bounds,
                          std::function<void(crawl::robots_outcome)> done) {
  std::make_shared<pending>(client, robots_fetch(origin, bounds), std::move(done))->go();
}

robots_answer conclude_robots(const crawl::robots_outcome& outcome, const std::string& user_agent,
                              const crawl::limits& bounds) {
  int status = outcome.error == crawl::fault::none ? outcome.status : 0;
  if (outcome.error == crawl::fault::address_refused && !outcome.moved)
    return {std::make_shared<const crawl::robots_rules>(crawl::robots_rules::allow_all()), false,
            outcome.error, outcome.address};
  const bool unreachable = status == 0 || status == 429 || status >= 500;
  auto rules = unreachable ? crawl::robots_rules::disallow_all(why_not(outcome))
                           : crawl::rules_from_answer(status, outcome.text,
                                                      std::string(crawl::product_token(user_agent)),
                                                      bounds.robots_bytes_max);
  return {std::make_shared<const crawl::robots_rules>(std::move(rules)), unreachable, outcome.error,
          outcome.address};
}

void fetch_robots(http_client& client, const std::string& origin, const std::string& user_agent,
                  const crawl::limits& bounds, std::function<void(robots_answer)> done) {
  fetch_robots_outcome(
      client, origin, bounds,
      [done = std::move(done), user_agent, bounds](const crawl::robots_outcome& outcome) {
        done(conclude_robots(outcome, user_agent, bounds));
      });
}

void fetch_robots_once(http_client& client, crawl_book& book, const std::string& origin,
                       const std::string& user_agent, const crawl::limits& bounds,
                       std::function<void(robots_answer)> done) {
  if (const auto kept = book.robots_of(origin, user_agent))
    return done(conclude_robots(*kept, user_agent, bounds));
  fetch_robots_outcome(client, origin, bounds,
                       [done = std::move(done), &book, origin, user_agent,
                        bounds](const crawl::robots_outcome& outcome) {
                         book.keep_robots(origin, user_agent, outcome);
                         done(conclude_robots(outcome, user_agent, bounds));
                       });
}

robots_answer fetch_robots(blocking_client& client, const std::string& origin,
                           const std::string& user_agent, const crawl::limits& bounds) {
  robots_fetch fetch(origin, bounds);
  for (;;) {
    auto answer = client.get(fetch.target, {.body_bytes_max = fetch.bytes_max, .cut = true});
    if (!fetch.follow(answer))
      return conclude_robots(fetch.outcome(answer), user_agent, bounds);
  }
}

} // namespace troupe::io
