// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/live_feed.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "io/gateway/answers.hpp"

namespace troupe::gateway {

namespace {

constexpr std::string_view stream_fields = "Cache-Control: no-store\r\n"
                                           "X-Content-Type-Options: nosniff\r\n"
                                           "X-Accel-Buffering: no\r\n"; // nginx: pass it on at once

std::string event(const std::string& json_line) {
  return "event: sample\ndata: " + json_line + "\n\n";
}

} // namespace

live_feed::live_feed(std::vector<named_service> services, server_watch server, live_limits bounds)
    : services_(std::move(services)), server_(std::move(server)), bounds_(bounds),
      thread_([this] { run(); }) {}

live_feed::~live_feed() { stop(); }

void live_feed::stop() {
  std::vector<std::shared_ptr<io::answer_stream>> ended;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ended.swap(streams_);
  }
  changed_.notify_all();
  for (const auto& s : ended)
    s->end();
  const std::lock_guard lock(joining_);
  if (thread_.joinable())
    thread_.join();
}

std::size_t live_feed::watching() const {
  const std::lock_guard lock(mutex_);
  return streams_.size();
}

void live_feed::watch(const exchange& x) {
  io::server_answer head{.content_type = "text/event-stream",
                         .fields = std::string(stream_fields),
                         .body = "retry: " + std::to_string(bounds_.again_ms) + "\n\n"};
  if (x.request.method() == io::http_method::head) // it has no length, and HEAD must not say one
    return x.answer.stream(std::move(head))->end();
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && streams_.size() < bounds_.streams_max) {
      // Registered before its first bytes can be taken, so that stop() forgets none.
      streams_.push_back(x.answer.stream(std::move(head)));
      changed_.notify_all();
      return;
    }
  }
  auto refusal =
      problem(503, "too_many_watch", "As many pages as may watch do so; come again later.");
  refusal.fields += "Retry-After: 5\r\n";
  x.answer.send(std::move(refusal));
}

void live_feed::run() {
  const std::chrono::milliseconds every(bounds_.every_ms);
  std::optional<live_sample> last;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (streams_.empty()) {
      last.reset(); // old rates say nothing
      changed_.wait(lock, [&] { return stopping_ || !streams_.empty(); });
      continue;
    }
    lock.unlock(); // a service may take its time, and streams have locks of their own
    auto now = take_sample(services_, server_);
    send_to_all(event(to_json(now, last, bounds_.every_ms)));
    last = std::move(now);
    lock.lock();
    changed_.wait_for(lock, every, [&] { return stopping_; });
  }
}

void live_feed::send_to_all(const std::string& event) {
  std::vector<std::shared_ptr<io::answer_stream>> all, gone;
  {
    const std::lock_guard lock(mutex_);
    all = streams_;
  }
  for (const auto& s : all)
    if (!s->write(event))
      gone.push_back(s);
  const std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const auto& s) {
    return std::find(gone.begin(), gone.end(), s) != gone.end();
  });
}

} // namespace troupe::gateway
