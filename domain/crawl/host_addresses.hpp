// SPDX-License-Identifier: BSD-3-Clause
//
// Hosts that share an address: the part of host_queues that is about IP addresses.
//
//                          enter()                 the address has room, and its time has come
//     a host whose turn it is ----> waits in line ---------------------------> is called
//                                                                                 |
//       the next is called as soon as that one has started, or has nothing to do  v
//                                                            started() or passed()
//
// One host a line is called at a time, so that a thousand names on one address cost no more than
// one when its time comes. Who comes later stands behind those that wait.
//
// Cost: an address takes its text and about 60 bytes, a host that waits 32; each call O(log
// addresses). Nothing is kept while neither bound is set.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

#include "domain/crawl/host_names.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/text_hash.hpp"

namespace troupe::crawl {

class host_addresses {
public:
  using instant = std::chrono::steady_clock::time_point;
  using number = std::uint32_t; ///< of an address
  using host = std::uint32_t;   ///< a number of host_queues'
  static constexpr number unknown = 0xffff'ffff;
  static constexpr number alone = 0xffff'fffe; ///< it has none that can be known: behind a proxy

  host_addresses(const limits& bounds, const text_key& key);

  /// Returns: whether addresses matter at all.
  bool bounded() const { return per_ip_ != 0 || delay_.count() != 0; }
  /// Takes: "192.0.2.1", or "" for `alone`.
  number number_of(std::string_view address);

  /// Returns: whether a request may start at `which` now, for a host that does not stand in line
  /// or is the one that was called.
  bool open(number which, host who, instant now) const;
  void enter(number which, host who);
  /// Its request has started; it stands in line no more.
  void started(number which, host who, instant now);
  void ended(number which);
  /// Who was called has nothing to do, or not yet.
  void passed(number which, host who);
  /// `requests` of a host are found to go there, the last of which has started at `last_start`.
  void joined(number which, std::uint32_t requests, instant last_start);
  /// They are found to go elsewhere; it stands in line here no more.
  /// Cost: O(hosts in the line) if it did.
  void left(number which, host who, std::uint32_t requests, bool in_line);

  /// Returns: the next host that is called, if one can be.
  std::optional<host> call(instant now);
  /// When call() may have something though nothing was reported.
  std::optional<instant> next_time() const;

  // For who explains.
  bool full(number which) const;
  instant ready_at(number which) const;
  std::uint64_t in_lines() const { return in_lines_; }
  std::uint64_t in_line(number which) const {
    return which < entries_.size() ? entries_[which].line.size() : 0;
  }
  /// Calls `see` for up to `most` hosts in that line. Returns: how many.
  std::size_t look_along(number which, std::size_t most,
                         const std::function<void(host)>& see) const;
  /// Returns: up to `most` of the addresses that wait for a time, the first one first.
  std::vector<number> timed_ones(std::size_t most) const;

private:
  static constexpr host nobody = 0xffff'ffff;
  struct entry {
    std::uint32_t active = 0;
    host called = nobody;
    bool timed = false; // stands in times_
    instant last_start = instant::min();
    std::list<host> line; // mostly empty, and then nothing is allocated
  };
  struct timed {
    instant at;
    number which;
    friend bool operator>(const timed& a, const timed& b) { return a.at > b.at; }
  };
  void look(number which);

  std::uint32_t per_ip_; // 0: no bound
  std::chrono::milliseconds delay_;
  host_names names_;
  std::deque<entry> entries_;
  struct heap : std::priority_queue<timed, std::vector<timed>, std::greater<>> {
    const std::vector<timed>& all() const { return c; }
  };
  heap times_;
  std::uint64_t in_lines_ = 0;
};

} // namespace troupe::crawl
