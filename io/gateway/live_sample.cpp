// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/live_sample.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

namespace troupe::gateway {

namespace json = boost::json;

namespace {

/// How fast counters grew since the sample before.
class rates {
public:
  rates(const live_sample& now, const std::optional<live_sample>& before) : before_(before) {
    if (before)
      seconds_ = std::chrono::duration<double>(now.when - before->when).count();
  }
  double requests(std::uint64_t now) const {
    return before_ ? rate(now, before_->http.requests) : 0;
  }
  /// Takes: which list of a service's reading, and which field of its items.
  template <class Item>
  double of(std::string_view service, const Item& item, std::vector<Item> reading::*list,
            std::uint64_t Item::*field) const {
    if (!before_)
      return 0;
    for (const auto& s : before_->services)
      if (s.name == service)
        for (const auto& then : s.now.*list)
          if (then.name == item.name)
            return rate(item.*field, then.*field);
    return 0;
  }

private:
  double rate(std::uint64_t now, std::uint64_t then) const {
    return seconds_ > 0 && now > then
               ? std::round(static_cast<double>(now - then) / seconds_ * 10) / 10
               : 0;
  }
  const std::optional<live_sample>& before_;
  double seconds_ = 0;
};

json::array actors_of(const live_sample::part& s, const rates& r) {
  json::array out;
  for (std::size_t i = 0; i < std::min(s.now.actors.size(), readings_max); ++i) {
    const auto& a = s.now.actors[i];
    out.push_back(json::object{
        {"kind", a.name},
        {"alive", a.alive},
        {"mailbox", a.mailbox},
        {"messages", a.messages},
        {"messages_per_s", r.of(s.name, a, &reading::actors, &actor_reading::messages)}});
  }
  return out;
}

json::array counters_of(const live_sample::part& s, const rates& r) {
  json::array out;
  for (std::size_t i = 0; i < std::min(s.now.counters.size(), readings_max); ++i) {
    const auto& c = s.now.counters[i];
    const double per_s = c.total ? r.of(s.name, c, &reading::counters, &counter_reading::value) : 0;
    out.push_back(
        json::object{{"name", c.name}, {"total", c.total}, {"value", c.value}, {"per_s", per_s}});
  }
  return out;
}

json::array nodes_of(const live_sample::part& s) {
  json::array out;
  for (std::size_t i = 0; i < std::min(s.now.nodes.size(), readings_max); ++i) {
    const auto& n = s.now.nodes[i];
    out.push_back(json::object{{"name", n.name},
                               {"state", n.state},
                               {"roles", n.roles},
                               {"processors", n.processors},
                               {"address", n.address},
                               {"why", n.why},
                               {"since_unix_ms", n.since_unix_ms}});
  }
  return out;
}

} // namespace

live_sample take_sample(const std::vector<named_service>& services, const server_watch& server) {
  live_sample out;
  out.http = server();
  for (const auto& s : services)
    out.services.push_back({s.name, s.what->not_ready(), s.what->read()});
  out.when = std::chrono::steady_clock::now();
  return out;
}

std::string to_json(const live_sample& now, const std::optional<live_sample>& before,
                    std::uint32_t every_ms) {
  const rates r(now, before);
  json::array services;
  for (const auto& s : now.services)
    services.push_back(json::object{{"name", s.name},
                                    {"not_ready", s.not_ready},
                                    {"actors", actors_of(s, r)},
                                    {"counters", counters_of(s, r)},
                                    {"nodes", nodes_of(s)}});
  return json::serialize(json::object{{"every_ms", every_ms},
                                      {"http",
                                       {{"connections", now.http.connections},
                                        {"in_flight", now.http.in_flight},
                                        {"streams", now.http.streams},
                                        {"requests", now.http.requests},
                                        {"requests_per_s", r.requests(now.http.requests)}}},
                                      {"services", std::move(services)}});
}

} // namespace troupe::gateway
