// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/sink.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

sink_actor::behavior_type sink::make_behavior() {
  return {
      [this](const write_rows& x) -> caf::result<rows_written> {
        auto error = ports_.write(x.rows, x.flush);
        if (!x.flush && !std::exchange(unflushed_, true))
          runtime::send_after(self_, crew_.flush_interval, sink_actor{self_}, tick{});
        return rows_written{std::move(error)};
      },
      [this](tick) {
        unflushed_ = false;
        ports_.write({},
                     true); // an error shows again at the next write, which has somebody to tell
      },
  };
}

sink::sink(sink_actor::pointer self, crawl_ports ports, crew_limits crew)
    : self_(self), ports_(std::move(ports)), crew_(crew) {}

} // namespace troupe::crawl
