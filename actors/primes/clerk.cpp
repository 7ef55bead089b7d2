// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/clerk.hpp"

#include <utility>

#include <caf/sec.hpp>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

prime_clerk_actor::behavior_type clerk::make_behavior() {
  return {
      [this](const numbers_asked& x) { ask(x); },
      [this](asker_gone x) { runtime::send(self_, dispatcher_, cancel_check{x.ticket}); },
  };
}

clerk::clerk(prime_clerk_actor::pointer self, dispatcher_actor dispatcher, desk_port port,
             caf::timespan answer_deadline)
    : self_(self), dispatcher_(std::move(dispatcher)), port_(std::move(port)),
      answer_deadline_(answer_deadline) {}

clerk::~clerk() { port_.gone("the clerk has ended"); }

// The ticket is the job's number too: this dispatcher has no other client.
void clerk::ask(const numbers_asked& x) {
  const auto ticket = x.ticket;
  runtime::request(self_, dispatcher_, answer_deadline_, check_primes{ticket, x.list, method::fast})
      .then(
          [this, ticket](const primes_checked& a) {
            port_.answer(
                ticket,
                {a.lost.empty() ? gateway::fault::none : gateway::fault::unavailable, a.verdicts});
          },
          [this, ticket](const caf::error& why) {
            if (why == caf::sec::request_timeout) {
              runtime::send(self_, dispatcher_, cancel_check{ticket});
              return port_.answer(ticket, {gateway::fault::late, {}});
            }
            // It refuses what is above its limits, and the routes keep each single question below
            // them.
            port_.answer(ticket, {why == caf::sec::invalid_argument ? gateway::fault::overloaded
                                                                    : gateway::fault::unavailable,
                                  {}});
          });
}

} // namespace troupe::primes
