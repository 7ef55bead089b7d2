// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/service.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <caf/scoped_actor.hpp>

#include "actors/primes/check_list.hpp"
#include "actors/primes/clerk.hpp"
#include "actors/primes/desk.hpp"
#include "actors/primes/ports.hpp"
#include "actors/primes/supervisor.hpp"
#include "io/gateway/event_count.hpp"
#include "io/gateway/pending.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::primes {

namespace {

using waiting_room = gateway::pending<gateway::prime_answer>;

// Who checks large questions: a supervisor's crew in a system of our own.
class own_crew {
public:
  explicit own_crew(const prime_service_options& options)
      // Checkers may all be at large numbers: the others have threads besides.
      : actors_({.threads = options.workers + options.desks + 1, .batch = true}) {}

  dispatcher_actor start(unsigned checkers, check_ports ports,
                         std::function<void(const stream_ended&)> ended) {
    crew_limits crew;
    crew.checkers = std::max(1u, checkers);
    head_ = runtime::spawn<supervisor>(actors_.system(), std::move(ports), crew,
                                       std::optional<io::prime_plan>{},
                                       std::function<void(stream_ended)>{std::move(ended)});
    return find_dispatcher();
  }
  caf::actor_system& system() { return actors_.system(); }
  void stop() {
    runtime::stop(head_);
    head_ = nullptr;
  }

private:
  dispatcher_actor find_dispatcher() {
    dispatcher_actor found;
    caf::scoped_actor me{actors_.system()};
    runtime::request(me.ptr(), head_, std::chrono::seconds(10), dispatcher_wanted{})
        .receive([&](dispatcher_known& x) { found = std::move(x.who); }, [](const caf::error&) {});
    if (!found) {
      stop(); // the system waits for it
      throw std::runtime_error("the prime checker's dispatcher did not start");
    }
    return found;
  }

  runtime::actor_runtime<caf::id_block::troupe> actors_;
  check_supervisor_actor head_;
};

class prime_actors final : public gateway::prime_service {
public:
  explicit prime_actors(const prime_service_options& options) : prime_actors(options, nullptr) {
    own_.emplace(options);
    check_ports ports;
    ports.check_numbers = [this, stop = halt_.get_token()](const number_list& list, method how) {
      auto verdicts = check_list(list, how, stop);
      batches_checked_.add(); // each came as one message
      return verdicts;
    };
    begin(own_->system(),
          own_->start(options.workers, std::move(ports),
                      [this](const stream_ended& x) { at_clerk_->close(x.error); }));
  }

  prime_actors(const prime_service_options& options, caf::actor_system& system,
               const dispatcher_actor& whom)
      : prime_actors(options, nullptr) {
    begin(system, whom);
  }

  ~prime_actors() override {
    at_desks_->close("stopping");
    at_clerk_->close("stopping");
    halt_.request_stop();
    for (const auto& d : desks_)
      runtime::stop(d);
    runtime::stop(clerk_);
    if (own_)
      own_->stop();
  }

  gateway::canceler check(number_list list,
                          gateway::callback<gateway::prime_answer> done) override {
    const bool small = list.large.empty() && list.numbers.size() <= options_.desk_numbers_max;
    auto& room = small ? *at_desks_ : *at_clerk_;
    const auto ticket = room.add(done);
    if (ticket == 0) {
      done({room.refusal(), {}});
      return {};
    }
    if (small) {
      runtime::post(desks_[ticket % desks_.size()], numbers_asked{ticket, std::move(list)});
      return {}; // it is answered before anybody could change his mind
    }
    runtime::post(clerk_, numbers_asked{ticket, std::move(list)});
    return [this, ticket] {
      if (at_clerk_->drop(ticket))
        runtime::post(clerk_, asker_gone{ticket});
    };
  }

  std::string not_ready() override {
    auto why = at_desks_->close_reason();
    return why.empty() ? at_clerk_->close_reason() : why;
  }

  gateway::reading read() override {
    const auto alive = [](const waiting_room& room, unsigned n) {
      return room.close_reason().empty() ? std::uint64_t{n} : 0;
    };
    gateway::reading r;
    r.actors = {
        {"desk", alive(*at_desks_, options_.desks), at_desks_->waiting(), at_desks_->answered()},
        {"clerk", alive(*at_clerk_, 1), at_clerk_->waiting(), at_clerk_->answered()}};
    if (own_)
      r.actors.push_back(
          {"checker", alive(*at_clerk_, options_.workers), 0, batches_checked_.now()});
    r.counters = {{"prime_questions", at_desks_->answered() + at_clerk_->answered(), true},
                  {"prime_questions_waiting", at_desks_->waiting() + at_clerk_->waiting(), false}};
    return r;
  }

private:
  // The rooms alone.
  prime_actors(const prime_service_options& options, std::nullptr_t)
      : options_(options), at_desks_(std::make_shared<waiting_room>(options.waiting_max)),
        at_clerk_(std::make_shared<waiting_room>(options.waiting_max)) {}

  void begin(caf::actor_system& system, const dispatcher_actor& whom) {
    clerk_ = runtime::spawn<clerk>(system, whom, port_to(at_clerk_),
                                   caf::timespan{options_.answer_deadline});
    for (unsigned i = 0; i < options_.desks; ++i)
      desks_.push_back(runtime::spawn<desk>(system, port_to(at_desks_)));
  }

  static desk_port port_to(const std::shared_ptr<waiting_room>& room) {
    return {[room](std::uint64_t ticket, gateway::prime_answer a) {
              room->answer(ticket, std::move(a));
            },
            [room](std::string why) { room->close(std::move(why)); }};
  }

  const prime_service_options options_;
  std::stop_source halt_;
  gateway::event_count batches_checked_;
  // Shared with desks and clerk, which may be at their last answer when we go.
  const std::shared_ptr<waiting_room> at_desks_, at_clerk_;
  std::optional<own_crew> own_; // none where others check
  prime_clerk_actor clerk_;
  std::vector<prime_desk_actor> desks_;
};

} // namespace

std::unique_ptr<gateway::prime_service> make_prime_service(const prime_service_options& options) {
  return std::make_unique<prime_actors>(options);
}

std::unique_ptr<gateway::prime_service> make_far_prime_service(const prime_service_options& options,
                                                               caf::actor_system& system,
                                                               const relay_actor& whom) {
  return std::make_unique<prime_actors>(options, system, whom);
}

} // namespace troupe::primes
