// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/metrics.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

namespace troupe::gateway {

namespace {

namespace prom = prometheus;
using labels = std::vector<prom::ClientMetric::Label>;

prom::MetricFamily family(std::string name, std::string help, prom::MetricType type) {
  return {std::move(name), std::move(help), type, {}};
}
void add(prom::MetricFamily& to, labels l, double value) {
  prom::ClientMetric m;
  m.label = std::move(l);
  (to.type == prom::MetricType::Counter ? m.counter.value : m.gauge.value) = value;
  to.metric.push_back(std::move(m));
}
prom::MetricFamily gauge(std::string name, std::string help, double value) {
  auto f = family(std::move(name), std::move(help), prom::MetricType::Gauge);
  add(f, {}, value);
  return f;
}

/// Returns: `text` as a part of a metric's name: [a-z0-9_].
std::string name_part(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    out += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
  }
  return out;
}

prom::ClientMetric histogram(const route_count& r) {
  prom::ClientMetric m;
  m.label = {{"route", r.route}};
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < latency_buckets; ++i) {
    so_far += r.by_latency[i];
    m.histogram.bucket.push_back({so_far, i < latency_s_bounds.size()
                                              ? latency_s_bounds[i]
                                              : std::numeric_limits<double>::infinity()});
  }
  m.histogram.sample_count = so_far;
  m.histogram.sample_sum = r.took_s;
  return m;
}

void add_requests(std::vector<prom::MetricFamily>& out, const request_counts& counts) {
  auto total =
      family("troupe_http_requests_total", "Finished requests.", prom::MetricType::Counter);
  auto took =
      family("troupe_http_request_seconds", "From a whole request to its answer's last byte.",
             prom::MetricType::Histogram);
  auto bytes = family("troupe_http_answer_bytes_total", "Bytes of answers' bodies, as sent.",
                      prom::MetricType::Counter);
  for (const auto& r : counts.read()) {
    if (r.by_answer.empty())
      continue; // a route that nobody used has no series
    for (const auto& a : r.by_answer)
      add(total,
          {{"route", r.route},
           {"method", std::string(a.method)},
           {"status", std::string(a.status)}},
          static_cast<double>(a.count));
    took.metric.push_back(histogram(r));
    add(bytes, {{"route", r.route}}, static_cast<double>(r.body_bytes));
  }
  for (auto* f : {&total, &took, &bytes})
    out.push_back(std::move(*f));
}

/// A series may be there once: what has the same name is one kind.
std::map<std::string, actor_reading> by_kind(const std::vector<actor_reading>& actors) {
  std::map<std::string, actor_reading> out;
  for (std::size_t i = 0; i < std::min(actors.size(), readings_max); ++i) {
    auto& kind = out[actors[i].name];
    kind.alive += actors[i].alive;
    kind.mailbox += actors[i].mailbox;
    kind.messages += actors[i].messages;
  }
  return out;
}

/// Returns: what a service's counter counts, as a sentence.
std::string help_of(const std::string& name) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"numbers_asked",
       "Numbers that were asked about; one that comes twice in a question is one."},
      {"prime_questions", "Questions about primes that were answered, of any number of numbers."},
      {"prime_questions_waiting", "Questions about primes without an answer yet."},
      {"trios_answered", "Questions for the three sources that were answered."},
      {"trios_waiting", "Questions for the three sources without an answer yet."},
      {"bank_operations_committed", "Operations that were done, and synced."},
      {"bank_operations_refused",
       "Operations that were refused, with their refusals in the ledger."},
      {"bank_transfers_committed",
       "Transfers among the operations done; between partitions also posts."},
      {"bank_commits", "Commits of the ledger's files; one holds what many clients asked."},
      {"bank_operations_answered", "Operations that a cluster's bank has answered."},
      {"nodes_up", "Processes of the cluster that are up."},
      {"nodes_suspect", "Processes of the cluster that are silent for longer than they should be."},
      {"nodes_draining", "Processes of the cluster that finish what they have."},
      {"nodes_down", "Processes of the cluster that are lost."},
      {"cluster_clients", "Connected to the coordinator without a role; this server is one."},
      {"crawls_ended", "Crawls that have ended, however."},
      {"crawls_running", "Crawls that run."},
      {"crawls_waiting", "Crawls that wait for a place to run in."},
      {"crawl_pages", "Pages that all crawls have finished."},
      {"crawl_items", "Items that all crawls have taken out of pages."},
      {"crawl_faults", "Pages of all crawls that could not be had."},
      {"crawl_bytes", "Bytes of all crawls' pages, decompressed."}};
  for (const auto& [word, help] : known)
    if (word == name)
      return std::string{help};
  return "What services count as " + name_part(name) + ".";
}

/// Services may have counters of one name; of one service's with the same name the first is told.
void add_counter(std::vector<prom::MetricFamily>& to, const std::string& service,
                 const counter_reading& c) {
  const auto type = c.total ? prom::MetricType::Counter : prom::MetricType::Gauge;
  const auto name = "troupe_" + name_part(c.name) + (c.total ? "_total" : "");
  auto f = std::find_if(to.begin(), to.end(), [&](const auto& x) { return x.name == name; });
  if (f == to.end())
    f = to.insert(to.end(), family(name, help_of(c.name), type));
  const bool there = std::any_of(f->metric.begin(), f->metric.end(),
                                 [&](const auto& m) { return m.label.front().value == service; });
  if (f->type == type && !there)
    add(*f, {{"service", service}}, static_cast<double>(c.value));
}

