// SPDX-License-Identifier: BSD-3-Clause
//
// What a gateway asks of whoever does the work: actors, a pool of threads, or nobody else but the
// connection's own thread. HTTP stops above these interfaces, engines stop below them.
//
//   HTTP request -> front (io/gateway) -> service -> done(answer) -> front -> HTTP answer
//
// Every service: `done` is called exactly once, on any thread, perhaps before the call returns; the
// returned canceler says that the answer is not wanted any more (then `done` may be called or
// dropped), may be empty, and may be called at any time, also after the answer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace troupe::gateway {

using canceler = std::function<void()>;
template <class Answer>
using callback = std::function<void(Answer)>;

/// Why a service has no answer.
enum class fault : std::uint8_t {
  none,
  unavailable, ///< whoever answers has stopped: 503
  overloaded,  ///< too much waits already: 503 with Retry-After
  late,        ///< not in time: 504
};

/// Counters of one actor, or of a part of an engine that stands for one.
struct actor_reading {
  std::string name;           ///< "dispatcher", "ledger 0"; a kind where there are many: "checker"
  std::uint64_t alive = 0;    ///< how many of the kind
  std::uint64_t mailbox = 0;  ///< messages that wait, of all of them
  std::uint64_t messages = 0; ///< dealt with since the start
};

/// Counters of one part of the work since its start: "numbers_checked", "transfers_committed".
struct counter_reading {
  std::string name;
  std::uint64_t value = 0;
  bool total = true; ///< it only grows
};

/// One process that a service has others work in.
struct node_reading {
  std::string name;
  std::string state;            ///< up, suspect, draining, down, left
  std::string roles;            ///< "primes, bank"
  std::uint64_t processors = 0; ///< that it works with
  std::string address;
  std::string why; ///< of suspect and down
  std::int64_t since_unix_ms = 0;
};

struct reading {
  std::vector<actor_reading> actors;
  std::vector<counter_reading> counters;
  std::vector<node_reading> nodes;
};

/// What every service can tell about itself.
class service {
public:
  virtual ~service() = default;
  /// Returns: "" if it can work, or why not, in a few words (/readyz).
  virtual std::string not_ready() = 0;
  /// Threads: any; never blocks for long.
  virtual reading read() = 0;
};

} // namespace troupe::gateway
