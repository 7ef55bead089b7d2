// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part three: an actor is a plain class.
//
//   struct greeter {
//     static constexpr const char* name = "greeter";         // shown in logs
//     greeter(greeter_actor::pointer self, std::string word);  // self first, then spawn's
//     arguments greeter_actor::behavior_type make_behavior();           // one handler a message
//   };
//   auto who = runtime::spawn<greeter>(system_or_self, "hello");
//   auto slow = runtime::spawn_detached<reader>(self, file);       // may block
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "runtime/observer.hpp"
#include "runtime/port.hpp"

#include <caf/spawn_options.hpp>

#if TROUPE_CAF1
#include <caf/actor_from_state.hpp>
#else
#include <caf/stateful_actor.hpp>
#endif

namespace troupe::runtime {

#if !TROUPE_CAF1
namespace detail {

template <class Behavior>
struct base_for;
template <class... Signatures>
struct base_for<caf::typed_behavior<Signatures...>> {
  using type = caf::typed_event_based_actor<Signatures...>;
};

// 0.17.6 makes the state itself, without our arguments: so it makes an empty box, and start() fills
// it.
template <class State>
struct state_box {
  static constexpr const char* name = State::name;
  std::optional<State> content;
};

template <class State>
using behavior_of = decltype(std::declval<State&>().make_behavior());
template <class State>
using unobserved =
    caf::stateful_actor<state_box<State>, typename base_for<behavior_of<State>>::type>;

// Tells the observer, if there is one, of each letter's way (observer.hpp).
template <class State>
class actor_of : public unobserved<State> {
public:
  using unobserved<State>::unobserved;

  void enqueue(caf::mailbox_element_ptr letter, caf::execution_unit* host) override {
    if (auto* to = observing(); to && letter)
      to->sent(letter.get());
    unobserved<State>::enqueue(std::move(letter), host);
  }

  caf::invoke_message_result consume(caf::mailbox_element& letter) override {
    if (auto* to = observing()) {
      const observed_handling handling{*to,         &letter,    mark_,
                                       State::name, this->id(), name_of(*this, letter)};
      return unobserved<State>::consume(letter);
    }
    return unobserved<State>::consume(letter);
  }

private:
  std::uint64_t mark_ = 0;
};

template <class State, class... Args>
behavior_of<State> start(actor_of<State>* self, Args... args) {
  auto& state = self->state.content;
  state.emplace(self, std::move(args)...);
  return state->make_behavior();
}

// 0.17.6 dereferences a null tuple where there are no arguments, which sanitizers rightly report:
// so there is always one.
template <class State>
behavior_of<State> start_alone(actor_of<State>* self, bool) {
  return start<State>(self);
}

} // namespace detail
#endif

/// Takes: an actor_system, or the `self` of the actor that spawns. Returns: the typed handle.
template <class State, class Spawner, class... Args>
auto spawn(Spawner& where, Args&&... args) {
  const auto go = [&](auto& spawner) {
#if TROUPE_CAF1
    return spawner.spawn(caf::actor_from_state<State>, std::forward<Args>(args)...);
#else
    if constexpr (sizeof...(Args) == 0)
      return spawner.spawn(detail::start_alone<State>, true);
    else
      return spawner.spawn(detail::start<State, std::decay_t<Args>...>,
                           std::forward<Args>(args)...);
#endif
  };
  if constexpr (std::is_pointer_v<Spawner>)
    return go(*where);
  else
    return go(where);
}

/// The same for an actor that waits for a disk or a device: it gets a thread of its own, and the
/// others keep theirs.
template <class State, class Self, class... Args>
auto spawn_detached(Self* self, Args&&... args) {
#if TROUPE_CAF1
  return self->template spawn<caf::detached>(caf::actor_from_state<State>,
                                             std::forward<Args>(args)...);
#else
  return self->template spawn<caf::detached>(detail::start<State, std::decay_t<Args>...>,
                                             std::forward<Args>(args)...);
#endif
}

} // namespace troupe::runtime
