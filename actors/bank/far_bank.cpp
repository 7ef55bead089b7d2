// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/far_bank.hpp"

#include <future>
#include <stdexcept>
#include <utility>

#include "actors/bank/bank_relay.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::bank {

struct far_bank::impl {
  bank_relay_actor relay;

  template <class Answer, class Question, class Done>
  void ask(Question question, Done done) {
    auto told = std::make_shared<std::function<void(Answer)>>(std::move(done));
    runtime::post(relay, call<Question, Answer>{std::move(question), std::move(told)});
  }
  template <class Answer, class Question>
  Answer ask(Question question) {
    auto answer = std::make_shared<std::promise<Answer>>();
    auto told = answer->get_future();
    ask<Answer>(std::move(question),
                [answer = std::move(answer)](Answer a) { answer->set_value(std::move(a)); });
    try {
      return told.get(); // the relay has the deadlines
    } catch (const std::future_error&) {
      throw std::runtime_error("the connection to the bank has ended");
    }
  }
};

namespace {

void require(fault f) {
  if (f != fault::none && f != fault::no_account)
    throw std::runtime_error("the bank does not answer: " + std::string(to_string(f)));
}

} // namespace

far_bank::far_bank(caf::actor_system& system, far_limits bounds)
    : impl_(std::make_unique<impl>(impl{runtime::spawn<bank_relay>(system, bounds)})) {}

far_bank::~far_bank() { runtime::stop(impl_->relay); }

void far_bank::use(const bank_head_actor& head) {
  runtime::post(impl_->relay, use_bank_head{head});
}
void far_bank::lose(const std::string& why) { runtime::post(impl_->relay, bank_head_lost{why}); }

std::vector<receipt> far_bank::post(std::vector<operation> ops, bool all_or_nothing) {
  return impl_->ask<batch_receipts>(post_batch{std::move(ops), all_or_nothing}).receipts;
}

void far_bank::post(std::vector<operation> ops, bool all_or_nothing,
                    std::function<void(std::vector<receipt>)> done) {
  impl_->ask<batch_receipts>(
      post_batch{std::move(ops), all_or_nothing},
      [done = std::move(done)](batch_receipts r) { done(std::move(r.receipts)); });
}

std::optional<account> far_bank::find_account(account_id id) {
  const auto report = impl_->ask<account_report>(account_wanted{id});
  require(report.error);
  return report.error == fault::no_account ? std::nullopt : std::optional{report.state};
}

std::vector<record> far_bank::history(account_id id, std::uint64_t before,
                                      std::uint32_t records_max) {
  auto report = impl_->ask<history_report>(history_wanted{id, before, records_max});
  require(report.error);
  return std::move(report.records);
}

void far_bank::find_account(account_id id, std::function<void(fault, const account&)> done) {
  impl_->ask<account_report>(account_wanted{id}, [done = std::move(done)](const account_report& r) {
    done(r.error, r.state);
  });
}

void far_bank::history(account_id id, std::uint64_t before, std::uint32_t records_max,
                       std::function<void(fault, std::vector<record>)> done) {
  impl_->ask<history_report>(
      history_wanted{id, before, records_max},
      [done = std::move(done)](history_report r) { done(r.error, std::move(r.records)); });
}

void far_bank::find_operation(op_id id, std::function<void(fault, std::vector<record>)> done) {
  impl_->ask<operation_report>(operation_wanted{id}, [done = std::move(done)](operation_report r) {
    done(r.error, std::move(r.found));
  });
}

void far_bank::find_hold(op_id id, std::function<void(fault, std::vector<hold>)> done) {
  impl_->ask<hold_report>(hold_wanted{id}, [done = std::move(done)](hold_report r) {
    done(r.error, std::move(r.found));
  });
}

whole_state far_bank::whole_read() {
  return std::move(impl_->ask<whole_report>(whole_wanted{}).state);
}

void far_bank::whole_read(std::function<void(whole_state)> done) {
  impl_->ask<whole_report>(whole_wanted{},
                           [done = std::move(done)](whole_report r) { done(std::move(r.state)); });
}

std::vector<place_report> far_bank::places() {
  const auto known = impl_->ask<bank_known>(bank_wanted{});
  if (!known.why.empty())
    throw std::runtime_error(known.why);
  std::vector<place_report> all;
  for (const auto& p : known.places)
    all.push_back({p.number, p.node, p.why});
  return all;
}

std::string far_bank::failure() const {
  try {
    return impl_->ask<bank_known>(bank_wanted{}).why;
  } catch (const std::exception& e) {
    return e.what();
  }
}

} // namespace troupe::bank
