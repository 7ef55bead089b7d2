// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/bank/far_bank.hpp"
#include "actors/cluster/process.hpp"

namespace troupe::apps {

/// Where the bank is, if it is not in a file here.
struct bank_at_options {
  std::vector<std::string> coordinators; ///< HOST:PORT each, tried in this order
  cluster::process_options process;      ///< of this client
  bank::far_limits bounds;
  /// A line about a coordinator that is lost or found again; any thread; may be empty.
  std::function<void(const std::string& line)> say;
};

/// A process of its own in the cluster, and the bank that it reaches.
///
///   apps::bank_at at{{.coordinators = {"127.0.0.1:7000"}}};
///   at.bank().post({op});
class bank_at {
public:
  /// Throws: as cluster::process.
  explicit bank_at(bank_at_options options);
  ~bank_at();
  bank_at(const bank_at&) = delete;
  bank_at& operator=(const bank_at&) = delete;

  bank::far_bank& bank();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::apps
