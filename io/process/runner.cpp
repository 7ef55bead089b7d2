// SPDX-License-Identifier: BSD-3-Clause
#include "io/process/runner.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>

#include "io/process/run.hpp"

namespace troupe::io {

using ending = process_end::ending;
using namespace std::chrono_literals;

namespace {
constexpr auto again_interval = 200ms;
constexpr auto starved_max = 30s;
} // namespace

struct process_runner::impl final : process_host {
  using run_ptr = std::shared_ptr<process_run>;
  using process_host::process_host;

  // Handlers name this by a plain pointer: the context that keeps them is a part of it.
  template <class Work>
  void post(Work work) {
    asio::post(context, std::move(work));
  }

  void accept(run_ptr run);
  void begin_waiting();
  void ended(process_run& run) override;
  void cancel(process_id id, bool at_once);
  void cancel_all();
  void more(process_id id, std::uint64_t bytes);
  void tear_down();

  std::thread thread;
  std::atomic<process_id> last_id{0};

  // the thread's own
  std::unordered_map<process_id, run_ptr> running;
  std::map<process_id, run_ptr> waiting; // the first come is the first
  bool starved = false;                  // of processes or descriptors: wait until a run ends
  // Nothing runs whose end could make room: others of our user, or of the machine, have it all.
  void try_again();
  loop_timer again{context};
  std::optional<steady::time_point> starved_since;
  bool closed = false;
};

process_runner::process_runner(process_limits limits) : impl_(std::make_shared<impl>(limits)) {
  impl_->thread = std::thread([self = impl_] {
    const auto work = asio::make_work_guard(self->context);
    self->context.run();
  });
}

process_runner::~process_runner() {
  if (impl_->thread.get_id() == std::this_thread::get_id()) {
    impl_->tear_down();
    impl_->thread.detach(); // it keeps impl until the callback that we are in has returned
    return;
  }
  impl_->post([its = impl_.get()] { its->tear_down(); });
  impl_->thread.join();
}

process_runner::process_id process_runner::start(process_spec spec, text_callback on_text,
                                                 end_callback on_end) {
  const auto id = ++impl_->last_id;
  auto run = std::make_shared<process_run>(*impl_, id, std::move(spec), std::move(on_text),
                                           std::move(on_end));
  impl_->post([its = impl_.get(), run = std::move(run)]() mutable { its->accept(std::move(run)); });
  return id;
}

void process_runner::more(process_id id, std::uint64_t bytes) {
  impl_->post([its = impl_.get(), id, bytes] { its->more(id, bytes); });
}

void process_runner::cancel(process_id id) {
  impl_->post([its = impl_.get(), id] { its->cancel(id, false); });
}

void process_runner::kill(process_id id) {
  impl_->post([its = impl_.get(), id] { its->cancel(id, true); });
}

void process_runner::cancel_all() {
  impl_->post([its = impl_.get()] { its->cancel_all(); });
}

void process_runner::impl::accept(run_ptr run) {
  const auto id = run->id();
  waiting.emplace(id, std::move(run));
  begin_waiting();
  if (closed || waiting.size() <= limits.waiting_max)
    return;
  auto last = waiting.extract(std::prev(waiting.end())).mapped();
  last->refuse(ending::not_started, "more than " + std::to_string(limits.waiting_max)
                                        + " programs are waiting to be started");
  last->deliver();
}

void process_runner::impl::begin_waiting() {
  while (!closed && !starved && !waiting.empty()
         && running.size() < std::max<std::size_t>(limits.children_max, 1)) {
    const auto run = waiting.extract(waiting.begin()).mapped();
    const auto begun = run->begin();
    if (begun == process_run::begun::yes) {
      running.emplace(run->id(), run);
      starved_since.reset();
    } else if (begun == process_run::begun::shortage && !running.empty()) {
      starved = true;
      waiting.emplace(run->id(), run);
    } else if (begun == process_run::begun::shortage
               && steady::now() - starved_since.value_or(steady::now()) < starved_max) {
      if (!starved_since)
        starved_since = steady::now();
      starved = true;
      waiting.emplace(run->id(), run);
      try_again();
    } else {
      starved_since.reset();
      run->deliver();
    }
  }
}

void process_runner::impl::try_again() {
  again.expires_after(again_interval);
  again.async_wait([this](const error_code& error) {
    if (error || closed)
      return;
    starved = false;
    begin_waiting();
  });
}

void process_runner::impl::ended(process_run& run) {
  const auto keep = run.shared_from_this();
  running.erase(run.id());
  starved = false;
  run.deliver();
  begin_waiting();
}

void process_runner::impl::cancel(process_id id, bool at_once) {
  if (const auto found = running.find(id); found != running.end()) {
    const auto run = found->second; // stays until we are through
    return at_once ? run->kill(ending::cancelled) : run->stop(ending::cancelled);
  }
  if (const auto found = waiting.find(id); found != waiting.end()) {
    const auto run = waiting.extract(found).mapped();
    run->refuse(ending::cancelled, "cancelled before it was started");
    run->deliver();
  }
}

void process_runner::impl::cancel_all() {
  for (const auto& [id, run] : std::exchange(waiting, {})) {
    if (closed)
      return;
    run->refuse(ending::cancelled, "cancelled before it was started");
    run->deliver();
  }
  std::vector<run_ptr> all;
  for (const auto& [id, run] : running)
    all.push_back(run);
  for (const auto& run : all)
    run->stop(ending::cancelled);
}

void process_runner::impl::more(process_id id, std::uint64_t bytes) {
  if (const auto found = running.find(id); found != running.end())
    found->second->more(bytes);
  else if (const auto queued = waiting.find(id); queued != waiting.end())
    queued->second->more(bytes);
}

void process_runner::impl::tear_down() {
  closed = true;
  const auto doomed = std::exchange(running, {});
  for (const auto& [id, run] : doomed)
    run->abandon();
  const auto until = steady::now() + std::chrono::milliseconds{limits.reap_ms_max};
  for (const auto& [id, run] : doomed)
    run->reap(until);
  waiting.clear();
  context.stop();
}

} // namespace troupe::io
