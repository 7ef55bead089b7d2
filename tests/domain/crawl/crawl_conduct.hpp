// SPDX-License-Identifier: BSD-3-Clause
//
// Watches a crawl from outside and writes down every promise that is broken. It shares no code with
// the frontier: what it knows of hosts, delays and budgets it worked out for itself.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "domain/crawl/frontier.hpp"
#include "tests/domain/crawl/simulated_web.hpp"

namespace troupe::crawl {

class crawl_conduct {
public:
  crawl_conduct(const limits& promised, const simulated_web& web)
      : promised_(promised), web_(web) {}

  void robots_asked(const std::string& origin, instant now) {
    check(promised_.obey_robots, "robots.txt asked for though it is not to be obeyed");
    check(origins_[origin].asked++ == 0, "robots.txt asked for twice", origin);
    hosts_[host_of(origin)].last_start = now;
    check(++robots_in_flight_ <= promised_.robots_in_flight_max, "too many robots.txt in flight");
  }

  void robots_told(const std::string& origin) {
    --robots_in_flight_;
    origins_[origin].told = true;
    host& h = hosts_[host_of(origin)];
    const auto& known = web_.origins.at(origin);
    const auto delay = known.unreachable ? std::nullopt : known.rules->crawl_delay();
    if (delay && delay->count() > 0) {
      h.one_at_a_time = true;
      h.delay =
          std::max(h.delay, std::min<long long>(delay->count(), promised_.crawl_delay_ms_max));
    }
  }

  void handed_out(const page_job& job, instant now) {
    const std::string& text = job.target.str();
    page& p = pages_[text];
    check(!p.in_flight, "handed out while in flight", text);
    check(!p.final, "handed out after its row", text);
    check(p.starts == 0 || p.again, "handed out twice", text);
    check(p.starts == 0 || p.id == job.id, "a retry changed its id", text);
    check(job.attempt <= promised_.retries_max, "too many retries", text);
    check(now >= p.not_before, "back-off cut short", text);
    check(job.depth <= promised_.depth_max, "too deep", text);
    check(job.redirects <= promised_.redirects_max, "too many redirects", text);
    check(promised_.bytes_max == 0 || bytes_ < promised_.bytes_max, "byte budget passed", text);
    begun_ += p.starts == 0;
    check(promised_.pages_max == 0 || begun_ <= promised_.pages_max, "page budget passed", text);
    if (promised_.obey_robots)
      check_robots(job.target);
    p.id = job.id;
    ++p.starts;
    p.in_flight = p.connected = true;
    p.again = false;
    by_id_[job.id] = text;

    host& h = hosts_[host_of(std::string(job.target.origin()))];
    const std::uint32_t room = h.one_at_a_time ? 1 : promised_.per_host;
    check(++h.active <= room, "too many requests to one host", text);
    check(++active_ <= promised_.concurrency, "too many requests", text);
    const auto delay = std::chrono::milliseconds{std::max<long long>(h.delay, promised_.delay_ms)};
    check(!h.last_start || now - *h.last_start >= delay, "delay cut short", text);
    check(now >= h.held_until, "Retry-After not respected", text);
    h.last_start = now;
  }

  void connection_freed(std::uint64_t id) {
    page& p = pages_[by_id_[id]];
    if (!p.connected)
      return;
    p.connected = false;
    --active_;
    --hosts_[host_of(origin_of(by_id_[id]))].active;
  }

  void done(std::uint64_t id, const page_result& r, frontier::verdict v, instant now) {
    connection_freed(id);
    const std::string text = by_id_[id];
    page& p = pages_[text];
    check(v != frontier::verdict::unknown, "a page in flight is unknown", text);
    p.in_flight = false;
    if (r.retry_after && (r.row.status == 429 || r.row.status == 503))
      hosts_[host_of(origin_of(text))].held_until = std::max(
          hosts_[host_of(origin_of(text))].held_until,
          now + std::min(*r.retry_after, std::chrono::milliseconds{promised_.retry_ms_max}));
    if (v == frontier::verdict::retried) {
      const auto half =
          std::min<std::uint64_t>(std::uint64_t{promised_.retry_base_ms} << p.failures,
                                  promised_.retry_ms_max)
          / 2;
      p.not_before = now + std::chrono::milliseconds{half};
      p.again = true;
      ++p.failures;
      return;
    }
    make_final(p, text);
    bytes_ += r.row.bytes;
    if (r.row.status == 200)
      for (const url& link : r.links)
        linked_.insert(link.str());
  }

