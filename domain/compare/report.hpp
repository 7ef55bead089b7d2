// SPDX-License-Identifier: BSD-3-Clause
//
// What was measured, and what may be said of it.
//
//     report ── workload (one job, one set of parameters, one answer)
//                  ├── cell (one engine with so many workers) ── sample (one run)
//                  ├── contrast (two cells of it, compared)
//                  └── limit (what the job waits for) and sentences
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/compare/spread.hpp"

namespace troupe::compare {

/// One run of one program.
struct sample {
  double wall_s = 0;
  double user_s = 0; ///< CPU, with that of the children that it waited for
  double system_s = 0;
  std::uint64_t voluntary = 0; ///< context switches
  std::uint64_t involuntary = 0;
  std::uint64_t rss_kib = 0;  ///< peak; below the workload's floor it says nothing
  double others = 0;          ///< processors that all others kept busy meanwhile
  std::uint64_t position = 0; ///< the how-manieth run of its workload it was, from 0
  double cpu_s() const { return user_s + system_s; }
};

/// One engine with so many workers.
struct cell {
  std::string engine;
  unsigned workers = 1;
  bool takes_workers = false; ///< else it is what it is, and `workers` is 1
  std::string command;        ///< as it can be typed, without the places of files
  std::vector<sample> samples;
  std::vector<double> latencies_ms; ///< of all runs, ascending; empty if it answers nobody

  spread wall_s() const;
  spread cpu_s() const;
  double cpu_per_wall() const; ///< median of the runs' ratios: processors kept busy
  double others() const;       ///< median
  spread switches() const;     ///< both kinds
  std::uint64_t rss_kib() const;
  std::string label() const; ///< "threads x4", "serial"
};

/// What a job waits for most.
enum class limit : std::uint8_t {
  cpu,        ///< processors
  waiting,    ///< the network, a disk, a clock, another program
  contention, ///< its own workers, for each other
  mixed,      ///< none of these clearly
  unknown,    ///< too short to tell
};
std::string_view to_string(limit l); ///< "CPU-bound", "IO-bound", "contention-bound", "mixed",
/// "too short to tell"

/// Which of two engines is to be compared with which, and as what.
struct pairing {
  std::string engine, against;
  bool locks = false; ///< `against` is the version with locks of the actors' `engine`
};

/// Two cells compared. Ratios are of medians: below 1 the first one needs less.
struct contrast {
  pairing who;
  unsigned workers = 1; ///< of the first
  double wall_ratio = 0;
  double cpu_ratio = 0;
  int ahead = 0; ///< -1: the first is faster, 1: the second, 0: their ranges overlap
};

/// One job with one set of parameters: all cells had the same input and gave the same answer.
struct workload {
  std::string scenario, name;
  std::string what;     ///< a sentence
  std::string input;    ///< parameters, so that it can be made again
  std::string tutorial; ///< what the tutorial's table says of such work
  std::vector<pairing> pairings;
  std::string answer_hash;
  std::uint64_t answer_lines = 0;
  std::uint64_t rss_floor_kib = 0; ///< of the measuring program, counted as that of the cells
  std::vector<cell> cells;
};

/// What the machine is and did.
struct machine_facts {
  unsigned cores = 1; ///< that this process may use
  std::string processor, kernel, build, version, date;
  double load_before = 0, load_after = 0; ///< of one minute
};

struct report {
  std::string command;
  std::uint64_t seed = 1;
  unsigned runs = 0, warmups = 0;
  machine_facts machine;
  std::vector<workload> workloads;
};

/// A machine is loaded if, before we began, more than this share of its processors was wanted by
/// others.
inline constexpr double loaded_share = 0.25;

/// What takes less than this from start to end is mostly a program's start, and tells nothing.
inline constexpr double told_from_s = 0.03;

/// Returns: the cells that stand for their engines: those with the most workers, one an engine.
std::vector<const cell*> widest(const workload& w);

/// Returns: what a cell's runs say about it, by the processors it could have used, which others
/// left to it, and those that it did use.
limit limit_of(const cell& c, unsigned cores);

/// Returns: what bounds a workload: contention where more workers made most engines no faster and
/// dearer, or else what most of its widest cells say.
limit limit_of(const workload& w, unsigned cores);

std::vector<contrast> contrasts_of(const workload& w);

/// Returns: what may be said, a sentence each: what bounds it and what fits; who is fastest, or
/// that nobody is where ranges overlap; what the tutorial says and what was measured.
std::vector<std::string> sentences_of(const workload& w, unsigned cores);

/// Returns: what makes the figures doubtful, a sentence each.
std::vector<std::string> warnings_of(const report& r);

/// Returns: the report as tables for people; each ends with a line feed.
std::string report_text(const report& r);
/// Returns: one JSON object; what web/compare shows.
std::string report_json(const report& r);
/// Returns: a row for each run, with a heading (RFC 4180).
std::string report_csv(const report& r);

} // namespace troupe::compare
