// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/bank_head.hpp"

#include <utility>

#include "actors/bank/seat.hpp"
#include "actors/bank/whole_reader.hpp"
#include "io/bank/sqlite_schema.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::bank {

bank_head_actor::behavior_type bank_head::make_behavior() {
  return {
      [this](const ledgers_offered& x) { return admit(x); },
      [this](const ledgers_withdrawn& x) -> caf::result<ledgers_let_go> {
        const auto at = find(x.who);
        if (at == 0 || places_.load_of(at) == 0) {
          places_.withdraw(at);
          return ledgers_let_go{};
        }
        auto promise = self_->make_response_promise<ledgers_let_go>();
        nodes_.at(at).leaves.push_back(promise);
        places_.withdraw(at);
        advance();
        return promise;
      },
      [this](const partition_lost& x) {
        const auto at = find(x.who);
        // Where it is being taken again already, its ledger's end was heard of before.
        if (at == 0 || places_.node_of(x.number) != at || seats_[x.number].epoch != x.epoch)
          return;
        say("partition " + std::to_string(x.number) + " has stopped at " + name_of(at) + ": "
            + x.why);
        emptied(x.number, at, x.why);
      },
      [this](bank_wanted) { return known(); },
      [this](head_due) {
        timer_ = false;
        ++takes_ % bounds_.takes_a_move == 0 ? places_.retry_all() : places_.retry();
        advance();
      },
  };
}

bank_head::bank_head(bank_head_actor::pointer self, bank_head_ports ports, bank_far_limits bounds,
                     router_limits router)
    : self_(self), ports_(std::move(ports)), bounds_(bounds), router_bounds_(router),
      watcher_(self) {}

bank_head::~bank_head() {
  runtime::stop(router_);
  runtime::stop(whole_);
  for (const auto& s : seats_)
    runtime::stop(s.seat);
}

// -- nodes

offer_answer bank_head::admit(const ledgers_offered& x) {
  if (x.partitions == 0 || x.partitions > io::partitions_max || x.ledger == 0 || !x.who)
    return {"an offer of no ledger"};
  if (ledger_ == 0)
    found_bank(x);
  if (x.ledger != ledger_ || x.partitions != seats_.size())
    return {"this cluster has another ledger: two make no bank"};
  auto at = find(x.who);
  if (at == 0) {
    at = next_node_++;
    nodes_[at] = {x.who, x.node, {}};
    watcher_.watch(self_, x.who, [this, at](const caf::error&) { lost(at, "its node is gone"); });
  }
  places_.offer(at, x.numbers);
  advance();
  return {};
}

void bank_head::found_bank(const ledgers_offered& x) {
  ledger_ = x.ledger;
  places_ = places{x.partitions};
  std::vector<ledger_actor> faces;
  for (std::uint32_t n = 0; n < x.partitions; ++n) {
    seats_.push_back({runtime::spawn<seat>(self_, bounds_), {}, 0, "no node has offered it"});
    faces.emplace_back(seats_.back().seat);
  }
  router_ = runtime::spawn<router>(self_, faces, router_bounds_);
  whole_ = runtime::spawn<whole_reader>(self_, faces, ports_.now_us, bounds_);
}

bank_head::node_id bank_head::find(const warden_actor& who) const {
  for (const auto& [id, n] : nodes_)
    if (n.warden == who)
      return id;
  return 0;
}

void bank_head::lost(node_id at, const std::string& why) {
  const auto had = places_.lose(at);
  for (const auto n : had) {
    seats_[n].ledger = nullptr;
    seats_[n].why = why;
    runtime::send(self_, seats_[n].seat, seat_empty{});
    say("partition " + std::to_string(n) + " was at " + name_of(at) + ", which is gone");
  }
  nodes_.erase(at);
  advance();
}

// -- partitions

