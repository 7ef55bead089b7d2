// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actors/cluster/ports.hpp"
#include "messages/cluster.hpp"
#include "runtime/mail.hpp"

namespace troupe::cluster {

/// Finds a coordinator, says so to its follower, and finds one again when it is lost.
///
///   dial_due  -> the next address is tried
///   find_over -> its follower hears of it; or the next address, or all again, later
///   down, join_again -> it is lost: the same
///
/// Pauses grow from retry_min to retry_max, and are short again once a coordinator was found.
class seeker {
public:
  static constexpr const char* name = "seeker";
  seeker(seeker_actor::pointer self, follower_actor follower, std::vector<std::string> addresses,
         seeker_ports ports, cluster_limits bounds);
  ~seeker();
  seeker(const seeker&) = delete;
  seeker& operator=(const seeker&) = delete;
  seeker_actor::behavior_type make_behavior();

private:
  void dial();
  void found(const find_over& x);
  void lose(const std::string& why);
  void drop_link();

  seeker_actor::pointer self_;
  follower_actor follower_;
  std::vector<std::string> addresses_;
  seeker_ports ports_;
  cluster_limits bounds_;
  runtime::watcher watcher_;

  std::uint64_t attempt_ = 0; // what comes of an older one is late
  std::size_t next_ = 0;      // address
  unsigned rounds_ = 0;
  std::uint64_t link_ = 0; // 0: none
  std::string at_;         // its address
  caf::timespan pause_;
};

} // namespace troupe::cluster
