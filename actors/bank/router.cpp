// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/router.hpp"

#include <functional>
#include <memory>
#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::bank {

/// A batch whose parts are with ledgers; each holds a share of it, and the last to go reports.
struct router::job {
  std::vector<receipt> receipts;
  std::function<void(batch_receipts)> done;

  job() = default;
  job(const job&) = delete;
  job& operator=(const job&) = delete;
  /// Also where the router ends first: whoever waits hears of it.
  ~job() { done(batch_receipts{std::move(receipts)}); }
};

router_actor::behavior_type router::make_behavior() {
  for (std::uint32_t i = 0; i < ledgers_.size() && ledgers_.size() > 1; ++i)
    start_courier(i);
  return {
      [this](const post_batch& x) -> caf::result<batch_receipts> {
        auto promise = self_->make_response_promise<batch_receipts>();
        post(x, [promise](batch_receipts r) mutable { promise.deliver(std::move(r)); });
        return promise;
      },
      [this](const account_wanted& x) -> caf::result<account_report> {
        auto promise = self_->make_response_promise<account_report>();
        look<account_report>(x, [promise](const account_report& r) mutable { promise.deliver(r); });
        return promise;
      },
      [this](const history_wanted& x) -> caf::result<history_report> {
        auto promise = self_->make_response_promise<history_report>();
        look<history_report>(x, [promise](const history_report& r) mutable { promise.deliver(r); });
        return promise;
      },
      [this](const batch_call& x) {
        post(x.question, [done = x.done](batch_receipts r) { (*done)(std::move(r)); });
      },
      [this](const account_call& x) {
        look<account_report>(x.question, [done = x.done](const account_report& r) { (*done)(r); });
      },
      [this](const history_call& x) {
        look<history_report>(x.question, [done = x.done](const history_report& r) { (*done)(r); });
      },
  };
}

router::router(router_actor::pointer self, std::vector<ledger_actor> ledgers, router_limits bounds)
    : self_(self), ledgers_(std::move(ledgers)), bounds_(bounds), watcher_(self),
      couriers_(ledgers_.size()) {}

router::~router() {
  for (const auto& c : couriers_)
    runtime::stop(c);
}

std::uint32_t router::partition_of(const operation& op) const {
  const account_id at = op.from != no_account ? op.from : op.to;
  return is_system(at) ? 0 : static_cast<std::uint32_t>(at % ledgers_.size());
}

template <class Answer, class Question, class Done>
void router::look(const Question& x, Done done) {
  const auto p = is_system(x.id) ? 0 : x.id % ledgers_.size();
  runtime::request(self_, ledgers_[p], bounds_.answer_deadline, x)
      .then([done](const Answer& r) mutable { done(r); },
            [done](const caf::error&) mutable {
              done(Answer{fault::unreachable, {}});
            });
}

template <class Done>
void router::post(const post_batch& x, Done done) {
  auto whole = std::make_shared<job>();
  whole->done = std::move(done);
  whole->receipts.resize(x.operations.size());
  std::vector<post_batch> parts(ledgers_.size());
  std::vector<std::vector<std::uint32_t>> places(ledgers_.size());
  bool refused = false;
  for (std::uint32_t i = 0; i < x.operations.size(); ++i) {
    const operation& op = x.operations[i];
    const auto p = partition_of(op);
    fault f = from_client(op.kind) ? fault::none : fault::bad_operation;
    if (f == fault::none && x.all_or_nothing && p != partition_of(x.operations.front()))
      f = fault::wrong_partition;
    refused = refused || f != fault::none;
    whole->receipts[i] = {.id = op.id, .error = f != fault::none ? f : fault::unreachable};
    if (f != fault::none)
      continue;
    parts[p].operations.push_back(op);
    places[p].push_back(i);
  }
  if (refused && x.all_or_nothing) {
    for (receipt& r : whole->receipts)
      if (r.error == fault::unreachable)
        r.error = fault::batch_refused;
    return;
  }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (places[p].empty())
      continue;
    parts[p].all_or_nothing = x.all_or_nothing;
    ask(ledgers_[p], std::move(parts[p]), whole, std::move(places[p]));
  }
}

void router::ask(const ledger_actor& whom, post_batch part, const std::shared_ptr<job>& whole,
                 std::vector<std::uint32_t> places) {
  const auto take = [whole, places = std::move(places)](const batch_receipts& x) {
    for (std::size_t i = 0; i < places.size() && i < x.receipts.size(); ++i)
      whole->receipts[places[i]] = x.receipts[i];
  };
  // Without an answer the receipts stay as they are: unreachable.
  runtime::request(self_, whom, bounds_.answer_deadline, std::move(part))
      .then(take, [whole](const caf::error&) {});
}

void router::start_courier(std::uint32_t i) {
  couriers_[i] = runtime::spawn<courier>(self_, ledgers_, i, bounds_.courier);
  watcher_.watch(self_, couriers_[i], [this, i](const caf::error&) {
    if (restarts_++ < bounds_.courier_restarts_max)
      start_courier(i);
  });
}

} // namespace troupe::bank
