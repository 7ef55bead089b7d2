// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/progress.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

progress_actor::behavior_type progress::make_behavior() {
  look_again();
  return {
      [this](tick) {
        runtime::request(self_, coordinator_, crew_.progress_interval * 4, question())
            .then(
                [this](const progress_report& x) {
                  if (x.why.told && ports_.explain)
                    ports_.explain(x.why);
                  ports_.progress(x.counts);
                  look_again();
                },
                [this](const caf::error&) { look_again(); }); // busy: a line less does no harm
      },
  };
}

progress::progress(progress_actor::pointer self, coordinator_actor coordinator, crawl_ports ports,
                   crew_limits crew)
    : self_(self), coordinator_(std::move(coordinator)), ports_(std::move(ports)), crew_(crew) {}

progress_wanted progress::question() {
  const auto now = self_->clock().now();
  if (!ports_.explain || now < explain_at_)
    return {};
  explain_at_ = now + crew_.explain_interval;
  return {true, crew_.explain_hosts_max};
}

void progress::look_again() {
  runtime::send_after(self_, crew_.progress_interval, progress_actor{self_}, tick{});
}

} // namespace troupe::crawl
