// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/crawl/address_rule.hpp"
#include "domain/crawl/limits.hpp"

namespace CLI {
class App;
} // namespace CLI

namespace troupe::apps {

/// What a node was told about crawls, whoever orders them.
struct node_crawl_options {
  std::size_t crawls_max = 64; ///< of a coordinator: at a time; further ones are refused
  std::uint64_t frontier_memory_bytes_max = crawl::limits{}.frontier_memory_bytes_max;
  /// Of a worker: where it connects for a crawl, also if its order says nothing about that, or
  /// more. Null: wherever the order lets it.
  std::shared_ptr<const crawl::address_rule> addresses;

  void declare(CLI::App& app);
  /// What options cannot say one by one. Takes: the parsed line; whether this is a coordinator, or
  /// a worker with the role. Throws: CLI::ValidationError.
  void agree(const CLI::App& app, bool coordinates, bool crawls);

private:
  bool public_only_ = false;
  std::vector<std::string> allowed_;
};

} // namespace troupe::apps
