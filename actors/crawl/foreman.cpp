// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/foreman.hpp"

#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::crawl {

foreman_actor::behavior_type foreman::make_behavior() {
  watcher_.watch(self_, whose_.coordinator, [this](const caf::error&) { self_->quit(); });
  runtime::send(self_, whose_.steward, foreman_ready{foreman_actor{self_}});
  hands_.start(coordinator_actor{foreman_actor{self_}});
  return {
      [this](want_page& x) {
        if (leaving_ && x.fetch_ended == 0)
          return;
        x.team = whose_.team;
        runtime::send(self_, whose_.coordinator, std::move(x));
      },
      [this](page_done& x) { pass_on(x); },
      [](const page_part&) {}, // of a coordinator's, as are the next but one
      [this](hands_leave) -> caf::result<hands_left> {
        leaving_ = true;
        auto left = self_->make_response_promise<hands_left>();
        runtime::request(self_, whose_.coordinator, bounded_elsewhere, hands_leave{whose_.team})
            .then([left](hands_left) mutable { left.deliver(hands_left{}); },
                  [left](const caf::error&) mutable { left.deliver(hands_left{}); });
        return left;
      },
      [](progress_wanted) -> caf::result<progress_report> { return progress_report{}; },
      [](const stop_crawl&) {},
      [](tick) {},
      [this](const robots_text_wanted& x) -> caf::result<robots_text> {
        auto answer = self_->make_response_promise<robots_text>();
        asked_.emplace(x.origin, answer);
        ports_.fetch_robots_text(x.origin,
                                 [me = foreman_actor{self_}, at = x.origin](robots_outcome got) {
                                   runtime::post(me, robots_text{at, std::move(got)});
                                 });
        return answer;
      },
      [this](const robots_text& x) {
        if (auto first = asked_.find(x.origin); first != asked_.end())
          asked_.extract(first).mapped().deliver(x);
      },
  };
}

foreman::foreman(foreman_actor::pointer self, crawl_opened whose, crawl_ports ports,
                 crew_limits crew)
    : self_(self), whose_(std::move(whose)), ports_(std::move(ports)), crew_(crew), watcher_(self),
      hands_(self, watcher_, ports_, whose_.plan.bounds, crew,
             [this](const std::string&) { self_->quit(caf::exit_reason::out_of_workers); }) {}

// Links and items in the order of the page, in messages of part_bytes_max or little more.
void foreman::pass_on(page_done& x) {
  shorten(x.result);
  page_part part{x.id, {}, {}, x.grant};
  std::uint64_t bytes = 0;
  const auto fits = [&](std::uint64_t more) {
    bytes += more;
    if (bytes <= crew_.part_bytes_max)
      return;
    runtime::send(self_, whose_.coordinator, std::exchange(part, {x.id, {}, {}, x.grant}));
    bytes = more;
  };
  for (auto& link : x.result.links) {
    fits(link.str().size() + link.credentials().size() + 8);
    part.links.push_back(std::move(link));
  }
  for (auto& item : x.result.items) {
    fits(item.href.size() + item.text.size() + 8);
    part.items.push_back(std::move(item));
  }
  for (auto& link : x.result.all_links) {
    fits(link.target.size() + 9);
    part.all_links.push_back(std::move(link));
  }
  for (auto& u : x.result.sitemaps) {
    fits(u.str().size() + u.credentials().size() + 8);
    part.sitemaps.push_back(std::move(u));
  }
  x.result.links = std::move(part.links);
  x.result.items = std::move(part.items);
  x.result.all_links = std::move(part.all_links);
  x.result.sitemaps = std::move(part.sitemaps);
  runtime::send(self_, whose_.coordinator, std::move(x));
}

void foreman::shorten(page_result& x) const {
  const auto most = whose_.plan.bounds.url_bytes_max;
  const auto cut = [most](url& u) {
    if (u.str().size() > most)
      u = url::from_normalized(u.str().substr(0, most + std::size_t{1}));
  };
  for (auto& link : x.links)
    cut(link);
  for (auto& u : x.sitemaps)
    cut(u);
  if (x.redirect)
    cut(*x.redirect);
  for (auto& item : x.items)
    if (item.href.size() > href_bytes_max) {
      item.href.clear();
      x.cut = true;
    }
}

} // namespace troupe::crawl
