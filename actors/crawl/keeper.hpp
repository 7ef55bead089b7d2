// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "io/crawl/crawl_state.hpp"
#include "messages/crawl_keep.hpp"

namespace troupe::crawl {

/// Keeps crawls' final pages in a file. It waits for the disk, so it has a thread of its own.
class keeper {
public:
  static constexpr const char* name = "keeper";
  static constexpr std::size_t message_bytes_max = 1u << 20; ///< of pages that are read back
  keeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_state> state);
  keeper_actor::behavior_type make_behavior();

private:
  kept_opened open(const open_kept& x);
  kept_pages read(const kept_wanted& x);
  pages_kept keep(const keep_pages& x);
  bool is_of(const std::string& key, std::uint64_t owner) const;

  std::shared_ptr<io::crawl_state> state_;
  std::map<std::string, std::uint64_t> owners_;
};

} // namespace troupe::crawl
