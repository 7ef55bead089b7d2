// SPDX-License-Identifier: BSD-3-Clause
//
// Who may be asked next: the part of the frontier that is about hosts and time.
//
// A host is one host:port, with one or two lanes: what it has to say to http and to https. A lane
// is an origin, with a robots.txt and a queue of its own; connections and delays belong to the
// host.
//
//             consider()               next turn, but too early
//     idle --------------> in the ring ------------------------> in the heap, by time
//       ^  has work,           |  ^                                   |
//       |  has a hand free     |  +-----------------------------------+  the time has come
//       +----------------------+
//          its turn: took a page (back into the ring at once if it can take another), or has none
//
// The ring gives each host a turn after all others had theirs. A host is in one of these places
// only, so that memory is bounded by hosts, and each turn costs O(log hosts) at most.
//
// Hosts on one address share its bounds, where there are any: one whose turn it is, and whose
// address is busy, stands in that address's line (host_addresses) until it is called, back into the
// ring.
//
// Memory: a host takes about 90 bytes, its name and, if they forbid anything, its rules; a page
// that waits 12.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include <boost/circular_buffer.hpp>

#include "domain/crawl/chunks.hpp"
#include "domain/crawl/host_addresses.hpp"
#include "domain/crawl/host_names.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/pending_pages.hpp"
#include "domain/crawl/robots.hpp"
#include "domain/crawl/standstill.hpp"
#include "domain/crawl/text_hash.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

class host_queues {
public:
  using instant = std::chrono::steady_clock::time_point;
  using lane_id = std::uint32_t;

  /// What is known of a lane's robots.txt; pages are given out in `open` lanes only.
  enum class access : std::uint8_t { unasked, wanted, asked, open, shut };

  /// Takes: `key`, of the hashes of names.
  host_queues(const limits& bounds, const text_key& key);

  /// Returns: the lane of `u`'s origin, made if it is new.
  lane_id lane_of(const url& u);
  /// Takes: an origin, as url::origin() gives it. Returns: none if there is no such lane.
  std::optional<lane_id> find_lane(std::string_view origin) const;
  std::string origin_of(lane_id which) const;

  access access_of(lane_id which) const { return lane_at(which).state; }
  /// Returns: null if they forbid nothing.
  const robots_rules* rules_of(lane_id which) const { return rules_[lane_at(which).rules].get(); }

  /// robots.txt is to be fetched.
  void want(lane_id which) { lane_at(which).state = access::wanted; }
  /// robots.txt is being fetched: the host's delay counts from here.
  void ask(lane_id which, instant now);
  /// Its pages may go. Takes: `rules` may be null: everything is allowed.
  void open(lane_id which, std::shared_ptr<const robots_rules> rules);
  /// Its pages may not go, now or later.
  void shut(lane_id which) { lane_at(which).state = access::shut; }
  /// Removes the waiting pages for which `unwanted` is true; the others keep their order.
  void remove_if(lane_id which, const std::function<bool(const pending_page&)>& unwanted);

  void remove_everywhere(const std::function<bool(const pending_page&)>& unwanted);

  void push_back(lane_id which, const pending_page& page);
  /// For a page that was handed out before; these stand in front of all that were not.
  void push_front(lane_id which, const pending_page& page);
  /// Like push_front(), once `until` has come; others of its host go on meanwhile.
  void push_later(lane_id which, const pending_page& page, instant until);
  /// No page of this host before `until`.
  void hold(lane_id which, instant until);
  /// The connection of a page that take() gave is free again.
  void ended(lane_id which);
  /// Where its requests go. Takes: an address as text, "" if it cannot be known. Without effect
  /// while there are no bounds of addresses.
  void found_at(lane_id which, std::string_view address);
  /// An answer of the host has come; with autothrottle its delay follows how long that took.
  /// Takes: `failed`, an answer that says nothing good of the host: it makes no delay shorter.
  void answered(lane_id which, std::chrono::milliseconds took, bool failed);
  /// From now on only pages that were begun are given out.
  void only_begun() { only_begun_ = true; }

