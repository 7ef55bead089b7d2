// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/router.hpp"

#include <algorithm>
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
      [this](const operation_wanted& x) -> caf::result<operation_report> {
        auto promise = self_->make_response_promise<operation_report>();
        find_operation(x, [promise](operation_report r) mutable { promise.deliver(std::move(r)); });
        return promise;
      },
      [this](const hold_wanted& x) -> caf::result<hold_report> {
        auto promise = self_->make_response_promise<hold_report>();
        look_everywhere<hold_report>(
            x, [promise](hold_report r) mutable { promise.deliver(std::move(r)); });
        return promise;
      },
      [this](router_due) {
        due_ = false;
        for (std::uint32_t p = 0; p < gathered_.size(); ++p)
          send_gathered(p);
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
      [this](const operation_call& x) { find_operation(x.question, *x.done); },
      [this](const hold_call& x) { look_everywhere<hold_report>(x.question, *x.done); },
  };
}

router::router(router_actor::pointer self, std::vector<ledger_actor> ledgers, router_limits bounds)
    : self_(self), ledgers_(std::move(ledgers)), bounds_(bounds), watcher_(self),
      couriers_(ledgers_.size()), gathered_(ledgers_.size()) {}

router::~router() {
  for (const auto& c : couriers_)
    runtime::stop(c);
}

std::uint32_t router::partition_of(const operation& op) const {
  const account_id at = op.from != no_account ? op.from : op.to;
  return is_system(at) ? 0 : static_cast<std::uint32_t>(at % ledgers_.size());
}

/// Where its money leads: its own partition, or that of the far end.
std::uint32_t router::far_end_of(const operation& op) const {
  const bool leads_on =
      (op.kind == operation_kind::transfer || op.kind == operation_kind::post) && !is_system(op.to);
  return leads_on ? static_cast<std::uint32_t>(op.to % ledgers_.size()) : partition_of(op);
}

template <class Answer, class Question, class Done>
void router::look(const Question& x, Done done) {
  const auto p = static_cast<std::uint32_t>(is_system(x.id) ? 0 : x.id % ledgers_.size());
  send_gathered(p); // who asks sees what was posted before
  runtime::request(self_, ledgers_[p], bounds_.answer_deadline, x)
      .then(
          [this, done](const Answer& r) mutable {
            cut_ = std::max(cut_, r.cut);
            done(r);
          },
          [done](const caf::error&) mutable {
            done(Answer{fault::unreachable, {}});
          });
}

/// Asks all ledgers: an id does not say where it is known. What one has found counts, whatever
/// became of the others.
template <class Answer, class Question>
void router::look_everywhere(const Question& x, std::function<void(Answer)> done) {
  struct search {
    Answer all;
    std::size_t missing;
    std::function<void(Answer)> done;
  };
  const auto s = std::make_shared<search>(search{{}, ledgers_.size(), std::move(done)});
  const auto heard = [s](const Answer& part) {
    s->all.found.insert(s->all.found.end(), part.found.begin(), part.found.end());
    if (part.error != fault::none)
      s->all.error = part.error;
    if (--s->missing != 0)
      return;
    if (!s->all.found.empty())
      s->all.error = fault::none;
    s->done(std::move(s->all));
  };
  for (std::uint32_t p = 0; p < ledgers_.size(); ++p) {
    send_gathered(p); // who asks sees what was posted before
    runtime::request(self_, ledgers_[p], bounds_.answer_deadline, x)
        .then(
            [this, heard](const Answer& r) {
              cut_ = std::max(cut_, r.cut);
              heard(r);
            },
            [heard](const caf::error&) {
              heard(Answer{fault::unreachable, {}});
            });
  }
}

/// What was asked is asked again: the same id gets the receipt that it got, or waits for it.
void router::find_operation(const operation_wanted& x, std::function<void(operation_report)> done) {
  look_everywhere<operation_report>(x, [this, done = std::move(done)](operation_report r) {
    post_batch again;
    for (const record& f : r.found)
      again.operations.push_back(f.asked);
    auto told = std::make_shared<operation_report>(std::move(r));
    post(again, [told, done](const batch_receipts& got) {
      for (std::size_t i = 0; i < told->found.size(); ++i)
        told->found[i].answer = got.receipts[i];
      done(std::move(*told));
    });
  });
}

template <class Done>
void router::post(const post_batch& x, Done done) {
  auto whole = std::make_shared<job>();
  whole->done = std::move(done);
  whole->receipts.resize(x.operations.size());
  std::vector<gathering> parts(ledgers_.size());
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
    // An account has to be at the far end before the money comes.
    if (const auto far = far_end_of(op); far != p && parts[far].opens)
      gather(far, std::exchange(parts[far], {}));
    parts[p].opens = parts[p].opens || op.kind == operation_kind::open;
    parts[p].batch.operations.push_back(op);
    parts[p].places.push_back({whole, i});
  }
  if (refused && x.all_or_nothing) {
    for (receipt& r : whole->receipts)
      if (r.error == fault::unreachable)
        r.error = fault::batch_refused;
    return;
  }
  for (std::uint32_t p = 0; p < parts.size(); ++p) {
    if (parts[p].places.empty())
      continue;
    parts[p].batch.all_or_nothing = x.all_or_nothing;
    gather(p, std::move(parts[p]));
  }
}

/// Takes: one client's operations for one partition.
void router::gather(std::uint32_t p, gathering part) {
  const auto& ops = part.batch.operations;
  part.far = far_end_of(ops.front());
  const bool alone = part.batch.all_or_nothing || part.opens || ops.size() >= bounds_.gathered_operations_max
                     || std::any_of(ops.begin(), ops.end(), [&](const operation& op) {
                          return far_end_of(op) != part.far;
                        });
  gathering& g = gathered_[p];
  if (alone || (!g.places.empty() && g.far != part.far)
      || g.places.size() + ops.size() > bounds_.gathered_operations_max)
    send_gathered(p); // what came first goes first
  if (alone)
    return ask(p, std::move(part));
  if (g.places.empty()) {
    g = std::move(part);
  } else {
    g.batch.operations.insert(g.batch.operations.end(), ops.begin(), ops.end());
    g.places.insert(g.places.end(), part.places.begin(), part.places.end());
  }
  if (!std::exchange(due_, true))
    runtime::send(self_, router_actor{self_}, router_due{});
}

void router::send_gathered(std::uint32_t p) {
  if (!gathered_[p].places.empty())
    ask(p, std::exchange(gathered_[p], {}));
}

void router::ask(std::uint32_t p, gathering part) {
  auto places = std::make_shared<std::vector<place>>(std::move(part.places));
  part.batch.cut = cut_;
  const auto take = [this, places](const batch_receipts& x) {
    cut_ = std::max(cut_, x.cut);
    for (std::size_t i = 0; i < places->size() && i < x.receipts.size(); ++i)
      (*places)[i].whole->receipts[(*places)[i].index] = x.receipts[i];
    places->clear(); // here the jobs end, and report
  };
  // Without an answer the receipts stay as they are: unreachable.
  runtime::request(self_, ledgers_[p], bounds_.answer_deadline, std::move(part.batch))
      .then(take, [places](const caf::error&) { places->clear(); });
}

void router::start_courier(std::uint32_t i) {
  couriers_[i] = runtime::spawn<courier>(self_, ledgers_, i, bounds_.courier);
  watcher_.watch(self_, couriers_[i], [this, i](const caf::error&) {
    if (restarts_++ < bounds_.courier_restarts_max)
      start_courier(i);
  });
}

} // namespace troupe::bank
