// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part two: sending. `self` is the pointer that a State got; `to` is a typed
// handle.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/port.hpp"

#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <caf/timespan.hpp>
#if TROUPE_CAF1
#include <caf/anon_mail.hpp>
#endif

namespace troupe::runtime {

/// Tells, and does not wait.
template <class Self, class To, class Message>
void send(Self* self, const To& to, Message&& message) {
#if TROUPE_CAF1
  self->mail(std::forward<Message>(message)).send(to);
#else
  self->send(to, std::forward<Message>(message));
#endif
}

/// Tells later, by the actor clock (simulated in tests).
template <class Self, class To, class Message>
void send_after(Self* self, caf::timespan delay, const To& to, Message&& message) {
#if TROUPE_CAF1
  self->mail(std::forward<Message>(message)).delay(delay).send(to);
#else
  self->delayed_send(to, delay, std::forward<Message>(message));
#endif
}

/// Asks; the result takes .then(on_answer, on_error).
/// Takes: `deadline`, always finite: a remote peer that vanishes may never answer.
template <class Self, class To, class Message>
auto request(Self* self, const To& to, caf::timespan deadline, Message&& message) {
#if TROUPE_CAF1
  return self->mail(std::forward<Message>(message)).request(to, deadline);
#else
  return self->request(to, deadline, std::forward<Message>(message));
#endif
}

/// The same of an actor of this process, whose end is told as an error, for an asker that keeps a
/// deadline of its own: a deadline each costs a message more than the answer does.
template <class Self, class To, class Message>
auto request_nearby(Self* self, const To& to, Message&& message) {
#if TROUPE_CAF1
  return self->mail(std::forward<Message>(message)).request(to, caf::infinite);
#else
  return self->request(to, caf::infinite, std::forward<Message>(message));
#endif
}

/// Tells from outside any actor. Threads: any.
template <class To, class Message>
void post(const To& to, Message&& message) {
#if TROUPE_CAF1
  caf::anon_mail(std::forward<Message>(message)).send(to);
#else
  caf::anon_send(to, std::forward<Message>(message));
#endif
}

/// Ends an actor from outside. Threads: any.
template <class To>
void stop(const To& to) {
  if (to)
    caf::anon_send_exit(caf::actor_cast<caf::actor>(to), caf::exit_reason::user_shutdown);
}

/// Returns: whether a watched actor is gone with its process or the connection to it: it may be
/// well, and nothing is known of what it was doing.
inline bool lost_with_connection(const caf::error& reason) {
  return reason == caf::exit_reason::remote_link_unreachable;
}

/// Returns: whether a request failed because whom it was for, or the way there, is gone; as opposed
/// to a refusal. Whether it was acted upon is not known.
inline bool receiver_gone(const caf::error& why) {
  using caf::exit_reason;
  using caf::sec;
  // In place of an answer there may be the reason for which the receiver ended.
  for (const auto r : {exit_reason::normal, exit_reason::user_shutdown, exit_reason::kill,
                       exit_reason::remote_link_unreachable, exit_reason::unreachable})
    if (why == r)
      return true;
#if TROUPE_CAF1
  if (why == sec::broken_promise || why == sec::connection_closed)
    return true;
#endif
  return why == sec::request_receiver_down || why == sec::no_route_to_receiving_node
         || why == sec::socket_disconnected || why == sec::connection_timeout;
}

/// Calls back once when a watched actor ends. One a State, as a member: it owns the down handler.
class watcher {
public:
  using callback = std::function<void(const caf::error& reason)>;

#if TROUPE_CAF1
  template <class Self>
  explicit watcher(Self*) {}

  template <class Self, class Handle>
  void watch(Self* self, const Handle& whom, callback then) {
    self->monitor(whom, std::move(then));
  }
#else
  template <class Self>
  explicit watcher(Self* self) : watched_(std::make_shared<table>()) {
    self->set_down_handler([watched = watched_](caf::down_msg& down) {
      // The callbacks may watch anew: take them out before any of them runs.
      std::vector<callback> due;
      const auto [first, last] = watched->equal_range(down.source);
      for (auto i = first; i != last; ++i)
        due.push_back(std::move(i->second));
      watched->erase(first, last);
      for (auto& then : due)
        then(down.reason);
    });
  }

  template <class Self, class Handle>
  void watch(Self* self, const Handle& whom, callback then) {
    watched_->emplace(whom.address(), std::move(then));
    self->monitor(whom);
  }

private:
  using table = std::multimap<caf::actor_addr, callback>;
  std::shared_ptr<table> watched_;
#endif
};

} // namespace troupe::runtime