  struct taken {
    lane_id lane;
    pending_page page;
  };
  /// Returns: the next page that may be requested, which counts as started at `now`.
  /// Takes: `prefers`, if it is not empty: of the first looked_at_max hosts whose turn it is the
  /// first that it is true for goes, or else the first; those passed over keep their places.
  /// Cost: O(log hosts) amortized over the pages given out.
  std::optional<taken> take(instant now,
                            const std::function<bool(std::string_view host)>& prefers = {});
  static constexpr std::size_t looked_at_max = 16;
  /// After take() gave nothing: the time at which it may give something though nothing was
  /// reported.
  std::optional<instant> next_time();

  /// Tells how it stands with hosts: with those of `busy`, lanes with requests in flight, then with
  /// as many others as make `hosts_max`; and counts reasons. Takes: lanes whose robots.txt is
  /// `asked` for, and is to be; `all_busy`, whether no request more may start.
  /// Cost: O(looked_at_max and the lanes given).
  void explain(instant now, std::size_t hosts_max, const std::vector<lane_id>& busy,
               const std::vector<lane_id>& asked, const std::deque<lane_id>& wanted, bool all_busy,
               standstill& out) const;

private:
  using index = pending_pages::index;
  static constexpr index none = pending_pages::none;
  enum class place : std::uint8_t { idle, ring, heap, line };

  struct lane {
    index head = none;
    index tail = none;            // means something only where there is a head
    std::uint32_t rules : 29 = 0; // in rules_
    access state : 3 = access::unasked;
  };
  struct host {
    lane lanes[2];                       // http, https
    instant last_start = instant::min(); // min(): none so far
    instant held_until = instant::min();
    std::uint32_t delay_ms = 0;
    std::uint32_t throttle_ms = 0; // of autothrottle, beside it
    std::uint32_t queued = 0;
    host_addresses::number address = host_addresses::unknown;
    std::uint16_t active = 0;
    std::uint16_t active_max = 1;
    place where = place::idle;
    std::uint8_t turn = 0; // the lane that is looked at first
    std::uint32_t wait_ms() const { return std::max(delay_ms, throttle_ms); }
  };
  static_assert(sizeof(host) == 64); // there may be millions
  struct timed {
    instant at;
    index what; // a host, or a node
    lane_id which = 0;
    friend bool operator>(const timed& a, const timed& b) { return a.at > b.at; }
  };
  struct heap : std::priority_queue<timed, std::vector<timed>, std::greater<>> {
    const std::vector<timed>& all() const { return c; } // the first one first, the rest in no order
  };

  host& host_at(lane_id which) { return hosts_[which / 2]; }
  lane& lane_at(lane_id which) { return hosts_[which / 2].lanes[which % 2]; }
  const lane& lane_at(lane_id which) const { return hosts_[which / 2].lanes[which % 2]; }
  bool has_work(const lane& l) const;
  bool can_go(const host& h) const;
  std::uint32_t active_max(const host& h) const;
  bool admitted(index which, instant now);
  void call_from_lines(instant now);
  wait_reason why_delayed(const host& h) const;
  host_state state_of(index which, instant now, bool all_busy) const;
  instant ready_at(const host& h) const;
  void to_ring(index which);
  void consider(index which);
  taken start(index which, instant now);
  void wake(instant now);
  void link_front(lane_id which, index n);
  pending_page unlink_front(lane& l);

  limits bounds_;
  host_names names_; // "host:port", numbered as hosts_
  chunks<host, 1024> hosts_;
  std::deque<std::shared_ptr<const robots_rules>> rules_{nullptr}; // null stands first
  pending_pages pages_;
  boost::circular_buffer<index> ring_{64}; // one block: see chunks
  host_addresses addresses_;
  heap waiting_; // hosts
  heap later_;   // nodes
  bool only_begun_ = false;
};

} // namespace troupe::crawl