void add_nodes(prom::MetricFamily& up, prom::MetricFamily& processors, const std::string& service,
               const std::vector<node_reading>& nodes) {
  for (std::size_t i = 0; i < std::min(nodes.size(), readings_max); ++i) {
    const auto& n = nodes[i];
    add(up, {{"service", service}, {"node", n.name}},
        n.state == "up" || n.state == "draining" ? 1 : 0);
    add(processors, {{"service", service}, {"node", n.name}}, static_cast<double>(n.processors));
  }
}

void add_services(std::vector<prom::MetricFamily>& out,
                  const std::vector<named_service>& services) {
  auto ready =
      family("troupe_service_ready", "1 if the service can work.", prom::MetricType::Gauge);
  auto alive = family("troupe_actors_alive", "Actors of the kind.", prom::MetricType::Gauge);
  auto mailbox = family("troupe_mailbox_depth", "Messages that wait for actors of the kind.",
                        prom::MetricType::Gauge);
  auto messages = family("troupe_actor_messages_total",
                         "Messages that actors of the kind dealt with.", prom::MetricType::Counter);
  auto up =
      family("troupe_node_up", "1 if the process is up, or draining.", prom::MetricType::Gauge);
  auto processors =
      family("troupe_node_processors", "Processors that it works with.", prom::MetricType::Gauge);
  std::vector<prom::MetricFamily> counters;
  for (const auto& s : services) {
    add(ready, {{"service", s.name}}, s.what->not_ready().empty() ? 1 : 0);
    const auto now = s.what->read();
    for (const auto& [kind, a] : by_kind(now.actors)) {
      const labels who{{"service", s.name}, {"kind", kind}};
      add(alive, who, static_cast<double>(a.alive));
      add(mailbox, who, static_cast<double>(a.mailbox));
      add(messages, who, static_cast<double>(a.messages));
    }
    for (std::size_t i = 0; i < std::min(now.counters.size(), readings_max); ++i)
      add_counter(counters, s.name, now.counters[i]);
    add_nodes(up, processors, s.name, now.nodes);
  }
  for (auto* f : {&ready, &alive, &mailbox, &messages})
    out.push_back(std::move(*f));
  for (auto* f : {&up, &processors})
    if (!f->metric.empty())
      out.push_back(std::move(*f));
  for (auto& f : counters)
    if (std::none_of(out.begin(), out.end(), [&](const auto& x) { return x.name == f.name; }))
      out.push_back(std::move(f));
}

void add_process(std::vector<prom::MetricFamily>& out, double start_s, std::uint64_t descriptors) {
  out.push_back(gauge("process_start_time_seconds", "When it started, since 1970.", start_s));
  // Linux only; elsewhere these are left out.
  std::uint64_t pages = 0, resident = 0;
  if (std::ifstream statm("/proc/self/statm"); statm >> pages >> resident)
    out.push_back(
        gauge("process_resident_memory_bytes", "Resident memory.",
              static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE))));
  if (descriptors > 0)
    out.push_back(gauge("process_open_fds", "Open descriptors.", static_cast<double>(descriptors)));
}

} // namespace

std::uint64_t count_descriptors() {
  std::error_code e;
  std::uint64_t open = 0;
  for (std::filesystem::directory_iterator i("/proc/self/fd", e), end; !e && i != end;
       i.increment(e))
    ++open;
  return !e && open > 0 ? open - 1 : 0; // one of them was for looking
}

metrics::metrics(std::vector<named_service> services, server_watch server,
                 std::function<std::uint64_t()> open_descriptors)
    : services_(std::move(services)), server_(std::move(server)),
      descriptors_(std::move(open_descriptors)),
      start_s_(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
                   .count()) {}

void add_metrics_routes(front& f, const metrics& from) {
  f.add({.pattern = "/metrics", .handle = [&from](const exchange& x) {
           x.answer.send(
               {.content_type = "text/plain; version=0.0.4; charset=utf-8",
                .fields = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
                .body = from.text()});
         }});
}

void metrics::know_routes(const std::vector<route>& routes) {
  std::vector<std::string_view> labels;
  for (const auto& r : routes)
    labels.emplace_back(r.pattern);
  requests_.know(labels);
}

std::string metrics::text() const {
  std::vector<prom::MetricFamily> out;
  add_requests(out, requests_);
  const auto now = server_();
  const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
  out.push_back(gauge("troupe_http_connections", "Open connections.", count(now.connections)));
  out.push_back(gauge("troupe_http_in_flight", "Requests not yet answered.", count(now.in_flight)));
  out.push_back(gauge("troupe_http_streams", "Streamed answers under way.", count(now.streams)));
  out.push_back(gauge("troupe_http_incoming_bytes", "Held for requests that have not come whole.",
                      count(now.incoming_bytes)));
  add_services(out, services_);
  add_process(out, start_s_, descriptors_.get());
  return prom::TextSerializer().Serialize(out);
}

} // namespace troupe::gateway
