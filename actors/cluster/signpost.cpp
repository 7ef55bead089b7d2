// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/signpost.hpp"

#include "messages/type_ids.hpp"

namespace troupe::cluster {

signpost_actor::behavior_type signpost::make_behavior() {
  return {
      [this](whereabouts_wanted) -> caf::result<whereabouts> {
        whereabouts x;
        if (!address_.empty())
          x.elsewhere.push_back(address_);
        return x;
      },
      [this](const coordinator_at& x) { address_ = x.address; },
  };
}

} // namespace troupe::cluster
