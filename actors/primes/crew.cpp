// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/crew.hpp"

#include <optional>
#include <stop_token>
#include <utility>

#include "actors/primes/check_list.hpp"
#include "actors/primes/dispatcher.hpp"
#include "actors/primes/ports.hpp"
#include "actors/primes/supervisor.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::primes {

namespace {

// Has a crew leave, tells, and ends.
class farewell {
public:
  static constexpr const char* name = "farewell";
  farewell(check_progress_actor::pointer self, check_supervisor_actor whose,
           std::function<void()> done)
      : self_(self), whose_(std::move(whose)), done_(std::move(done)) {}
  ~farewell() { tell(); }
  farewell(const farewell&) = delete;
  farewell& operator=(const farewell&) = delete;

  check_progress_actor::behavior_type make_behavior() {
    runtime::request(self_, whose_, crew_limits{}.answer_deadline, crew_leaves{})
        .then([this](crew_left) { end(); }, [this](const caf::error&) { end(); });
    return {[](check_tick) {}};
  }

private:
  void tell() {
    if (auto done = std::exchange(done_, nullptr))
      done();
  }
  void end() {
    tell();
    self_->quit();
  }

  check_progress_actor::pointer self_;
  check_supervisor_actor whose_;
  std::function<void()> done_;
};

} // namespace

struct crew::impl {
  caf::actor_system& system;
  std::stop_source halt;
  dispatcher_actor whose;
  dispatcher_actor own; // empty if it is another's
  check_supervisor_actor head;
  check_progress_actor leaving;
};

crew::crew(caf::actor_system& system, unsigned checkers, dispatcher_actor whose)
    : impl_(std::make_unique<impl>(impl{system, {}, std::move(whose), {}, {}, {}})) {
  crew_limits limits;
  limits.checkers = checkers;
  const auto ports = checking_ports(io::prime_plan{}, impl_->halt.get_token());
  if (!impl_->whose)
    impl_->whose = impl_->own = runtime::spawn<primes::dispatcher>(system, ports, limits);
  impl_->head = runtime::spawn<supervisor>(system, ports, limits, std::optional<io::prime_plan>{},
                                           std::function<void(stream_ended)>{}, impl_->whose);
}

crew::~crew() {
  impl_->halt.request_stop();
  runtime::stop(impl_->leaving);
  runtime::stop(impl_->head);
  runtime::stop(impl_->own);
}

const dispatcher_actor& crew::dispatcher() const { return impl_->whose; }

void crew::drain(std::function<void()> done) {
  impl_->leaving = runtime::spawn<farewell>(impl_->system, impl_->head, std::move(done));
}

} // namespace troupe::primes
