// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/cluster/ports.hpp"
#include "messages/cluster.hpp"
#include "runtime/mail.hpp"

namespace troupe::cluster {

/// What a client does with what it learns; inside the follower.
struct follower_ports {
  std::function<void(const heads& whom)> found;
  std::function<void(const std::string& why)> lost; ///< also: not found at all, for now
  std::function<void()> gave_up;                    ///< after rounds_max; may be empty
  /// Who is there, each report_every while there is a coordinator, at this address; may be empty.
  std::function<void(const cluster_report& who, const std::string& address)> report;
  caf::timespan report_every = std::chrono::seconds(1);
};

/// A client's part of the cluster: asks whichever coordinator there is whom to ask.
class follower {
public:
  static constexpr const char* name = "follower";
  follower(client_actor::pointer self, std::vector<std::string> addresses, follower_ports ports,
           seeker_ports seeking, cluster_limits bounds);
  ~follower();
  follower(const follower&) = delete;
  follower& operator=(const follower&) = delete;
  client_actor::behavior_type make_behavior();

private:
  void ask_who_is_there();
  void ask_again_later();

  client_actor::pointer self_;
  std::vector<std::string> addresses_;
  follower_ports ports_;
  seeker_ports seeking_;
  cluster_limits bounds_;
  runtime::watcher watcher_;
  seeker_actor seeker_;
  coordinator_actor coordinator_;
  std::string address_;     // the coordinator's
  std::uint64_t found_ = 0; // counts what becomes of it: answers to older questions are late
  bool asking_ = false;     // one question is under way, or its time will come
};

} // namespace troupe::cluster
