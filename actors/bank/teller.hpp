// SPDX-License-Identifier: BSD-3-Clause
//
// Three kinds of tellers, who all go to the same accounts at once:
//
//   draw_teller      -- withdraw 800 ------> A     the account checks and acts: no race
//
//   trap_teller      -- balance_wanted ----> A     1000
//                       "enough: 1000 - 800 = 200"       and meanwhile another does the same
//                    -- set_balance 200 ---> A     the race again, with actors and without a lock
//
//   transfer_teller  -- withdraw 800 ------> A
//                    -- deposit 800 -------> B     or, if B refuses, back to A
//
// A transfer holds nothing while it waits, so that no two of them can wait for each other: no
// deadlock, in whichever order they take the accounts. The price: between the two messages the
// money is in the teller's hands, and somebody who asks both accounts then finds too little.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <caf/timespan.hpp>

#include "messages/account.hpp"

namespace troupe::bank {

/// What a teller is sent out with.
struct teller_errand {
  std::string who;
  std::int64_t amount = 0;
  account_actor from;
  account_actor to;               ///< of a transfer
  std::uint32_t from_account = 0; ///< the accounts' numbers, for the story
  std::uint32_t to_account = 0;
  caf::timespan pause{0};                            ///< before it acts; 0: no clock at all
  caf::timespan deadline = std::chrono::seconds(30); ///< for each answer
  std::function<void(race_step)> tell;               ///< called inside the teller, at each deed
};

/// What they have in common: each pauses, asks, tells what came of it, and ends.
class teller {
public:
  static constexpr const char* name = "teller";
  teller(teller_actor::pointer self, teller_errand errand);
  virtual ~teller() = default;
  teller(const teller&) = delete;
  teller& operator=(const teller&) = delete;
  teller_actor::behavior_type make_behavior();

protected:
  virtual void begin() { pause(); }
  virtual void act() = 0; ///< what it came for, after the pause

  void pause();
  /// Asks an account. `then` gets the slip; a teller that gets none, or a refusal, tells so.
  template <class Request, class Then>
  void ask(std::uint32_t account, Request what, Then then);
  /// Tells `what`, and the balance after it.
  void done(deed what, std::uint32_t account, const account_slip& slip);
  void refused(std::uint32_t account, draw_fault why);
  void tell(race_step step);
  void leave(); ///< its errand is over

  teller_actor::pointer self_;
  teller_errand errand_;
};

/// Draws with one message.
class draw_teller : public teller {
public:
  using teller::teller;

private:
  void act() override;
};

/// Draws with two: asks for the balance, and then sets it. Wrong on purpose.
class trap_teller : public teller {
public:
  using teller::teller;

private:
  void begin() override;
  void act() override;
  std::int64_t seen_ = 0;
};

/// Moves money from one account to another.
/// Known limits: where an answer stays away the teller cannot know what was done; it says so and
/// touches nothing more. A ledger whose requests have ids can ask again.
class transfer_teller : public teller {
public:
  using teller::teller;

private:
  void act() override;
  void pay_in();
  void give_back(draw_fault why);
};

} // namespace troupe::bank
