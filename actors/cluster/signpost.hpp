// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "messages/cluster.hpp"

namespace troupe::cluster {

/// A node's door: tells those that connect where the coordinator is, as the node's agent knows it.
/// So any node can be the address that others are given. Nothing else is to be had from it.
class signpost {
public:
  static constexpr const char* name = "signpost";
  explicit signpost(signpost_actor::pointer) {}
  signpost_actor::behavior_type make_behavior();

private:
  std::string address_; // "": not known
};

} // namespace troupe::cluster
