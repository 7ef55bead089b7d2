// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/supervisor.hpp"

#include <utility>

#include "actors/crawl/bookkeeper.hpp"
#include "actors/crawl/coordinator.hpp"
#include "actors/crawl/progress.hpp"
#include "actors/crawl/robots_keeper.hpp"
#include "actors/crawl/sink.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

supervisor_actor::behavior_type supervisor::make_behavior() {
  sink_ = runtime::spawn<sink>(self_, ports_, crew_);
  robots_ = runtime::spawn<robots_keeper>(self_, ports_);
  keeping keep;
  if (book_) {
    keeper_ = runtime::spawn_detached<bookkeeper>(self_, book_);
    keep = {keeper_, "", 0, book_->pages(), rows_};
    must_live(keeper_, "bookkeeper");
  }
  coordinator_ = runtime::spawn<coordinator>(self_, supervisor_actor{self_}, sink_, robots_, plan_,
                                             crew_, std::move(keep));
  must_live(sink_, "output writer");
  must_live(robots_, "robots keeper");
  must_live(coordinator_, "coordinator");
  if (ports_.progress)
    progress_ = runtime::spawn<progress>(self_, coordinator_, ports_, crew_);
  hands_.start(coordinator_);
  return {
      [this](crawl_ended& x) {
        if (!gave_up_.empty()) {
          x.summary.interrupted = false;
          if (x.summary.output_error.empty())
            x.summary.output_error = gave_up_;
        }
        end(std::move(x.summary));
      },
      [this](const stop_crawl& x) { runtime::send(self_, coordinator_, x); },
  };
}

supervisor::supervisor(supervisor_actor::pointer self, crawl_plan plan, crawl_ports ports,
                       crew_limits crew, std::function<void(crawl_summary)> ended,
                       std::shared_ptr<io::crawl_book> book, std::uint64_t rows)
    : self_(self), plan_(std::move(plan)), ports_(std::move(ports)), crew_(crew),
      ended_(std::move(ended)), watcher_(self), book_(std::move(book)), rows_(rows),
      hands_(self, watcher_, ports_, plan_.bounds, crew_, [this](std::string why) {
        gave_up_ = std::move(why);
        runtime::send(self_, coordinator_, stop_crawl{}); // what is done is written and counted
      }) {}

supervisor::~supervisor() {
  if (!std::exchange(over_, true)) { // stopped or failed: whoever waits must hear of it
    crawl_summary summary;
    summary.output_error = "the crawl's supervisor ended early";
    ended_(std::move(summary));
  }
  runtime::stop(progress_);
  runtime::stop(coordinator_);
  runtime::stop(keeper_);
  runtime::stop(robots_);
  runtime::stop(sink_);
}

template <class Handle>
void supervisor::must_live(const Handle& who, const char* what) {
  watcher_.watch(self_, who, [this, what](const caf::error& why) {
    if (over_)
      return;
    crawl_summary summary;
    summary.output_error =
        std::string{"the "} + what + " died: " + runtime::text(self_->system(), why);
    end(std::move(summary));
  });
}

void supervisor::end(crawl_summary summary) {
  if (std::exchange(over_, true))
    return;
  ended_(std::move(summary));
  self_->quit();
}

} // namespace troupe::crawl
