// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_why.hpp"

#include <cstdio>
#include <ctime>
#include <optional>
#include <utility>

namespace troupe::apps {

namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// The second in which it has come: who looks then finds it going.
json::value unix_s(std::int64_t now_unix_ms, const std::optional<milliseconds>& in) {
  if (!in)
    return nullptr;
  return (now_unix_ms + in->count() + 999) / 1'000;
}

std::string text_of(const json::object& x, const char* name) {
  const auto* v = x.if_contains(name);
  return v && v->is_string() ? std::string{v->as_string()} : "";
}

std::string number_text(const json::object& x, const char* name) {
  const auto* v = x.if_contains(name);
  return v && v->is_number() ? std::to_string(v->to_number<std::int64_t>()) : "-";
}

std::string time_text(const json::object& x, const char* name) {
  const auto* v = x.if_contains(name);
  return v && v->is_number() ? utc_text(v->to_number<std::int64_t>()) : "-";
}

} // namespace

std::string utc_text(std::int64_t unix_s) {
  const auto seconds = static_cast<std::time_t>(unix_s);
  char text[32] = "";
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts))
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

void tell_why(json::object& told, const crawl::standstill& why, std::int64_t now_unix_ms) {
  json::array reasons, hosts;
  for (const auto& r : why.reasons)
    if (r.why != crawl::wait_reason::none)
      reasons.emplace_back(json::object{{"reason", to_string(r.why)},
                                        {"count", r.count},
                                        {"until_unix_s", unix_s(now_unix_ms, r.first_in)}});
  for (const auto& h : why.hosts)
    hosts.emplace_back(json::object{{"host", h.host},
                                    {"queued", h.queued},
                                    {"in_flight", h.in_flight},
                                    {"why", to_string(h.why)},
                                    {"next_unix_s", unix_s(now_unix_ms, h.next_in)},
                                    {"delay_ms", h.delay_ms}});
  told["waiting"] = crawl::sentence_of(why, now_unix_ms);
  told["reasons"] = std::move(reasons);
  told["hosts_now"] = std::move(hosts);
  told["hosts_known"] = why.hosts_in_all;
}

told_why::told_why(const json::object& told) {
  const auto* reasons = told.if_contains("reasons");
  const auto* hosts = told.if_contains("hosts_now");
  told_ = reasons && reasons->is_array() && hosts && hosts->is_array();
  if (!told_)
    return;
  reasons_ = reasons->as_array();
  for (const auto& v : hosts->as_array())
    if (v.is_object()) {
      const auto& h = v.as_object();
      auto why = text_of(h, "why");
      hosts_[text_of(h, "host")] = {number_text(h, "queued"), number_text(h, "in_flight"),
                                    time_text(h, "next_unix_s"), why.empty() ? "-" : why};
    }
}

std::string told_why::lines() const {
  std::string out;
  for (const auto& v : reasons_) {
    if (!v.is_object())
      continue;
    const auto& r = v.as_object();
    auto count = number_text(r, "count");
    out += "  " + std::string(count.size() < 10 ? 10 - count.size() : 0, ' ') + count + "  "
           + text_of(r, "reason");
    if (const auto at = time_text(r, "until_unix_s"); at != "-")
      out += ", the first until " + at;
    out += '\n';
  }
  return out;
}

live_columns told_why::take(const std::string& host) {
  auto found = hosts_.extract(host);
  return found.empty() ? live_columns{} : std::move(found.mapped());
}

} // namespace troupe::apps
