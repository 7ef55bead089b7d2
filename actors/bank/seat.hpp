// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "actors/bank/far_ports.hpp"
#include "messages/bank_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// Stands for whichever ledger has a partition now, so that who asks it need not know where it is:
///
///   router, courier, whole reader --question--> seat --question--> ledger, here or elsewhere
///   bank head --seat_taken, seat_empty--> seat
///
/// While there is no ledger, what is asked waits a little (seat_wait), and is then answered with
/// `unreachable`; so is, at once, what a ledger had when it was lost: it may have done it.
/// The courier that came last is told to each new ledger.
class seat {
public:
  static constexpr const char* name = "seat";
  seat(seat_actor::pointer self, bank_far_limits bounds);
  ~seat();
  seat(const seat&) = delete;
  seat& operator=(const seat&) = delete;
  seat_actor::behavior_type make_behavior();

private:
  /// A question without an answer so far.
  struct open_question {
    std::function<void()> ask;
    std::function<void()> fail;
  };
  template <class Answer, class Question>
  caf::result<Answer> take(const Question& x);
  void use(const ledger_actor& who);
  void empty();
  void wait_longer();

  seat_actor::pointer self_;
  bank_far_limits bounds_;
  ledger_actor ledger_; // empty while there is none
  courier_actor courier_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, std::function<void()>> asked_; // how to fail what the ledger has
  std::vector<open_question> waited_, waiting_;          // for a ledger: a while; since then
  bool timer_ = false;
};

} // namespace troupe::bank
