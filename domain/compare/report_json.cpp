// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/compare/report.hpp"

namespace troupe::compare {

namespace json = boost::json;

namespace {

constexpr double shares[] = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};

json::object spread_json(const spread& s) {
  return {{"median", s.median}, {"low", s.low}, {"high", s.high}};
}

json::array samples_json(const std::vector<sample>& samples) {
  json::array out;
  for (const auto& s : samples)
    out.emplace_back(json::object{{"position", s.position},
                                  {"wall_s", s.wall_s},
                                  {"user_s", s.user_s},
                                  {"system_s", s.system_s},
                                  {"voluntary_switches", s.voluntary},
                                  {"involuntary_switches", s.involuntary},
                                  {"rss_kib", s.rss_kib},
                                  {"others", s.others}});
  return out;
}

json::object cell_json(const cell& c, unsigned cores) {
  json::object out{{"engine", c.engine},
                   {"workers", c.workers},
                   {"takes_workers", c.takes_workers},
                   {"label", c.label()},
                   {"command", c.command},
                   {"wall_s", spread_json(c.wall_s())},
                   {"cpu_s", spread_json(c.cpu_s())},
                   {"cpu_per_wall", c.cpu_per_wall()},
                   {"others", c.others()},
                   {"limit", to_string(limit_of(c, cores))},
                   {"switches", spread_json(c.switches())},
                   {"rss_kib", c.rss_kib()},
                   {"samples", samples_json(c.samples)}};
  if (!c.latencies_ms.empty()) {
    json::array points;
    for (const auto share : shares)
      points.emplace_back(json::array{share, quantile(c.latencies_ms, share)});
    out["latency_ms"] =
        json::object{{"count", c.latencies_ms.size()}, {"quantiles", std::move(points)}};
  }
  return out;
}

json::object workload_json(const workload& w, unsigned cores) {
  json::array cells, contrasts, sentences;
  for (const auto& c : w.cells)
    cells.emplace_back(cell_json(c, cores));
  for (const auto& c : contrasts_of(w))
    contrasts.emplace_back(json::object{{"engine", c.who.engine},
                                        {"against", c.who.against},
                                        {"locks", c.who.locks},
                                        {"workers", c.workers},
                                        {"wall_ratio", c.wall_ratio},
                                        {"cpu_ratio", c.cpu_ratio},
                                        {"ahead", c.ahead < 0   ? json::value(c.who.engine)
                                                  : c.ahead > 0 ? json::value(c.who.against)
                                                                : json::value(nullptr)}});
  for (auto& s : sentences_of(w, cores))
    sentences.emplace_back(std::move(s));
  return {{"scenario", w.scenario},
          {"name", w.name},
          {"what", w.what},
          {"input", w.input},
          {"answer_hash", w.answer_hash},
          {"answer_lines", w.answer_lines},
          {"rss_floor_kib", w.rss_floor_kib},
          {"limit", to_string(limit_of(w, cores))},
          {"sentences", std::move(sentences)},
          {"contrasts", std::move(contrasts)},
          {"cells", std::move(cells)}};
}

} // namespace

std::string report_json(const report& r) {
  const auto& m = r.machine;
  json::array workloads, warnings;
  for (const auto& w : r.workloads)
    workloads.emplace_back(workload_json(w, m.cores));
  for (auto& w : warnings_of(r))
    warnings.emplace_back(std::move(w));
  return json::serialize(json::object{{"command", r.command},
                                      {"seed", r.seed},
                                      {"runs", r.runs},
                                      {"warmups", r.warmups},
                                      {"machine",
                                       {{"cores", m.cores},
                                        {"processor", m.processor},
                                        {"kernel", m.kernel},
                                        {"build", m.build},
                                        {"version", m.version},
                                        {"date", m.date},
                                        {"load_before", m.load_before},
                                        {"load_after", m.load_after}}},
                                      {"warnings", std::move(warnings)},
                                      {"workloads", std::move(workloads)}});
}

} // namespace troupe::compare
