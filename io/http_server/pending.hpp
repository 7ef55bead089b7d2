// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/http_server/answer.hpp"
#include "io/http_server/stream_core.hpp"

namespace troupe::io {

/// For the report of a request that is over.
struct request_facts {
  std::string method, target, agent;
  std::string_view label;
  std::uint64_t begun_ns = 0;
  std::uint64_t body_bytes = 0;
  int status = 0;
};

/// A request between its handler and its answer's way out.
struct pending_request {
  enum class phase : std::uint8_t { waiting, ready, streaming };
  phase at = phase::waiting;
  bool head_only = false;
  bool http10 = false;
  bool close = false;                                 ///< the connection, after it
  bool counted = false;                               ///< among those in flight
  bool head_sent = false, ended = false, cut = false; ///< streaming
  std::uint64_t deadline_ms = 0;                      ///< 0: none
  server_answer answer;
  std::shared_ptr<stream_core> stream;
  std::string pieces; ///< of the stream, until its turn comes
  std::function<void()> gone;
  request_facts facts;

  /// For the next request; keeps the memory of the facts' texts.
  void reset() {
    at = phase::waiting;
    head_only = http10 = close = counted = head_sent = ended = cut = false;
    deadline_ms = 0;
    answer = {};
    stream.reset();
    pieces = {};
    gone = nullptr;
    facts.label = {};
    facts.body_bytes = 0;
    facts.status = 0;
  }
};

/// The requests of one connection that wait for their answers, in order: a ring that grows to what
/// its connection needed most, and is used again and again.
class pending_queue {
public:
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  pending_request& front() { return ring_[first_]; }
  pending_request& at(std::size_t i) { return ring_[(first_ + i) % ring_.size()]; }
  /// Returns: the request of that number, or null if it is over.
  pending_request* find(std::uint64_t number) {
    return number - number_ < count_ ? &at(static_cast<std::size_t>(number - number_)) : nullptr;
  }
  std::uint64_t next_number() const { return number_ + count_; }

  pending_request& push() {
    if (count_ == ring_.size()) {
      std::vector<pending_request> wider(ring_.empty() ? 1 : ring_.size() * 2);
      for (std::size_t i = 0; i < count_; ++i)
        wider[i] = std::move(at(i));
      ring_ = std::move(wider);
      first_ = 0;
    }
    return at(count_++);
  }
  void pop() {
    front().reset();
    first_ = (first_ + 1) % ring_.size();
    --count_;
    ++number_;
  }

private:
  std::vector<pending_request> ring_;
  std::size_t first_ = 0, count_ = 0;
  std::uint64_t number_ = 0; // of the first
};

} // namespace troupe::io
