// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "actors/cluster/ports.hpp"
#include "messages/cluster.hpp"
#include "runtime/mail.hpp"

namespace troupe::cluster {

/// Finds a coordinator, says so to its follower, and finds one again when it is lost.
///
///   dial_due    -> the next address is tried
///   find_over   -> whoever is there is asked where the coordinator is
///   whereabouts -> there: its follower hears of it
///                  elsewhere: that address is tried next, and from then on behind the given ones
///   down, join_again, an error -> it is lost: the next address, or all again, later
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
  void ask(const find_over& x);
  void go_on(const whereabouts& x);
  void found(const coordinator_actor& who);
  void remember(const std::string& address);
  void lose(const std::string& why);
  void drop_link();

  seeker_actor::pointer self_;
  follower_actor follower_;
  std::vector<std::string> addresses_; // the first given_ were given, the others told
  std::size_t given_;
  seeker_ports ports_;
  cluster_limits bounds_;
  runtime::watcher watcher_;

  std::uint64_t attempt_ = 0;    // what comes of an older one is late
  std::size_t next_ = 0;         // address
  std::deque<std::string> told_; // by the node that was asked last: come first
  unsigned hops_ = 0;            // since one of the addresses
  unsigned rounds_ = 0;
  std::uint64_t link_ = 0; // 0: none
  std::string at_;         // its address
  caf::timespan pause_;
};

} // namespace troupe::cluster
