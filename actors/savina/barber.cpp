// SPDX-License-Identifier: BSD-3-Clause
#include "actors/savina/barber.hpp"

#include <utility>

#include "messages/savina_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::savina {

barber_actor::behavior_type barber::make_behavior() {
  return {
      [this](const next_customer& x) {
        runtime::send(self_, x.who, haircut_begins{});
        hair_ += haircut_of(plan_, x.number);
        ++haircuts_;
        runtime::send(self_, x.who, haircut_over{});
        return barber_free{};
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{0, {haircuts_, hair_}};
      },
  };
}

waiting_room_actor::behavior_type waiting_room::make_behavior() {
  return {
      [this](enter_room& x) {
        if (barber_free_) {
          barber_free_ = false;
          runtime::send(self_, barber_, next_customer{x.number, std::move(x.who)});
        } else if (waiting_.size() < chairs_) {
          runtime::send(self_, x.who, take_seat{});
          waiting_.push_back({x.number, std::move(x.who)});
        } else {
          ++turned_away_;
          runtime::send(self_, x.who, room_full{});
        }
      },
      [this](barber_free) {
        barber_free_ = waiting_.empty();
        if (barber_free_)
          return;
        runtime::send(self_, barber_, std::move(waiting_.front()));
        waiting_.pop_front();
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{1, {turned_away_}};
      },
  };
}

customer_actor::behavior_type customer::make_behavior() {
  return {
      [this](room_full) {
        runtime::send(self_, street_, back_again{number_, customer_actor{self_}});
      },
      [](take_seat) {},
      [](haircut_begins) {},
      [this](haircut_over) {
        runtime::send(self_, street_, customer_left{});
        self_->quit();
      },
  };
}

arrivals_actor::behavior_type arrivals::make_behavior() {
  for (number i = 0; i < plan_.haircuts; ++i)
    send_in(i, runtime::spawn<customer>(self_, i, arrivals_actor{self_}));
  return {
      [this](back_again& x) {
        ++came_back_;
        outside_.push_back(std::move(x));
        if (visits_ == came_back_ + left_) // nobody is in there who could leave
          send_again();
      },
      [this](customer_left) {
        if (++left_ == plan_.haircuts)
          runtime::send(self_, head_, finished{});
        else if (!outside_.empty())
          send_again();
      },
      [this](tally_wanted) {
        self_->quit();
        return tally{2, {visits_, left_, ways_}};
      },
  };
}

waiting_room::waiting_room(waiting_room_actor::pointer self, barber_actor barber,
                           std::uint64_t chairs)
    : self_(self), barber_(std::move(barber)), chairs_(chairs) {}

customer::customer(customer_actor::pointer self, std::uint64_t number, arrivals_actor street)
    : self_(self), number_(number), street_(std::move(street)) {}

arrivals::arrivals(arrivals_actor::pointer self, waiting_room_actor room, const barber_plan& plan,
                   gatherer_actor head)
    : self_(self), room_(std::move(room)), plan_(plan), head_(std::move(head)) {}

void arrivals::send_in(std::uint64_t number, customer_actor who) {
  ways_ += way_of(plan_, visits_++);
  runtime::send(self_, room_, enter_room{number, std::move(who)});
}

void arrivals::send_again() {
  auto first = std::move(outside_.front());
  outside_.pop_front();
  send_in(first.number, std::move(first.who));
}

company assemble(caf::actor_system& system, const barber_plan& p, const gatherer_actor& head) {
  const auto one = runtime::spawn<barber>(system, p);
  const auto room = runtime::spawn<waiting_room>(system, one, p.chairs);
  return {{one, room, runtime::spawn<arrivals>(system, room, p, head)}};
}

barber_outcome outcome_of(const barber_plan&, const std::vector<tally>& all) {
  return {.visits = all[2].counts[0],
          .turned_away = all[1].counts[0],
          .haircuts = all[0].counts[0],
          .left = all[2].counts[1],
          .hair = all[0].counts[1],
          .ways = all[2].counts[2]};
}

} // namespace troupe::savina
