// SPDX-License-Identifier: BSD-3-Clause
// What may be said of what was measured.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "domain/compare/report.hpp"

namespace troupe::compare {

namespace {

// Of the processors that a cell could have kept busy, it kept busy at least / at most so much.
constexpr double busy_share = 0.75;
constexpr double idle_share = 0.40;
// Others' use grows as ours falls, so that it says at most how much was out of reach: no more than
// this share of what we could have used is taken to have been.
constexpr double lost_share_max = 0.5;
// More workers that are no faster and need so much more CPU, or wait so much more often, wait for
// each other.
constexpr double dearer = 1.25;
constexpr double restless = 4;
constexpr double switches_min = 1'000; // fewer say nothing

template <class Value>
std::vector<double> of_all(const std::vector<sample>& samples, Value value) {
  std::vector<double> out;
  for (const auto& s : samples)
    out.push_back(static_cast<double>(value(s)));
  return out;
}

std::string ratio_text(double r) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", r);
  return text;
}

const cell* find(const std::vector<const cell*>& cells, const std::string& engine) {
  const auto found =
      std::find_if(cells.begin(), cells.end(), [&](const cell* c) { return c->engine == engine; });
  return found == cells.end() ? nullptr : *found;
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

/// Returns: the same engine with the fewest workers, if those are fewer.
const cell* narrowest(const workload& w, const cell& wide) {
  const cell* found = nullptr;
  for (const auto& c : w.cells)
    if (c.engine == wide.engine && c.workers < wide.workers
        && (!found || c.workers < found->workers))
      found = &c;
  return found;
}

bool contends(const cell& few, const cell& many) {
  const bool faster =
      many.wall_s().median < few.wall_s().median && !overlap(many.wall_s(), few.wall_s());
  if (faster)
    return false;
  const double switches = many.switches().median;
  return many.cpu_s().median > dearer * few.cpu_s().median
         || (switches > switches_min && switches > restless * few.switches().median);
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

// What is not slower than the fastest as far as the ranges tell.
std::vector<const cell*> leaders(std::vector<const cell*> cells) {
  std::sort(cells.begin(), cells.end(),
            [](const cell* a, const cell* b) { return a->wall_s().median < b->wall_s().median; });
  std::vector<const cell*> out;
  for (const auto* c : cells)
    if (out.empty() || overlap(c->wall_s(), out.front()->wall_s()))
      out.push_back(c);
  return out;
}

std::string fastest(const workload& w) {
  const auto ahead = leaders(widest(w));
  std::vector<std::string> names;
  for (const auto* c : ahead)
    names.push_back(c->label());
  if (names.size() == 1)
    return "Fastest: " + names[0] + ".";
  return "No winner: the ranges of " + joined(names) + " overlap.";
}

const char* what_fits(limit l) {
  switch (l) {
  case limit::cpu:
    return "It keeps its processors busy. What fits: as many workers as processors, of whatever "
           "kind; more gain nothing, and what counts is what a hand-over costs.";
  case limit::waiting:
    return "It waits, and its processors idle. What fits: many in flight at once, by what is "
           "cheapest while it waits; workers above the number of processors do pay.";
  case limit::contention:
    return "Its workers wait for each other. What fits: share less, hold it shorter, or have one "
           "owner that gets work in batches; more workers make it worse.";
  case limit::unknown:
    return "Most of it is the start of programs: ask for more work.";
  case limit::mixed:
    return "It neither fills its processors nor clearly waits. What fits: a few more workers than "
           "processors, and measuring again.";
  }
  return "";
}

std::string told(const contrast& c) {
  auto out = c.who.engine + " took " + ratio_text(c.wall_ratio) + " of the time of " + c.who.against
             + " and " + ratio_text(c.cpu_ratio) + " of its CPU";
  if (c.ahead == 0)
    return out + ": the ranges overlap, neither wins.";
  if (c.who.locks)
    return out + (c.ahead < 0 ? ": actors win." : ": locks win.");
  return out + "; faster: " + (c.ahead < 0 ? c.who.engine : c.who.against) + ".";
}

} // namespace

spread cell::wall_s() const {
  return spread_of(of_all(samples, [](const sample& s) { return s.wall_s; }));
}
spread cell::cpu_s() const {
  return spread_of(of_all(samples, [](const sample& s) { return s.cpu_s(); }));
}
double cell::cpu_per_wall() const {
  return spread_of(of_all(samples, [](const sample& s) { return ratio(s.cpu_s(), s.wall_s); }))
      .median;
}
double cell::others() const {
  return spread_of(of_all(samples, [](const sample& s) { return s.others; })).median;
}
spread cell::switches() const {
  return spread_of(of_all(samples, [](const sample& s) { return s.voluntary + s.involuntary; }));
}
std::uint64_t cell::rss_kib() const {
  std::uint64_t most = 0;
  for (const auto& s : samples)
    most = std::max(most, s.rss_kib);
  return most;
}
std::string cell::label() const {
  return takes_workers ? engine + " x" + std::to_string(workers) : engine;
}

std::string_view to_string(limit l) {
  static constexpr std::array<std::string_view, 5> names{
      "CPU-bound", "IO-bound", "contention-bound", "mixed", "too short to tell"};
  return names[static_cast<std::size_t>(l)];
}

std::vector<const cell*> widest(const workload& w) {
  std::vector<const cell*> out;
  for (const auto& c : w.cells) {
    const auto same =
        std::find_if(out.begin(), out.end(), [&](const cell* o) { return o->engine == c.engine; });
    if (same == out.end())
      out.push_back(&c);
    else if (c.workers > (*same)->workers)
      *same = &c;
  }
  return out;
}

limit limit_of(const cell& c, unsigned cores) {
  if (c.wall_s().median < told_from_s)
    return limit::unknown;
  const double wanted = std::clamp(c.workers, 1u, std::max(cores, 1u));
  const double left = std::max(cores, 1u) - c.others();
  const double usable = std::clamp(left, (1 - lost_share_max) * wanted, wanted);
  const double share = c.cpu_per_wall() / usable;
  return share >= busy_share ? limit::cpu : share <= idle_share ? limit::waiting : limit::mixed;
}

limit limit_of(const workload& w, unsigned cores) {
  std::size_t compared = 0, contending = 0;
  std::array<std::size_t, 5> votes{};
  for (const auto* c : widest(w)) {
    ++votes[static_cast<std::size_t>(limit_of(*c, cores))];
    if (const auto* few = narrowest(w, *c)) {
      ++compared;
      contending += contends(*few, *c);
    }
  }
  const auto short_ones = votes[static_cast<std::size_t>(limit::unknown)];
  if (compared > 0 && 2 * contending > compared && 2 * short_ones < widest(w).size())
    return limit::contention;
  const auto most = std::max_element(votes.begin(), votes.end());
  return 2 * *most > widest(w).size() ? static_cast<limit>(most - votes.begin()) : limit::mixed;
}

std::vector<contrast> contrasts_of(const workload& w) {
  std::vector<contrast> out;
  const auto cells = widest(w);
  for (const auto& pair : w.pairings) {
    const auto *a = find(cells, pair.engine), *b = find(cells, pair.against);
    if (!a || !b)
      continue;
    const auto of_a = a->wall_s(), of_b = b->wall_s();
    out.push_back({pair, a->workers, ratio(of_a.median, of_b.median),
                   ratio(a->cpu_s().median, b->cpu_s().median),
                   overlap(of_a, of_b)         ? 0
                   : of_a.median < of_b.median ? -1
                                               : 1});
  }
  return out;
}

std::vector<std::string> sentences_of(const workload& w, unsigned cores) {
  if (w.cells.empty())
    return {};
  const auto bound = limit_of(w, cores);
  std::vector<std::string> out;
  std::string bounded{to_string(bound)};
  bounded[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(bounded[0])));
  out.push_back(bounded + ". " + what_fits(bound));
  out.push_back(fastest(w));
  if (!w.tutorial.empty())
    out.push_back("The tutorial: " + w.tutorial);
  for (const auto& c : contrasts_of(w))
    out.push_back("Measured: " + told(c));
  return out;
}

std::vector<std::string> warnings_of(const report& r) {
  std::vector<std::string> out;
  char text[200];
  const auto cores = static_cast<double>(std::max(r.machine.cores, 1u));
  if (r.machine.load_before > loaded_share * cores) {
    std::snprintf(text, sizeof text,
                  "The machine was loaded before this began (%.2f on %u processors): others took "
                  "processors away, and times say less than ratios.",
                  r.machine.load_before, r.machine.cores);
    out.emplace_back(text);
  }
  if (r.runs < 3)
    out.emplace_back("Fewer than three runs: a range of so few hides what varies.");
  if (r.machine.build != "Release" && r.machine.build != "RelWithDebInfo")
    out.push_back("The measuring program was built as " + r.machine.build
                  + ": programs built likewise are slower than they need to be.");
  return out;
}

} // namespace troupe::compare
