// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/crawl_kept.hpp"
#include "apps/crawl_options.hpp"
#include "apps/crawl_report.hpp"
#include "apps/crawl_why.hpp"
#include "apps/describe.hpp"
#include "io/unix_time.hpp"

namespace troupe::apps {

namespace {

namespace json = boost::json;
using view = io::crawl_book_view;

const char* state_of(const view& v) {
  return v.ended ? "ended" : v.process ? "running" : v.why_failed.empty() ? "stopped" : "failed";
}

json::object parsed(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return error || !value.is_object() ? json::object{} : std::move(value.as_object());
}

void print_json(const view& v) {
  json::object faults, statuses;
  for (const auto& [name, n] : v.faults)
    faults[name] = n;
  for (const auto& [status, n] : v.statuses)
    statuses[std::to_string(status)] = n;
  json::array hosts;
  for (const auto& h : v.hosts)
    hosts.emplace_back(json::object{
        {"host", h.name}, {"pages", h.pages}, {"errors", h.errors}, {"bytes", h.bytes}});
  json::value against;
  if (v.previous)
    against = json::object{{"new", v.previous->fresh},
                           {"changed", v.previous->changed},
                           {"unchanged", v.previous->unchanged},
                           {"failed", v.previous->failed},
                           {"gone", v.previous->gone}};
  std::puts(json::serialize(json::object{{"state", state_of(v)},
                                         {"process", v.process},
                                         {"begun_unix_ms", v.begun_unix_ms},
                                         {"pages", v.pages},
                                         {"rows_in_outputs", v.rows},
                                         {"told_unix_ms", v.now_unix_ms},
                                         {"told", parsed(v.now)},
                                         {"statuses", std::move(statuses)},
                                         {"faults", std::move(faults)},
                                         {"hosts", std::move(hosts)},
                                         {"hosts_in_all", v.hosts_in_all},
                                         {"against_previous", std::move(against)},
                                         {"identity", parsed(v.identity)}})
                .c_str());
}

std::string time_text(std::int64_t unix_ms) { return utc_text(unix_ms / 1'000); }

// Hosts with pages first, then those that only wait; how it stands with each while it is told.
// Returns: how many rows with pages there were.
std::size_t print_hosts(const view& v, told_why& now, const std::string& folder) {
  const auto row = [&now](const std::string& pages, const std::string& errors,
                          const std::string& bytes, const live_columns& c,
                          const std::string& host) {
    std::printf("%10s %8s %12s", pages.c_str(), errors.c_str(), bytes.c_str());
    if (now.told())
      std::printf(" %8s %9s  %-23s  %-15s", c.queued.c_str(), c.in_flight.c_str(), c.next.c_str(),
                  c.why.c_str());
    std::printf("  %s\n", host.c_str());
  };
  row("pages", "errors", "bytes", {"queued", "in flight", "next at", "why"}, "host");
  for (const auto& h : v.hosts)
    row(std::to_string(h.pages), std::to_string(h.errors), human_bytes(h.bytes), now.take(h.name),
        h.name);
  std::vector<std::string> names;
  for (const auto& [host, columns] : now.rest())
    names.push_back(host);
  std::size_t with_pages = v.hosts.size();
  for (const auto& h : io::look_at_hosts(folder, names)) {
    with_pages += h.pages > 0;
    row(std::to_string(h.pages), std::to_string(h.errors), human_bytes(h.bytes), now.take(h.name),
        h.name);
  }
  return with_pages;
}

unsigned long long number_of(const json::object& x, const char* name) {
  const auto* v = x.if_contains(name);
  return v && v->is_number() ? v->to_number<std::uint64_t>() : 0;
}

std::string how_it_stands(const view& v) {
  if (v.ended)
    return "ended: nothing is left to do";
  if (!v.why_failed.empty())
    return "failed: " + v.why_failed + ", the same command begins anew";
  return "stopped: the same command goes on with it";
}

void print_text(const view& v, const std::string& folder) {
  const auto now = parsed(v.now);
  if (v.process)
    std::printf("running (process %lld), begun %s\n", static_cast<long long>(v.process),
                time_text(v.begun_unix_ms).c_str());
  else
    std::printf("%s, begun %s\n", how_it_stands(v).c_str(), time_text(v.begun_unix_ms).c_str());
  std::printf("%llu pages done", static_cast<unsigned long long>(v.pages));
  if (!now.empty())
    std::printf(", %llu queued, %llu in flight, %.1f pages a second, told %.1f s ago",
                number_of(now, "queued"), v.process ? number_of(now, "in_flight") : 0,
                v.process && now.contains("pages_per_second")
                    ? now.at("pages_per_second").to_number<double>()
                    : 0.0,
                static_cast<double>(io::now_unix_ms() - v.now_unix_ms) / 1000);
  std::puts("");
  for (const auto& [status, n] : v.statuses)
    std::printf("  %10llu  status %d\n", static_cast<unsigned long long>(n), status);
  for (const auto& [name, n] : v.faults)
    std::printf("  %10llu  %s\n", static_cast<unsigned long long>(n), name.c_str());
  for (const char* name : {"robots_denied", "robots_unreachable", "out_of_scope", "dropped"})
    if (const auto n = number_of(now, name))
      std::printf("  %10llu  %s\n", n, name);
  if (v.previous)
    std::printf("against the crawl before: %llu new, %llu changed, %llu unchanged, %llu not had, "
                "%llu %s\n",
                static_cast<unsigned long long>(v.previous->fresh),
                static_cast<unsigned long long>(v.previous->changed),
                static_cast<unsigned long long>(v.previous->unchanged),
                static_cast<unsigned long long>(v.previous->failed),
                static_cast<unsigned long long>(v.previous->gone),
                v.ended ? "gone" : "not met again yet");
  told_why why{v.process ? now : json::object{}};
  if (v.process && !why.told())
    std::puts("why nothing more goes now: not told");
  else if (const auto lines = why.lines(); !lines.empty())
    std::printf("why nothing more goes now\n%s", lines.c_str());
  const auto shown = print_hosts(v, why, folder);
  if (v.hosts_in_all > shown)
    std::printf("%llu hosts more (--hosts)\n",
                static_cast<unsigned long long>(v.hosts_in_all - shown));
}

} // namespace

int crawl_status(int argc, char** argv) {
  std::string folder;
  std::size_t hosts = 20;
  bool as_json = false;
  CLI::App app{"Says how a crawl with --state stands, whether it runs or not.", "status"};
  app.add_option("--state", folder, "Its folder")->required();
  app.add_option("--hosts", hosts, "Hosts to list at most, those with most pages first")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}))
      ->capture_default_str();
  app.add_flag("--json", as_json, "One line of JSON");
  app.footer("Exit codes: 0 done; 1 there is no crawl, or it cannot be read; 2 usage.");
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    return usage_error(e.what(), "see troupe-crawl status --help");
  }
  const auto seen = io::look_at_crawl_book(folder, hosts);
  as_json ? print_json(seen) : print_text(seen, folder);
  return 0;
}

} // namespace troupe::apps
