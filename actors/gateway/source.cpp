// SPDX-License-Identifier: BSD-3-Clause
#include "actors/gateway/source.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::gateway {

source_actor::behavior_type source::make_behavior() {
  return {
      [this](source_wanted) -> caf::result<source_read> {
        const auto number = next_++;
        auto promise = self_->make_response_promise<source_read>();
        waiting_.emplace(number, promise);
        runtime::send_after(self_, delay_, source_actor{self_}, source_due{number, false, {}});
        return promise;
      },
      [this](const source_due& x) {
        if (!x.done)
          return read_([me = source_actor{self_}, number = x.number](source_read r) {
            runtime::post(me, source_due{number, true, std::move(r)});
          });
        if (auto asked = waiting_.extract(x.number))
          asked.mapped().deliver(x.result);
      },
  };
}

source::source(source_actor::pointer self, source_port read, caf::timespan delay)
    : self_(self), read_(std::move(read)), delay_(delay) {}

} // namespace troupe::gateway
