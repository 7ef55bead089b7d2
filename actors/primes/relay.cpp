// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/relay.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/sec.hpp>

#include "messages/type_ids.hpp"

namespace troupe::primes {

relay_actor::behavior_type relay::make_behavior() {
  be_away();
  return {
      [this](const check_primes& x) { return take<check_primes, primes_checked>(x); },
      [this](const check_lines& x) { return take<check_lines, lines_checked>(x); },
      [](const want_batch&) {},
      [](const numbers_done&) {},
      [](const lines_done&) {},
      [](const batch_dropped&) {},
      [this](const cancel_check& x) { cancel(x.job); },
      [](const checker_leaves&) -> caf::result<checker_left> { return checker_left{}; },
      [this](crew_wanted) { return ask_for_report(); },
      [this](const use_dispatcher& x) { use(x.who); },
      [this](dispatcher_lost) { lose(); },
      [this](away_over x) {
        if (!dispatcher_ && x.absence == dispatchers_)
          away_too_long();
      },
  };
}

relay::relay(relay_actor::pointer self, crew_limits crew)
    : self_(self), crew_(crew), watcher_(self) {}

template <class Question, class Answer>
caf::result<Answer> relay::take(const Question& x) {
  if (too_long_)
    return absence_error();
  const auto who = self_->current_sender(); // the promise takes it
  watch_asker(who);
  auto promise = self_->template make_response_promise<Answer>();
  const auto id = next_++;
  asked<Question, Answer> one{caf::actor_cast<caf::actor_addr>(who), x, promise};
  if (dispatcher_)
    pass_on(id, one);
  waiting_.emplace(id, std::move(one));
  return promise;
}

template <class Question, class Answer>
void relay::pass_on(std::uint64_t id, const asked<Question, Answer>& one) {
  runtime::request(self_, dispatcher_, crew_.answer_deadline, one.question)
      .then([this, id](const Answer& x) { deliver(id, x); },
            [this, id, dispatchers = dispatchers_](const caf::error& why) {
              failed(id, dispatchers, why);
            });
}

template <class Answer>
void relay::deliver(std::uint64_t id, const Answer& x) {
  auto done = waiting_.extract(id);
  if (!done.empty())
    std::visit(
        [&x](auto& one) {
          if constexpr (std::is_same_v<std::decay_t<decltype(one.promise)>,
                                       caf::typed_response_promise<Answer>>)
            one.promise.deliver(x);
        },
        done.mapped());
}

// A refusal is an answer. What failed with an earlier dispatcher has been asked again since.
void relay::failed(std::uint64_t id, std::uint64_t dispatchers, const caf::error& why) {
  if (runtime::receiver_gone(why)) {
    if (dispatchers == dispatchers_)
      lose();
    return;
  }
  auto done = waiting_.extract(id);
  if (!done.empty())
    std::visit([&why](auto& one) { one.promise.deliver(why); }, done.mapped());
}

caf::result<crew_report> relay::ask_for_report() {
  if (!dispatcher_)
    return absence_error();
  auto promise = self_->make_response_promise<crew_report>();
  runtime::request(self_, dispatcher_, crew_.away_max, crew_wanted{})
      .then([promise](const crew_report& x) mutable { promise.deliver(x); },
            [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

// The dispatcher answers what is canceled. Without one nobody knows any of it.
void relay::cancel(std::uint64_t job) {
  for (auto& [id, what] : waiting_) {
    auto* one = std::get_if<numbers_asked_here>(&what);
    if (job == 0 || !one || one->question.job != job)
      continue;
    one->canceled = true;
    if (dispatcher_)
      runtime::send(self_, dispatcher_, cancel_check{job});
    else
      deliver(id, primes_checked{
                      job,
                      std::vector<verdict>(one->question.list.numbers.size(), verdict::cancelled),
                      {}});
    return;
  }
}

void relay::use(const dispatcher_actor& who) {
  lose();
  if (!who)
    return;
  dispatcher_ = who;
  ++dispatchers_;
  too_long_ = false;
  watcher_.watch(self_, who, [this, dispatchers = dispatchers_](const caf::error&) {
    if (dispatchers == dispatchers_)
      lose();
  });
  for (const auto& [id, what] : waiting_)
    std::visit([this, id = id](const auto& one) { pass_on(id, one); }, what);
}

void relay::lose() {
  if (!dispatcher_)
    return;
  dispatcher_ = nullptr;
  std::vector<std::uint64_t> canceled;
  for (const auto& [id, what] : waiting_)
    if (const auto* one = std::get_if<numbers_asked_here>(&what); one && one->canceled)
      canceled.push_back(one->question.job);
  for (const auto job : canceled)
    cancel(job);
  be_away();
}

void relay::be_away() {
  runtime::send_after(self_, crew_.away_max, relay_actor{self_}, away_over{dispatchers_});
}

void relay::away_too_long() {
  too_long_ = true;
  for (auto& [id, what] : std::exchange(waiting_, {}))
    std::visit([this](auto& one) { one.promise.deliver(absence_error()); }, what);
}

void relay::watch_asker(const caf::strong_actor_ptr& who) {
  const auto address = caf::actor_cast<caf::actor_addr>(who);
  if (who && askers_.insert(address).second)
    watcher_.watch(self_, caf::actor_cast<caf::actor>(who),
                   [this, address](const caf::error&) { asker_lost(address); });
}

void relay::asker_lost(const caf::actor_addr& who) {
  askers_.erase(who);
  std::erase_if(waiting_, [&](const auto& w) {
    if (std::visit([](const auto& one) { return one.asker; }, w.second) != who)
      return false;
    if (const auto* one = std::get_if<numbers_asked_here>(&w.second);
        one && dispatcher_ && one->question.job != 0)
      runtime::send(self_, dispatcher_, cancel_check{one->question.job});
    return true;
  });
}

caf::error relay::absence_error() const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(crew_.away_max).count();
  return caf::make_error(caf::sec::runtime_error,
                         too_long_ ? "no coordinator could be reached for "
                                         + std::to_string(seconds) + " seconds"
                                   : std::string{"no coordinator can be reached now"});
}

} // namespace troupe::primes
