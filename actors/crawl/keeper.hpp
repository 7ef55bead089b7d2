// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <caf/timespan.hpp>

#include "io/crawl/crawl_state.hpp"
#include "io/unix_time.hpp"
#include "messages/crawl_keep.hpp"

namespace troupe::crawl {

/// How long what nobody goes on with is kept.
struct keeper_limits {
  caf::timespan kept_max = std::chrono::hours(7 * 24);  ///< since its last page
  caf::timespan look_interval = std::chrono::hours(24); ///< for what is older
};

/// Keeps crawls' final pages in a file. It waits for the disk, so it has a thread of its own.
///
/// Crawls that have not been gone on with for kept_max are forgotten, now and then; those that an
/// owner has are not, however slow they are.
class keeper {
public:
  static constexpr const char* name = "keeper";
  keeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_state> state,
         keeper_limits bounds = {}, std::function<std::int64_t()> now_unix_ms = io::now_unix_ms);
  keeper_actor::behavior_type make_behavior();

private:
  kept_opened open(const open_kept& x);
  kept_pages read(const kept_wanted& x);
  pages_kept keep(const keep_pages& x);
  void forget_old();
  bool is_of(const std::string& key, std::uint64_t owner) const;

  keeper_actor::pointer self_;
  std::shared_ptr<io::crawl_state> state_;
  keeper_limits bounds_;
  std::function<std::int64_t()> now_unix_ms_;
  std::map<std::string, std::uint64_t> owners_;
};

} // namespace troupe::crawl
