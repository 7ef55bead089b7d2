// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>

#include "domain/compare/report.hpp"

namespace troupe::compare {

namespace {

template <class... Values>
std::string line(const char* form, Values... values) {
  char text[512];
  std::snprintf(text, sizeof text, form, values...);
  return std::string{text} + "\n";
}

std::string cells_text(const workload& w) {
  auto out = line("  %-20s %9s  %-19s %8s %8s %7s %9s %8s", "engine", "median s", "range s",
                  "CPU s", "CPU/wall", "others", "switches", "RSS MiB");
  for (const auto& c : w.cells) {
    const auto wall = c.wall_s();
    out += line("  %-20s %9.3f  %8.3f .. %-7.3f %8.3f %8.2f %7.2f %9.0f %8.1f", c.label().c_str(),
                wall.median, wall.low, wall.high, c.cpu_s().median, c.cpu_per_wall(), c.others(),
                c.switches().median, static_cast<double>(c.rss_kib()) / 1024);
  }
  const bool answers = std::any_of(w.cells.begin(), w.cells.end(),
                                   [](const cell& c) { return !c.latencies_ms.empty(); });
  if (!answers)
    return out;
  out += line("  %-20s %9s %9s %9s %9s", "latency, ms", "p50", "p90", "p99", "most");
  for (const auto& c : w.cells)
    if (!c.latencies_ms.empty())
      out += line("  %-20s %9.3f %9.3f %9.3f %9.3f", c.label().c_str(),
                  quantile(c.latencies_ms, 0.5), quantile(c.latencies_ms, 0.9),
                  quantile(c.latencies_ms, 0.99), c.latencies_ms.back());
  return out;
}

// The actors' versions against those with locks, of all workloads.
std::string overhead_text(const report& r) {
  std::string rows;
  std::size_t locks = 0, actors = 0, neither = 0;
  for (const auto& w : r.workloads)
    for (const auto& c : contrasts_of(w))
      if (c.who.locks) {
        ++(c.ahead > 0 ? locks : c.ahead < 0 ? actors : neither);
        rows += line("  %-32s %-30s %6.2f %6.2f  %s", (w.scenario + ", " + w.name).c_str(),
                     (c.who.engine + " / " + c.who.against).c_str(), c.wall_ratio, c.cpu_ratio,
                     c.ahead > 0   ? "locks win"
                     : c.ahead < 0 ? "actors win"
                                   : "no winner");
      }
  if (rows.empty())
    return "";
  return "\nactors against locks (ratios of medians; below 1 the actors need less)\n"
         + line("  %-32s %-30s %6s %6s", "workload", "actors / locks", "time", "CPU") + rows
         + "  locks win " + std::to_string(locks) + ", actors win " + std::to_string(actors)
         + ", no winner " + std::to_string(neither) + "\n";
}

} // namespace

std::string report_text(const report& r) {
  const auto& m = r.machine;
  auto out = line("%s", r.command.c_str());
  out +=
      line("load %.2f before, %.2f after; %u runs of each after %u to warm up, in an order drawn "
           "from seed %llu",
           m.load_before, m.load_after, r.runs, r.warmups, static_cast<unsigned long long>(r.seed));
  for (const auto& w : warnings_of(r))
    out += "note: " + w + "\n";
  for (const auto& w : r.workloads) {
    out += "\n" + w.scenario + ", " + w.name + ": " + w.what + "\n";
    out += "  input: " + w.input + "; all answered the same: " + w.answer_hash + ", "
           + std::to_string(w.answer_lines) + (w.answer_lines == 1 ? " line\n" : " lines\n");
    out += cells_text(w);
    out +=
        line("  a peak RSS of %.1f MiB or less says nothing: it is that of the measuring program",
             static_cast<double>(w.rss_floor_kib) / 1024);
    for (const auto& s : sentences_of(w, m.cores))
      out += "  " + s + "\n";
  }
  return out + overhead_text(r);
}

} // namespace troupe::compare
