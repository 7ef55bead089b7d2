// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/robots.hpp"

#include <optional>
#include <utility>

namespace troupe::io {

namespace {

constexpr int redirects_max = 5; // RFC 9309, 2.3.1.2

// The part that both faces share: where to go next, and what it all comes to.
struct robots_fetch {
  crawl::url target;
  std::string agent;
  std::uint32_t bytes_max = 0;
  int redirects = 0;

  robots_fetch(const std::string& origin, const std::string& user_agent,
               const crawl::limits& bounds)
      : agent(crawl::product_token(user_agent)), bytes_max(bounds.robots_bytes_max) {
    if (auto parsed = crawl::parse_url(origin + "/robots.txt"))
      target = *parsed;
  }

  // Returns: false if `answer` is the last one.
  bool follow(const crawl::fetched& answer) {
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

  static std::string why_not(const crawl::fetched& answer) {
    std::string why = "robots.txt could not be had: ";
    if (answer.error == crawl::fault::none)
      return why + "HTTP " + std::to_string(answer.status);
    return why + (answer.detail.empty() ? std::string(to_string(answer.error)) : answer.detail);
  }

  robots_answer conclude(const crawl::fetched& answer) const {
    int status = answer.error == crawl::fault::none ? answer.status : 0;
    std::string_view text = answer.body ? std::string_view(*answer.body) : std::string_view();
    if (answer.error == crawl::fault::address_refused && redirects == 0)
      return {std::make_shared<const crawl::robots_rules>(crawl::robots_rules::allow_all()), false,
              answer.error};
    const bool unreachable = status == 0 || status == 429 || status >= 500;
    auto rules = unreachable ? crawl::robots_rules::disallow_all(why_not(answer))
                             : crawl::rules_from_answer(status, text, agent, bytes_max);
    return {std::make_shared<const crawl::robots_rules>(std::move(rules)), unreachable,
            answer.error};
  }
};

struct pending : std::enable_shared_from_this<pending> {
  http_client& client;
  robots_fetch fetch;
  std::function<void(robots_answer)> done;

  pending(http_client& c, robots_fetch f, std::function<void(robots_answer)> d)
      : client(c), fetch(std::move(f)), done(std::move(d)) {}

  void go() {
    client.get(
        fetch.target,
        [self = shared_from_this()](crawl::fetched answer) {
          if (self->fetch.follow(answer))
            self->go();
          else
            std::exchange(self->done, nullptr)(self->fetch.conclude(answer));
        },
        fetch.bytes_max);
  }
};

} // namespace

void fetch_robots(http_client& client, const std::string& origin, const std::string& user_agent,
                  const crawl::limits& bounds, std::function<void(robots_answer)> done) {
  std::make_shared<pending>(client, robots_fetch(origin, user_agent, bounds), std::move(done))
      ->go();
}

robots_answer fetch_robots(blocking_client& client, const std::string& origin,
                           const std::string& user_agent, const crawl::limits& bounds) {
  robots_fetch fetch(origin, user_agent, bounds);
  for (;;) {
    auto answer = client.get(fetch.target, fetch.bytes_max);
    if (!fetch.follow(answer))
      return fetch.conclude(answer);
  }
}

} // namespace troupe::io
