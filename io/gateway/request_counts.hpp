// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/http_server/server.hpp"

namespace troupe::gateway {

/// Upper bounds of the latency histogram's buckets, in seconds; what took longer is in one more.
inline constexpr std::array<double, 17> latency_s_bounds{
    .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
inline constexpr std::size_t latency_buckets = latency_s_bounds.size() + 1;

/// What is known of one route.
struct route_count {
  struct answers {
    std::string_view method; ///< "GET"; "other" for what we do not know
    std::string_view status; ///< "200"; "gone": the client went; "other" for what we never send
    std::uint64_t count = 0;
  };
  std::string route;
  std::vector<answers> by_answer; ///< those that there were
  std::array<std::uint64_t, latency_buckets> by_latency{};
  double took_s = 0;
  std::uint64_t body_bytes = 0;
};

/// Counts finished requests by route, method and status, and how long they took. Its memory is
/// fixed once the routes are known: whatever clients send, no further series comes into being.
///
/// Each thread counts in a copy of its own (threads beyond `copies` share one), so that counting
/// waits for nobody.
class request_counts {
public:
  static constexpr std::size_t copies = 8;

  request_counts();
  /// Takes: the labels that the reports will have. They are best known by their address: it is
  /// looked up first. Threads: before the first count().
  void know(const std::vector<std::string_view>& labels);
  /// A label that is not known, or none, counts as "other". Threads: any.
  void count(const io::request_report& r) noexcept;
  /// Returns: all routes in the order of know(), "other" last. Threads: any; what is counted
  /// meanwhile may be in parts of it already.
  std::vector<route_count> read() const;
  /// Returns: all requests. Threads: any.
  std::uint64_t total() const;

private:
  struct slot {
    const char* address = nullptr;
    std::uint32_t bytes = 0;
    std::uint32_t route = 0;
  };
  using counter = std::atomic<std::uint64_t>;

  std::size_t find(std::string_view label) const noexcept;

  std::vector<std::string> names_;
  std::vector<slot> slots_; // open addressing, at most half full
  std::array<std::unique_ptr<counter[]>, copies> counters_;
};

} // namespace troupe::gateway