void bank_head::advance() {
  for (const auto& step : places_.next())
    if (step.what == places::step::kind::take)
      take(step.number, step.node);
    else
      give_up(step.number, step.node);
  for (auto& [id, n] : nodes_)
    if (!n.leaves.empty() && places_.load_of(id) == 0)
      for (auto& p : std::exchange(n.leaves, {}))
        p.deliver(ledgers_let_go{});
  if (places_.has_failures() && !std::exchange(timer_, true))
    runtime::send_after(self_, bounds_.take_again, bank_head_actor{self_}, head_due{});
}

void bank_head::take(std::uint32_t number, node_id at) {
  runtime::request(self_, nodes_.at(at).warden, bounds_.take_deadline,
                   take_partition{number, seats_[number].epoch})
      .then([this, number, at](const partition_taken& x) { taken(number, at, x); },
            [this, number, at](const caf::error& why) {
              not_taken(number, at, runtime::text(self_->system(), why));
            });
}

void bank_head::taken(std::uint32_t number, node_id at, const partition_taken& x) {
  if (!places_.is_at(number, at))
    return; // it was lost meanwhile, and is another's now, or will be
  seated& s = seats_[number];
  if (x.refused.empty() && (!x.who || x.epoch <= s.epoch))
    return not_taken(number, at, "it answered with what is older than what was here");
  if (!x.refused.empty())
    return not_taken(number, at, x.refused);
  s.epoch = x.epoch;
  s.ledger = x.who;
  s.why.clear();
  places_.taken(number, at);
  watch_ledger(number, at);
  runtime::send(self_, s.seat, seat_taken{x.who});
  say("partition " + std::to_string(number) + " is at " + name_of(at) + " (epoch "
      + std::to_string(x.epoch) + ")");
  advance();
}

void bank_head::not_taken(std::uint32_t number, node_id at, const std::string& why) {
  if (!places_.is_at(number, at))
    return;
  if (seats_[number].why != why)
    say("partition " + std::to_string(number) + " cannot be at " + name_of(at) + ": " + why);
  seats_[number].why = why;
  places_.failed(number, at);
  advance();
}

void bank_head::watch_ledger(std::uint32_t number, node_id at) {
  watcher_.watch(self_, seats_[number].ledger,
                 [this, number, at, epoch = seats_[number].epoch](const caf::error&) {
                   if (seats_[number].epoch == epoch && places_.node_of(number) == at)
                     emptied(number, at, "its ledger has ended");
                 });
}

/// Who asks meanwhile waits at the seat; what the ledger has by then is finished there.
void bank_head::give_up(std::uint32_t number, node_id at) {
  say("partition " + std::to_string(number) + " moves away from " + name_of(at));
  const auto over = [this, number, at] { emptied(number, at, "it moves"); };
  runtime::post(seats_[number].seat, close_ledger{}); // wants no answer
  runtime::request(self_, nodes_.at(at).warden, bounds_.give_up_deadline, give_up_partition{number})
      .then([over](partition_given_up) { over(); }, [over](const caf::error&) { over(); });
}

void bank_head::emptied(std::uint32_t number, node_id at, const std::string& why) {
  if (!places_.is_at(number, at))
    return;
  seated& s = seats_[number];
  s.ledger = nullptr;
  s.why = why;
  runtime::send(self_, s.seat, seat_empty{});
  places_.emptied(number, at);
  advance();
}

bank_known bank_head::known() const {
  bank_known k;
  if (ledger_ == 0) {
    k.why = "no node has offered a ledger yet";
    return k;
  }
  k.ledger = ledger_;
  k.front = router_;
  k.whole = whole_;
  for (std::uint32_t n = 0; n < seats_.size(); ++n) {
    const auto at = places_.node_of(n);
    k.places.push_back({n, at ? name_of(*at) : "", at ? "" : seats_[n].why, seats_[n].epoch});
  }
  return k;
}

void bank_head::say(const std::string& line) const {
  if (ports_.say)
    ports_.say(line);
}

} // namespace troupe::bank
