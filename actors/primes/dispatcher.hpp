// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/primes/ports.hpp"
#include "domain/primes/batch_table.hpp"
#include "messages/primes.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

/// Owns every batch that is not answered. A request becomes batches, which wait in one queue until
/// a checker has room; the answers are put in the request's order.
///
///   want_batch   -> room for so many: hand out what waits, or take it from who has more to do
///   *_done       -> the first answer to a batch counts; whoever gives it
///   checker down -> what it held goes to the front of the queue. The oldest of it is what it died
///                   of: over batch_deaths_max checkers may die over one, then its numbers are
///                   given up, and all others are checked
///   asker down   -> what is not answered of its work is dropped
///
/// Which batch is whose is the batch_table's to know; here it is put into messages.
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
    caf::actor_addr asker;
    primes_checked answer;
    std::size_t missing = 0; // numbers that have no verdict yet
    caf::typed_response_promise<primes_checked> promise;
  };
  struct numbers_part {
    std::uint64_t request = 0;
    std::size_t at = 0; // the place of its first number in the request
    std::shared_ptr<const number_list> list;
    method how = method::fast;
  };
  struct lines_part {
    caf::actor_addr asker;
    std::shared_ptr<const std::string> lines;
    line_job job;
    caf::typed_response_promise<lines_checked> promise;
  };
  using work = std::variant<numbers_part, lines_part>;

  caf::result<primes_checked> take(const check_primes& x);
  caf::result<lines_checked> take(const check_lines& x);
  const char* refusal(const check_primes& x) const;
  const char* refusal(const check_lines& x) const;
  bool watch_asker();
  void cut(const check_primes& x, std::uint64_t request);
  void add(work w);
  void act();
  void want(const want_batch& x);
  std::uint64_t sender() const;
  std::optional<work> take_back(std::uint64_t batch);
  work remove(std::uint64_t batch);
  void answered(const numbers_part& part, const std::vector<verdict>& verdicts);
  void deliver(std::uint64_t request);
  void cancel(std::uint64_t job);
  void forget_batches(std::uint64_t request);
  void asker_lost(const caf::actor_addr& who, const caf::error& why);
  std::uint64_t enlist(const checker_actor& who);
  void lost(const caf::actor_addr& who, const caf::error& why);
  void give_up(work w);
  caf::result<checker_left> leave(const checker_actor& who);
  void left(std::uint64_t checker);
  crew_report report() const;

  dispatcher_actor::pointer self_;
  check_ports ports_;
  crew_limits crew_;
  runtime::watcher watcher_;

  batch_table table_;
  std::map<std::uint64_t, work> works_; // of all batches in the table
  std::map<std::uint64_t, request> requests_;
  std::set<caf::actor_addr> askers_; // that are watched
  std::map<caf::actor_addr, std::uint64_t> numbers_;
  std::map<std::uint64_t, checker_actor> checkers_;
  std::multimap<std::uint64_t, caf::typed_response_promise<checker_left>> leaving_;
  std::size_t waiting_numbers_ = 0; // of requests, that are not answered
  std::size_t lines_bytes_ = 0;     // likewise
  std::uint64_t checks_done_ = 0;
  std::uint64_t next_request_ = 1, next_batch_ = 1, next_checker_ = 1;
};

} // namespace troupe::primes
