// SPDX-License-Identifier: BSD-3-Clause
//
//   browser -- GET /ui/events --> live_feed        200 text/event-stream, or 503 if too many watch
//   browser <-- event: sample --- its thread       once an interval, as long as the stream lasts
//
// Not more than one thread and one sample an interval, however many watch; none while nobody does.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/gateway/front.hpp"
#include "io/gateway/live_sample.hpp"

namespace troupe::gateway {

struct live_limits {
  std::uint32_t every_ms = 1'000; ///< a sample; it is the heartbeat as well
  std::size_t streams_max = 64;   ///< further ones are answered 503 with Retry-After
  std::uint32_t again_ms = 2'000; ///< after so long a browser that lost its stream asks again
};

/// Samples of what the gateway does, as server-sent events. A reader that is too slow is dropped by
/// the server's own bounds: stream_bytes_max, write_ms_max.
/// Source: HTML Living Standard, 9.2 (server-sent events).
class live_feed {
public:
  /// Takes: services that live until stop().
  live_feed(std::vector<named_service> services, server_watch server, live_limits bounds = {});
  ~live_feed(); ///< stops
  live_feed(const live_feed&) = delete;
  live_feed& operator=(const live_feed&) = delete;

  /// Answers with a stream, or why not. Threads: any.
  void watch(const exchange& x);
  /// Ends all streams, refuses new ones with 503, and waits for the sample that is being taken;
  /// belongs before http_server::stop(), which would wait for the streams. Threads: any; may be
  /// called again.
  void stop();
  std::size_t watching() const;

private:
  void run();
  void send_to_all(const std::string& event);

  const std::vector<named_service> services_;
  const server_watch server_;
  const live_limits bounds_;
  mutable std::mutex mutex_; // guards what follows
  std::condition_variable changed_;
  std::vector<std::shared_ptr<io::answer_stream>> streams_;
  bool stopping_ = false;
  std::mutex joining_; // guards the thread's end
  std::thread thread_; // last: it uses all of the above
};

} // namespace troupe::gateway
