// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

/// Owns every batch that is not answered. A request becomes batches, which wait in one queue until
/// a checker has room; the answers are put in the request's order.
///
///   want_batch   -> room for so many: hand out what waits, or remember it
///   *_done       -> the first answer to a batch counts; whoever gives it
///   checker down -> its batches go to the front of the queue. The oldest of them is what it died
///                   of: over batch_deaths_max checkers may die over one, then its numbers are
///                   given up, and all others are checked
///
/// Known limits: requests are served in the order in which they came, a large one before a small
/// one behind it; a batch is given up as a whole, though one number of it may have been the reason.
class dispatcher {
public:
  static constexpr const char* name = "dispatcher";
  dispatcher(dispatcher_actor::pointer self, check_ports ports, crew_limits crew);
  dispatcher_actor::behavior_type make_behavior();

private:
  struct request {
    primes_checked answer;
    std::size_t missing = 0; // numbers that have no verdict yet
    caf::typed_response_promise<primes_checked> promise;
  };
  struct numbers_part {
    std::uint64_t request = 0;
    std::size_t at = 0; // the place of its first number in the request
    number_list list;
    method how = method::fast;
  };
  struct lines_part {
    std::shared_ptr<const std::string> lines;
    caf::typed_response_promise<lines_checked> promise;
  };
  struct batch {
    std::variant<numbers_part, lines_part> work;
    unsigned deaths = 0;
  };

  bool accepts(const number_list& list) const;
  void cut(const check_primes& x, std::uint64_t request);
  void add(batch b);
  void hand_out();
  void give(const checker_actor& who, std::uint64_t id);
  bool take_back(std::uint64_t id);
  void answered(const numbers_part& part, const std::vector<verdict>& verdicts);
  void deliver(std::uint64_t request);
  void cancel(std::uint64_t job);
  void lost(const caf::actor_addr& who);
  void give_up(batch b);

  dispatcher_actor::pointer self_;
  check_ports ports_;
  crew_limits crew_;
  runtime::watcher watcher_;

  std::map<std::uint64_t, request> requests_;
  std::map<std::uint64_t, batch> batches_; // not answered
  std::deque<std::uint64_t> waiting_;      // in nobody's hands, in the order of handing out
  std::deque<checker_actor> room_;         // one entry a batch that a checker has room for
  std::map<caf::actor_addr, std::deque<std::uint64_t>>
      held_;                        // in each checker's hands, oldest first
  std::size_t waiting_numbers_ = 0; // of requests, that are not answered
  std::uint64_t next_request_ = 1, next_batch_ = 1;
};

} // namespace troupe::primes
