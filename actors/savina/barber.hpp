// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "actors/savina/gatherer.hpp"
#include "domain/savina/outcomes.hpp"
#include "messages/savina_classics.hpp"

namespace troupe::savina {

/// Cuts the hair of whoever is sent in; sleeps by having no message.
class barber {
public:
  static constexpr const char* name = "barber";
  barber(barber_actor::pointer self, const barber_plan& plan) : self_(self), plan_(plan) {}
  barber_actor::behavior_type make_behavior();

private:
  barber_actor::pointer self_;
  barber_plan plan_;
  std::uint64_t haircuts_ = 0;
  std::uint64_t hair_ = 0;
};

/// Sends the first who waits to the barber when that one is free, and away who finds no chair.
class waiting_room {
public:
  static constexpr const char* name = "waiting_room";
  waiting_room(waiting_room_actor::pointer self, barber_actor barber, std::uint64_t chairs);
  waiting_room_actor::behavior_type make_behavior();

private:
  waiting_room_actor::pointer self_;
  barber_actor barber_;
  std::uint64_t chairs_;
  std::deque<next_customer> waiting_;
  bool barber_free_ = true;
  std::uint64_t turned_away_ = 0;
};

/// Tries until it has a haircut.
class customer {
public:
  static constexpr const char* name = "customer";
  customer(customer_actor::pointer self, std::uint64_t number, arrivals_actor street);
  customer_actor::behavior_type make_behavior();

private:
  customer_actor::pointer self_;
  std::uint64_t number_;
  arrivals_actor street_;
};

/// The street: all customers come from here, one after the other. Whoever was turned away comes
/// back here, and goes again when another has left the barber. Not at once: a scheduler that takes
/// the newest work first would have them come and go for ever, and the barber never at work.
class arrivals {
public:
  static constexpr const char* name = "arrivals";
  arrivals(arrivals_actor::pointer self, waiting_room_actor room, const barber_plan& plan,
           gatherer_actor head);
  arrivals_actor::behavior_type make_behavior();

private:
  void send_in(std::uint64_t number, customer_actor who);
  void send_again();

  arrivals_actor::pointer self_;
  waiting_room_actor room_;
  barber_plan plan_;
  gatherer_actor head_;
  std::deque<back_again> outside_; ///< who were turned away
  std::uint64_t visits_ = 0;
  std::uint64_t came_back_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t ways_ = 0;
};

/// See gatherer.hpp.
company assemble(caf::actor_system& system, const barber_plan& p, const gatherer_actor& head);
barber_outcome outcome_of(const barber_plan& p, const std::vector<tally>& all);

} // namespace troupe::savina
