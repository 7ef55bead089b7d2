// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "actors/bank/far_bank.hpp"
#include "messages/bank_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// In a client's process: asks whichever bank there is now.
///
///   program --batch_call, ...--> relay --post_batch, ...--> the bank's router
///   follower --use_bank_head, bank_head_lost--> relay --bank_wanted--> bank head
///
/// Without a bank a question waits, and is then answered with `unreachable`. What a bank had when
/// it was lost is answered so at once: whether it was done only sending it again will tell.
class bank_relay {
public:
  static constexpr const char* name = "bank-relay";
  bank_relay(bank_relay_actor::pointer self, far_limits bounds);
  ~bank_relay();
  bank_relay(const bank_relay&) = delete;
  bank_relay& operator=(const bank_relay&) = delete;
  bank_relay_actor::behavior_type make_behavior();

private:
  struct open_question {
    std::function<void()> ask;
    std::function<void()> fail;
    bool of_head = false; // needs no bank to be there
  };
  template <class Answer, class Call, class To>
  void take(const Call& x, To bank_known::*whom);
  void take_places(const places_call& x);
  void wait(open_question q);
  template <class To, class Question, class Answer>
  void pass_on(const To& to, const Question& x,
               const std::shared_ptr<std::function<void(Answer)>>& done);
  void use(const bank_head_actor& head);
  void look();
  void found(const bank_known& x);
  void ask_waiting();
  void lose(const std::string& why);
  void waited_long();

  bank_relay_actor::pointer self_;
  far_limits bounds_;
  runtime::watcher watcher_;
  bank_head_actor head_;                  // empty while there is none
  std::uint64_t heads_ = 0;               // how many there have been
  bank_known known_;                      // its front is empty while there is none
  std::string why_ = "not connected yet"; // there is none
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, std::function<void()>> asked_; // how to fail each
  std::vector<open_question> waited_, waiting_;          // for a bank: a while; since then
  bool timer_ = false, looks_ = false;
};

} // namespace troupe::bank
