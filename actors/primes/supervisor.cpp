// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/supervisor.hpp"

#include <utility>

#include "actors/primes/check_watcher.hpp"
#include "actors/primes/checker.hpp"
#include "actors/primes/dispatcher.hpp"
#include "actors/primes/reader.hpp"
#include "actors/primes/stream.hpp"
#include "actors/primes/writer.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::primes {

check_supervisor_actor::behavior_type supervisor::make_behavior() {
  mine_ = !dispatcher_;
  if (mine_)
    dispatcher_ = runtime::spawn<dispatcher>(self_, ports_, crew_);
  must_live(dispatcher_, "dispatcher");
  checkers_.resize(crew_.checkers);
  for (std::size_t i = 0; i < checkers_.size(); ++i)
    start_checker(i);
  if (plan_)
    start_stream();
  return {
      [this](const stream_ended& x) { end(x); },
      [this](stop_check) {
        if (stream_)
          runtime::send(self_, stream_, stop_check{});
      },
      [this](dispatcher_wanted) -> caf::result<dispatcher_known> {
        return dispatcher_known{dispatcher_};
      },
      [this](crew_leaves) { return have_all_leave(); },
  };
}

supervisor::supervisor(check_supervisor_actor::pointer self, check_ports ports, crew_limits crew,
                       std::optional<io::prime_plan> plan, std::function<void(stream_ended)> ended,
                       dispatcher_actor dispatcher)
    : self_(self), ports_(std::move(ports)), crew_(crew), plan_(std::move(plan)),
      ended_(std::move(ended)), watcher_(self), dispatcher_(std::move(dispatcher)) {}

supervisor::~supervisor() {
  if (!std::exchange(over_, true) && ended_) // stopped or failed: whoever waits must hear of it
    ended_({false, "the prime checker's supervisor ended early"});
  runtime::stop(progress_);
  runtime::stop(stream_);
  runtime::stop(reader_);
  runtime::stop(writer_);
  for (auto& c : checkers_)
    runtime::stop(c);
  if (mine_)
    runtime::stop(dispatcher_);
}

void supervisor::start_checker(std::size_t i) {
  checkers_[i] = runtime::spawn<checker>(self_, dispatcher_, ports_, crew_);
  watcher_.watch(self_, checkers_[i], [this, i](const caf::error&) {
    if (over_ || leaving_ || !gave_up_.empty())
      return;
    if (restarts_++ < crew_.restarts_max)
      return start_checker(i);
    fail("gave up: a checker died, after " + std::to_string(crew_.restarts_max)
         + " others had been replaced");
  });
}

void supervisor::start_stream() {
  reader_ = runtime::spawn<reader>(self_, ports_);
  writer_ = runtime::spawn<writer>(self_, ports_);
  stream_ = runtime::spawn<stream>(self_, check_supervisor_actor{self_}, dispatcher_, reader_,
                                   writer_, *plan_, crew_);
  must_live(reader_, "reader");
  must_live(writer_, "writer");
  must_live(stream_, "stream");
  if (ports_.progress)
    progress_ = runtime::spawn<check_watcher>(self_, stream_, ports_, crew_);
}

// What is in order is written; without a stream there is nobody to tell but those who wait.
void supervisor::fail(const std::string& why) {
  gave_up_ = why;
  if (stream_)
    runtime::send(self_, stream_, stop_check{});
  else
    end({false, why});
}

template <class Handle>
void supervisor::must_live(const Handle& who, const char* what) {
  watcher_.watch(self_, who, [this, what](const caf::error& why) {
    if (!over_)
      end({false, std::string{"the "} + what + " died: " + runtime::text(self_->system(), why)});
  });
}

// One that dies meanwhile has left too: the dispatcher says so of it.
caf::result<crew_left> supervisor::have_all_leave() {
  if (std::exchange(leaving_, true) || checkers_.empty())
    return crew_left{};
  all_left_ = self_->make_response_promise<crew_left>();
  to_leave_ = checkers_.size();
  for (const auto& c : checkers_)
    runtime::request(self_, dispatcher_, crew_.answer_deadline, checker_leaves{c})
        .then([this](checker_left) { one_left(); }, [this](const caf::error&) { one_left(); });
  return all_left_;
}

void supervisor::one_left() {
  if (--to_leave_ == 0)
    all_left_.deliver(crew_left{});
}

void supervisor::end(stream_ended how) {
  if (std::exchange(over_, true))
    return;
  if (how.error.empty())
    how.error = gave_up_;
  if (ended_)
    ended_(std::move(how));
  self_->quit();
}

} // namespace troupe::primes
