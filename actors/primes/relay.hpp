// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>

#include <caf/actor_addr.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

/// Stands for a dispatcher that is elsewhere, comes and goes, so that those who ask need not know.
///
///   asked             -> kept, and passed on if there is a dispatcher
///   use_dispatcher    -> all that has no answer is asked again there
///   dispatcher gone   -> kept for the next one; after away_max all that waits fails, in words, and
///                        what is asked meanwhile at once, until there is one
///   answer or refusal -> passed on; each asker gets one, whichever dispatcher's comes first
///
/// Checking has no effects: so asking twice is the same as asking once.
///
/// Known limits: keeps what it is asked without a bound of its own: the askers' credit is the
/// bound. What only checkers say makes no sense here, and is ignored.
class relay {
public:
  static constexpr const char* name = "relay";
  relay(relay_actor::pointer self, crew_limits crew);
  relay_actor::behavior_type make_behavior();

private:
  template <class Question, class Answer>
  struct asked {
    caf::actor_addr asker;
    Question question;
    caf::typed_response_promise<Answer> promise;
    bool canceled = false;
  };
  using numbers_asked_here = asked<check_primes, primes_checked>;
  using lines_asked_here = asked<check_lines, lines_checked>;

  template <class Question, class Answer>
  caf::result<Answer> take(const Question& x);
  template <class Question, class Answer>
  void pass_on(std::uint64_t id, const asked<Question, Answer>& one);
  template <class Answer>
  void deliver(std::uint64_t id, const Answer& x);
  void failed(std::uint64_t id, std::uint64_t dispatchers, const caf::error& why);
  caf::result<crew_report> ask_for_report();
  void cancel(std::uint64_t job);
  void use(const dispatcher_actor& who);
  void lose();
  void be_away();
  void away_too_long();
  void watch_asker(const caf::strong_actor_ptr& who);
  void asker_lost(const caf::actor_addr& who);
  caf::error absence_error() const;

  relay_actor::pointer self_;
  crew_limits crew_;
  runtime::watcher watcher_;
  dispatcher_actor dispatcher_;   // null while away
  std::uint64_t dispatchers_ = 0; // how many there have been
  bool too_long_ = false;         // away for away_max
  std::map<std::uint64_t, std::variant<numbers_asked_here, lines_asked_here>> waiting_;
  std::set<caf::actor_addr> askers_; // that are watched
  std::uint64_t next_ = 1;
};

} // namespace troupe::primes