  /// Takes: `over`: the crawl was stopped, so that no page goes out again.
  void lost(std::uint64_t id, bool row, bool over) {
    connection_freed(id);
    page& p = pages_[by_id_[id]];
    p.in_flight = false;
    ++p.deaths;
    const bool last = over || p.deaths >= promised_.page_attempts_max
                      || (promised_.bytes_max != 0 && bytes_ >= promised_.bytes_max);
    check(row == last, "a lost page's row is wrong", by_id_[id]);
    if (row)
      make_final(p, by_id_[id]);
    else
      p.again = true;
  }

  void counted(const crawl_counts& c) {
    const auto flying = std::count_if(pages_.begin(), pages_.end(),
                                      [](const auto& p) { return p.second.in_flight; });
    check(c.in_flight == static_cast<std::uint64_t>(flying), "in_flight is wrong");
    check(c.pages == rows_, "pages is wrong");
    check(c.bytes == bytes_, "bytes is wrong");
    check(promised_.pages_max == 0 || c.pages <= promised_.pages_max, "more rows than pages_max");
  }

  /// Takes: `whole`: no budget or stop cut the crawl short.
  void ended(const crawl_counts& c, bool whole) {
    check(c.in_flight == 0, "ended with pages in flight");
    if (!whole)
      return;
    check(c.queued == 0, "ended with pages queued");
    std::uint64_t denied = 0;
    for (const auto& text : linked_) {
      const bool allowed = may_be_fetched(text, denied);
      check(allowed == pages_[text].final, "a linked page has no row, or should have none", text);
    }
    for (const auto& [text, p] : pages_)
      check(p.final || !p.starts, "begun and never finished", text);
    check(c.robots_denied >= denied, "robots_denied is too small");
  }

  std::vector<std::string> broken;

private:
  struct page {
    std::uint64_t id = 0;
    std::uint32_t starts = 0, failures = 0, deaths = 0;
    bool in_flight = false, connected = false, again = false, final = false;
    instant not_before = instant::min();
  };
  struct host {
    std::uint32_t active = 0;
    std::optional<instant> last_start;
    instant held_until = instant::min();
    long long delay = 0;
    bool one_at_a_time = false;
  };
  struct origin {
    int asked = 0;
    bool told = false;
  };

  void check(bool holds, const char* what, const std::string& about = "") {
    if (!holds)
      broken.push_back(std::string(what) + " " + about);
  }

  static std::string origin_of(const std::string& text) {
    return text.substr(0, text.find('/', 8));
  }
  static std::string host_of(const std::string& origin) {
    std::string host = origin.substr(origin.find("//") + 2);
    if (host.find(':') == std::string::npos)
      host += origin.starts_with("https") ? ":443" : ":80";
    return host;
  }

  void check_robots(const url& target) {
    const std::string name(target.origin());
    check(origins_[name].told, "handed out before robots.txt was known", target.str());
    const auto& known = web_.origins.at(name);
    check(!known.unreachable, "handed out without robots.txt", target.str());
    check(known.rules->allows(target.target()), "handed out though forbidden", target.str());
  }

  bool may_be_fetched(const std::string& text, std::uint64_t& denied) const {
    if (!promised_.obey_robots)
      return true;
    const auto& known = web_.origins.at(origin_of(text));
    if (known.unreachable)
      return false;
    const bool allowed = known.rules->allows(text.substr(text.find('/', 8)));
    denied += !allowed;
    return allowed;
  }

  void make_final(page& p, const std::string& text) {
    check(!p.final, "two rows", text);
    p.final = true;
    ++rows_;
  }

  limits promised_;
  const simulated_web& web_;
  std::map<std::string, page> pages_;
  std::map<std::string, host> hosts_;
  std::map<std::string, origin> origins_;
  std::map<std::uint64_t, std::string> by_id_;
  std::set<std::string> linked_;
  std::uint32_t active_ = 0, robots_in_flight_ = 0;
  std::uint64_t begun_ = 0, rows_ = 0, bytes_ = 0;
};

} // namespace troupe::crawl
