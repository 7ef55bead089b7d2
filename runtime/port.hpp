// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part one: which CAF this is, typed interfaces, and how message structs describe
// themselves. Everything in runtime/ together is the only place that knows the version; all other
// code is written once and compiles against 0.17.6 (Debian, Ubuntu) and 1.1 (other packagers).
//
//   here          interfaces, field lists, error texts
//   mail.hpp      send, send_after, request, post, watch
//   spawn.hpp     actors written as plain State classes
//   system.hpp    options, start-up, shutdown
//   network.hpp   actors in other processes (only where troupe::network is linked)
//   test_system.hpp   a system that runs step by step on a simulated clock
//   observer.hpp  who is told of each letter's way, if anybody is
//   orders.hpp    every order in which such a system can deliver its messages
//
// Known limits: one process runs one CAF version, and the two cannot talk to each other.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/config.hpp>

// CAF_VERSION itself is unusable: 1.1.0 defines it with a leading zero, an octal number.
#if CAF_MAJOR_VERSION == 0 && CAF_MINOR_VERSION == 17
#define TROUPE_CAF1 0
#elif CAF_MAJOR_VERSION == 1
#define TROUPE_CAF1 1
#else
#error "Troupe is written for CAF 0.17.6 and CAF 1.x; this is neither"
#endif

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>
#include <caf/result.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>
#if !TROUPE_CAF1
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_event_based_actor.hpp>
#else
#include <caf/typed_event_based_actor.hpp>
#endif

namespace troupe::runtime {

#if TROUPE_CAF1
/// An actor's interface, one function type a message: `interface<caf::result<reply>(request),
/// ...>`.
template <class... Handlers>
using interface = caf::typed_actor<Handlers...>;
#else
template <class Handler>
struct handler_0_17;
template <class... Replies, class... Args>
struct handler_0_17<caf::result<Replies...>(Args...)> {
  using type = typename caf::replies_to<Args...>::template with<Replies...>;
};
template <class... Handlers>
using interface = caf::typed_actor<typename handler_0_17<Handlers>::type...>;
#endif

/// One named field of a message struct, for inspect().
template <class T>
struct named {
  const char* name;
  T& value;
};
template <class T>
named<T> field(const char* name, T& value) {
  return {name, value};
}

/// What an inspect() returns: `return fields(f, x, "page_wanted", field("job", x.job));`
template <class Inspector, class T, class... Fields>
auto fields(Inspector& f, [[maybe_unused]] T& x, const char* type, named<Fields>... list) {
  if constexpr (requires { f.describe(type, list...); })
    return f.describe(type, list...); // schema.hpp: only what it looks like
  else
#if TROUPE_CAF1
    return f.object(x).pretty_name(type).fields(f.field(list.name, list.value)...);
#else
    return f(caf::meta::type_name(type), list.value...);
#endif
}

/// For a type that travels as another: `read` makes the travelling value, `write` takes it in.
template <class Inspector, class Read, class Write>
auto fields_as(Inspector& f, Read read, Write write) {
  if constexpr (requires { f.template describe_as<decltype(read())>(); })
    return f.template describe_as<decltype(read())>();
  else {
#if TROUPE_CAF1
    return f.apply(read, [&write](auto&& value) {
      write(std::forward<decltype(value)>(value));
      return true;
    });
#else
    auto value = read();
    if constexpr (Inspector::reads_state) {
      return f(value);
    } else {
      return f(value, caf::meta::load_callback([&]() -> caf::error {
                 write(std::move(value));
                 return caf::none;
               }));
    }
#endif
  }
}

/// A field that may be absent; it travels as a list of none or one.
template <class T>
struct maybe {
  std::optional<T>& value;
};
template <class T>
maybe(std::optional<T>&) -> maybe<T>;

template <class Inspector, class T>
auto inspect(Inspector& f, maybe<T>& x) {
  return fields_as(
      f, [&x] { return x.value ? std::vector<T>{*x.value} : std::vector<T>{}; },
      [&x](std::vector<T> list) {
        if (list.empty())
          x.value.reset();
        else
          x.value = std::move(list.front());
      });
}

/// Returns: which CAF this is, "caf 0.17.6": two that differ do not talk to each other.
inline std::string carrier() {
  return "caf " + std::to_string(CAF_MAJOR_VERSION) + "." + std::to_string(CAF_MINOR_VERSION) + "."
         + std::to_string(CAF_PATCH_VERSION);
}

/// Returns: the error in words, for a person.
inline std::string text([[maybe_unused]] const caf::actor_system& system, const caf::error& err) {
#if TROUPE_CAF1
  return to_string(err);
#else
  return system.render(err);
#endif
}

/// The same without the words of the actor library, for who does not know it.
inline std::string words(const caf::actor_system& system, const caf::error& err) {
  if (err == caf::exit_reason::remote_link_unreachable)
    return "its process is out of reach";
  if (err == caf::sec::request_timeout)
    return "no answer came in time";
  if (err == caf::sec::runtime_error && err.context().size() == 1
      && err.context().template match_element<std::string>(0))
    return err.context().template get_as<std::string>(0);
  return text(system, err);
}

} // namespace troupe::runtime

/// Lets an enum travel as its number. 0.17.6 does so by itself; 1.x wants an inspect().
#if TROUPE_CAF1
#define TROUPE_INSPECT_ENUM(E)                                                                     \
  template <class Inspector>                                                                       \
  bool inspect(Inspector& f, E& x) {                                                               \
    using number = std::underlying_type_t<E>;                                                      \
    return f.apply([&x] { return static_cast<number>(x); },                                        \
                   [&x](number n) {                                                                \
                     x = static_cast<E>(n);                                                        \
                     return true;                                                                  \
                   });                                                                             \
  }
#else
#define TROUPE_INSPECT_ENUM(E)
#endif
