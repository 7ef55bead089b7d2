// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/warden.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::bank {

opener_actor::behavior_type opener::make_behavior() {
  return {
      [this](const take_partition& x) -> partition_opened {
        self_->quit();
        auto opened = ports_.open(x.number, x.epoch_above);
        if (!opened)
          return {opened.error(), nullptr};
        return {"", std::make_shared<opened_partition>(std::move(*opened))};
      },
  };
}

opener::opener(opener_actor::pointer self, warden_ports ports)
    : self_(self), ports_(std::move(ports)) {}

warden_actor::behavior_type warden::make_behavior() {
  offer();
  return {
      [this](const take_partition& x) { return take(x); },
      [this](const give_up_partition& x) { return give_up(x.number); },
      [this](const ledger_stopped& x) { stopped(x); },
      [this](const warden_drain& x) { drain(*x.done); },
      [this](warden_due) { offer(); },
  };
}

warden::warden(warden_actor::pointer self, bank_head_actor head, warden_ports ports,
               bank_far_limits bounds)
    : self_(self), head_(std::move(head)), ports_(std::move(ports)), bounds_(bounds) {}

warden::~warden() {
  for (const auto& [number, h] : held_)
    runtime::stop(h.who);
}

void warden::offer() {
  const auto again = [this](const std::string& why) {
    if (said_ != why)
      say("the bank does not take this node: " + why);
    said_ = why;
    runtime::send_after(self_, bounds_.offer_again, warden_actor{self_}, warden_due{});
  };
  runtime::request(self_, head_, bounds_.offer_deadline,
                   ledgers_offered{warden_actor{self_}, ports_.node, ports_.ledger,
                                   ports_.partitions, ports_.numbers})
      .then(
          [again](const offer_answer& x) {
            if (!x.refused.empty())
              again(x.refused);
          },
          [this, again](const caf::error& why) { again(runtime::text(self_->system(), why)); });
}

/// What is open already is opened anew: only who opened last may write, and an answer that was lost
/// on its way leaves the head with an epoch that it does not know.
caf::result<partition_taken> warden::take(const take_partition& x) {
  if (const auto old = held_.find(x.number); old != held_.end()) {
    runtime::stop(old->second.who);
    held_.erase(old);
  }
  auto answer = self_->make_response_promise<partition_taken>();
  const auto by = ports_.own_threads ? runtime::spawn_detached<opener>(self_, ports_)
                                     : runtime::spawn<opener>(self_, ports_);
  runtime::request(self_, by, bounds_.open_deadline, x)
      .then(
          [this, answer, x](const partition_opened& got) mutable { answer.deliver(begin(x, got)); },
          [answer](const caf::error& why) mutable { answer.deliver(why); });
  return answer;
}

/// If the head asked twice, two were opened, and the higher epoch writes.
partition_taken warden::begin(const take_partition& x, const partition_opened& got) {
  if (!got.refused.empty())
    return {got.refused, 0, {}};
  const auto epoch = got.what->epoch;
  if (epoch <= x.epoch_above)
    return {"its file here is older than what another node had: a copy?", 0, {}};
  held& mine = held_[x.number];
  if (mine.epoch > epoch)
    return {"it was opened once more meanwhile", 0, {}};
  runtime::stop(mine.who);
  auto ports = std::move(got.what->ports);
  ports.stopped = [me = warden_actor{self_}, number = x.number, epoch](const std::string& why) {
    runtime::post(me, ledger_stopped{number, epoch, why});
  };
  mine.epoch = epoch;
  mine.who = ports_.own_threads ? runtime::spawn_detached<ledger_keeper>(self_, std::move(ports))
                                : runtime::spawn<ledger_keeper>(self_, std::move(ports));
  return {"", epoch, mine.who};
}

caf::result<partition_given_up> warden::give_up(std::uint32_t number) {
  auto mine = held_.extract(number);
  if (mine.empty())
    return partition_given_up{};
  auto answer = self_->make_response_promise<partition_given_up>();
  auto over = [answer, who = mine.mapped().who]() mutable {
    runtime::stop(who);
    answer.deliver(partition_given_up{});
  };
  runtime::request(self_, mine.mapped().who, bounds_.give_up_deadline, close_ledger{})
      .then([over](ledger_closed) mutable { over(); },
            [over](const caf::error&) mutable { over(); });
  return answer;
}

void warden::stopped(const ledger_stopped& x) {
  const auto mine = held_.find(x.number);
  if (mine == held_.end() || mine->second.epoch != x.epoch)
    return; // closed already, and perhaps opened anew
  say("partition " + std::to_string(x.number) + " has stopped here: " + x.why);
  runtime::stop(mine->second.who);
  held_.erase(mine);
  runtime::send(self_, head_, partition_lost{warden_actor{self_}, x.number, x.epoch, x.why});
}

/// If the head is gone there is nobody to let go to: all is closed with the warden.
void warden::drain(const std::function<void()>& done) {
  runtime::request(self_, head_, bounds_.give_up_deadline, ledgers_withdrawn{warden_actor{self_}})
      .then([done](ledgers_let_go) { done(); }, [done](const caf::error&) { done(); });
}

void warden::say(const std::string& line) const {
  if (ports_.say)
    ports_.say(line);
}

} // namespace troupe::bank
