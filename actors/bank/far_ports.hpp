// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/timespan.hpp>
#include <tl/expected.hpp>

#include "actors/bank/ledger_keeper.hpp"
#include "domain/bank/whole_read.hpp"

namespace troupe::bank {

/// A partition's file, opened and loaded: nobody else writes to it any more.
struct opened_partition {
  ledger_ports ports; ///< `stopped` is its warden's to set
  std::int64_t epoch = 0;
};

/// The outside world as a warden sees it.
struct warden_ports {
  std::string node; ///< its name, for people
  std::uint64_t ledger = 0;
  std::uint32_t partitions = 0;
  std::vector<std::uint32_t> numbers; ///< that can be opened here
  /// Opens one, which fences whoever has it. Called in a thread that may wait for the disk.
  /// Takes: what its epoch has to be above; else its file has to stay as it is.
  /// Returns: why not, in one line.
  std::function<tl::expected<opened_partition, std::string>(std::uint32_t number,
                                                            std::int64_t epoch_above)>
      open;
  std::function<void(const std::string& line)> say; ///< for the log; any thread; may be empty
  /// What waits for a disk has a thread of its own; not where a test decides who runs next.
  bool own_threads = true;
};

/// Every bound of a bank over nodes.
struct bank_far_limits {
  caf::timespan offer_deadline = std::chrono::seconds(5);
  caf::timespan offer_again = std::chrono::seconds(1); ///< after a refusal
  /// To open and load a partition. A node that is gone is noticed by its end; one that is asked
  /// anew while it loads begins anew, so this is longer than the longest history takes.
  caf::timespan take_deadline = std::chrono::minutes(30);
  caf::timespan open_deadline = std::chrono::hours(1); ///< of an opener, which always answers
  caf::timespan give_up_deadline = std::chrono::seconds(30);
  caf::timespan take_again = std::chrono::seconds(1); ///< after a node could not
  unsigned takes_a_move = 60; ///< of these, until it may get what another has
  caf::timespan answer_deadline = std::chrono::seconds(30); ///< of a ledger, for one question
  caf::timespan seat_wait = std::chrono::seconds(1); ///< once or twice that: for a ledger to come
  std::size_t seat_questions_max = 10'000; ///< without an answer; further ones are refused
  caf::timespan cut_deadline = std::chrono::seconds(10); ///< of one step of a whole read
  unsigned whole_attempts_max = 5;
  caf::timespan whole_again = std::chrono::milliseconds(200); ///< between two of them
  whole_limits whole;
};

} // namespace troupe::bank
