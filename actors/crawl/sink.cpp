// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/sink.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

sink_actor::behavior_type sink::make_behavior() {
  return {
      [this](const write_rows& x) -> caf::result<rows_written> {
        if (x.anew)
          begun_.reset();
        auto error = write(x.rows, x.flush);
        if (!x.flush && !std::exchange(unflushed_, true))
          runtime::send_after(self_, crew_.flush_interval, sink_actor{self_}, tick{});
        return rows_written{std::move(error), rows_};
      },
      [this](tick) {
        unflushed_ = false;
        ports_.write({},
                     true); // an error shows again at the next write, which has somebody to tell
      },
  };
}

// A row that came in parts is written when its last part is there.
std::string sink::write(const std::vector<row_and_items>& rows, bool flush) {
  const auto in_parts = [](const row_and_items& x) { return x.more; };
  if (!begun_ && std::none_of(rows.begin(), rows.end(), in_parts))
    return write_whole(rows, flush);
  std::vector<row_and_items> whole;
  for (const auto& x : rows) {
    if (!begun_)
      begun_ = x;
    else {
      begun_->items.insert(begun_->items.end(), x.items.begin(), x.items.end());
      begun_->links.insert(begun_->links.end(), x.links.begin(), x.links.end());
    }
    if (x.more)
      continue;
    begun_->more = false;
    whole.push_back(std::move(*begun_));
    begun_.reset();
  }
  return write_whole(whole, flush);
}

std::string sink::write_whole(const std::vector<row_and_items>& rows, bool flush) {
  auto error = ports_.write(rows, flush);
  if (error.empty())
    rows_ += rows.size();
  return error;
}

sink::sink(sink_actor::pointer self, crawl_ports ports, crew_limits crew)
    : self_(self), ports_(std::move(ports)), crew_(crew) {}

} // namespace troupe::crawl
