// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/whole_reader.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

whole_actor::behavior_type whole_reader::make_behavior() {
  return {
      [this](whole_wanted) -> caf::result<whole_report> {
        auto answer = self_->make_response_promise<whole_report>();
        waiting_.push_back(answer);
        if (!reading_)
          begin();
        return answer;
      },
      [this](whole_due) { attempt(); },
  };
}

whole_reader::whole_reader(whole_actor::pointer self, std::vector<ledger_actor> ledgers,
                           std::function<std::uint64_t()> now_us, bank_far_limits bounds)
    : self_(self), ledgers_(std::move(ledgers)), now_us_(std::move(now_us)), bounds_(bounds) {}

void whole_reader::begin() {
  reading_ = true;
  served_ = std::exchange(waiting_, {});
  attempts_ = 0;
  attempt();
}

void whole_reader::attempt() {
  ++attempts_;
  wrong_ = whole_fault::none;
  why_.clear();
  instances_.assign(ledgers_.size(), 0);
  parts_.assign(ledgers_.size(), {});
  arrived_.clear();
  ask_all<cut_report>(
      std::vector<cut_wanted>(ledgers_.size()),
      [this](std::size_t i, const cut_report& x) {
        note(x.error, i);
        instances_[i] = x.instance;
      },
      &whole_reader::take_cut);
}

void whole_reader::take_cut() {
  cut_ = std::max(cut_ + 1, now_us_());
  const auto& most = bounds_.whole;
  ask_all<cut_report>(
      std::vector<cut_wanted>(ledgers_.size(), {cut_, most.accounts_max, most.transfers_max}),
      [this](std::size_t i, const cut_report& x) {
        note(x.error, i);
        if (x.error == whole_fault::none && same_instance(i, x.instance))
          parts_[i] = x.part;
      },
      &whole_reader::ask_for_arrivals);
}

void whole_reader::ask_for_arrivals() {
  std::uint64_t accounts = 0, transfers = 0;
  std::vector<arrivals_wanted> asked(ledgers_.size(), {cut_, {}});
  for (const auto& part : parts_) {
    accounts += part.accounts.size();
    transfers += part.outgoing.size();
    for (const auto& t : part.outgoing)
      asked[t.to % ledgers_.size()].sent.push_back(t);
  }
  if (accounts > bounds_.whole.accounts_max || transfers > bounds_.whole.transfers_max) {
    note(whole_fault::too_large, 0);
    return end();
  }
  ask_all<arrivals_report>(
      asked,
      [this](std::size_t i, const arrivals_report& x) {
        note(x.error, i);
        if (x.error == whole_fault::none && same_instance(i, x.instance))
          arrived_.insert(arrived_.end(), x.arrived.begin(), x.arrived.end());
      },
      &whole_reader::end);
}

template <class Answer, class Question, class Then>
void whole_reader::ask_all(const std::vector<Question>& questions, Then heard,
                           void (whole_reader::*after)()) {
  missing_ = questions.size();
  for (std::size_t i = 0; i < questions.size(); ++i)
    runtime::request(self_, ledgers_[i], bounds_.cut_deadline, questions[i])
        .then(
            [this, i, heard, after](const Answer& x) {
              heard(i, x);
              go_on(after);
            },
            [this, i, after](const caf::error&) {
              note(whole_fault::unreachable, i);
              go_on(after);
            });
}

bool whole_reader::same_instance(std::size_t i, std::uint64_t instance) {
  if (instance != instances_[i])
    note(whole_fault::overtaken, i);
  return instance == instances_[i];
}

void whole_reader::note(whole_fault f, std::size_t partition) {
  if (f == whole_fault::none || wrong_ == whole_fault::too_large)
    return;
  wrong_ = f;
  const auto which = "partition " + std::to_string(partition);
  why_ = f == whole_fault::too_large
             ? "more than " + std::to_string(bounds_.whole.accounts_max) + " accounts or "
                   + std::to_string(bounds_.whole.transfers_max) + " transfers on their way"
         : f == whole_fault::overtaken    ? which + " began anew meanwhile"
         : f == whole_fault::store_failed ? which + " has stopped"
                                          : which + " does not answer";
}

void whole_reader::go_on(void (whole_reader::*after)()) {
  if (--missing_ != 0)
    return;
  if (wrong_ == whole_fault::none)
    (this->*after)();
  else
    end();
}

void whole_reader::end() {
  if (wrong_ == whole_fault::none)
    return answer(put_together(parts_, arrived_));
  if (wrong_ != whole_fault::too_large && attempts_ < bounds_.whole_attempts_max)
    return runtime::send_after(self_, bounds_.whole_again, whole_actor{self_}, whole_due{});
  whole_state none;
  none.error = wrong_;
  none.why = why_;
  answer(none);
}

void whole_reader::answer(const whole_state& state) {
  for (auto& p : std::exchange(served_, {}))
    p.deliver(whole_report{state});
  parts_.clear();
  reading_ = false;
  if (!waiting_.empty())
    begin();
}

} // namespace troupe::bank
