// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/cluster/ports.hpp"
#include "actors/cluster/process.hpp"
#include "apps/node_crawl_options.hpp"

namespace troupe::apps {

/// The ledger that a node can open partitions of.
struct node_bank_options {
  std::string path;                   ///< its first file; "": none
  std::uint32_t partitions = 0;       ///< how many it has; they are made. 0: those that are there
  std::vector<std::uint32_t> numbers; ///< that are offered; empty: all whose files are here
};

/// How a node runs programs for others.
struct node_jobs_options {
  std::uint32_t slots = 0;          ///< at the same time; 0: as many as it has workers
  std::string folder;               ///< where they begin; "": this process'
  std::vector<std::string> allowed; ///< the only ones; empty: all
};

/// What troupe-node was asked to do.
struct node_options {
  enum class task { coordinate, work, status, drain };
  task what = task::work;
  std::vector<std::string> coordinators; ///< of `work`, `status` and `drain`: tried in this order
  std::string drained;                   ///< of `drain`: the node's name
  bool json = false;                     ///< of `status`
  bool quiet = false;
  cluster::process_options process;
  cluster::cluster_limits bounds;
  node_bank_options bank;
  node_jobs_options jobs;
  std::string state_folder; ///< of `coordinate`: where it keeps what crawls finish; "": nowhere
  node_crawl_options crawl;
  std::uint32_t drain_ms_max = 600'000;
};

/// Returns: none if the program is to end with `exit_code`: help, version, or a usage error.
std::optional<node_options> parse_node_options(int argc, char** argv, int& exit_code);

} // namespace troupe::apps
