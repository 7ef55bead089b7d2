// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/run.hpp"

#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include "actors/bank/ledger_keeper.hpp"
#include "actors/bank/router.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::bank {

namespace {

// A ledger blocks its thread while the store syncs.
runtime::system_options scheduling(std::size_t ledgers) {
  return {.threads = static_cast<unsigned>(ledgers) + 2};
}

} // namespace

struct bank::impl {
  explicit impl(std::size_t ledgers) : failures(ledgers), actors(scheduling(ledgers)) {
    for (auto& f : failures)
      failed.push_back(f.get_future().share());
  }

  template <class Answer, class Question>
  Answer ask(const Question& question);
  template <class Answer, class Question, class Done>
  void ask(Question question, Done done);
  void start(std::vector<std::unique_ptr<io::ledger_store>> stores, const bank_setting& setting);

  std::vector<std::promise<std::string>> failures; // of the ledgers: why one stopped
  std::vector<std::shared_future<std::string>> failed;
  runtime::actor_runtime<caf::id_block::troupe> actors;
  std::vector<ledger_actor> ledgers;
  router_actor head;
};

template <class Answer, class Question>
Answer bank::impl::ask(const Question& question) {
  auto answer = std::make_shared<std::promise<Answer>>();
  auto told = answer->get_future();
  auto done = std::make_shared<std::function<void(Answer)>>(
      [answer](Answer a) { answer->set_value(std::move(a)); });
  answer.reset(); // only the message holds it now: if that is dropped, the wait below ends
  runtime::post(head, call<Question, Answer>{question, std::move(done)});
  try {
    return told.get(); // the router has the deadlines
  } catch (const std::future_error&) {
    throw std::runtime_error("the bank has stopped");
  }
}

template <class Answer, class Question, class Done>
void bank::impl::ask(Question question, Done done) {
  auto told = std::make_shared<std::function<void(Answer)>>(std::move(done));
  runtime::post(head, call<Question, Answer>{std::move(question), std::move(told)});
}

void bank::impl::start(std::vector<std::unique_ptr<io::ledger_store>> stores,
                       const bank_setting& setting) {
  const auto count = static_cast<std::uint32_t>(stores.size());
  std::vector<ledger_ports> all;
  for (std::uint32_t i = 0; i < count; ++i) {
    ledger_ports ports;
    ports.store = std::move(stores[i]);
    ports.books = std::make_shared<ledger>(partition{i, count}, setting.bounds);
    if (const auto why = ports.store->load(*ports.books); !why.empty())
      throw std::runtime_error(why);
    ports.now_ms = setting.now_ms;
    ports.stopped = [this, i](const std::string& why) { failures[i].set_value(why); };
    all.push_back(std::move(ports));
  }
  for (auto& ports : all)
    ledgers.push_back(runtime::spawn<ledger_keeper>(actors.system(), std::move(ports)));
  head = runtime::spawn<router>(actors.system(), ledgers, router_limits{});
}

bank::bank(std::vector<std::unique_ptr<io::ledger_store>> stores, bank_setting setting)
    : impl_(std::make_unique<impl>(stores.size())) {
  impl_->start(std::move(stores), setting);
}

/// An account report comes behind all that was posted before it, and after its commit.
bank::~bank() {
  try {
    for (std::size_t i = 0; i < impl_->ledgers.size(); ++i)
      impl_->ask<account_report>(account_wanted{i});
  } catch (const std::exception&) {
    // It stopped before: nothing is on its way.
  }
  runtime::stop(impl_->head);
  for (const auto& l : impl_->ledgers)
    runtime::stop(l);
  impl_->head = nullptr;
  impl_->ledgers.clear();
  impl_->actors.system().await_all_actors_done();
}

std::vector<receipt> bank::post(std::vector<operation> ops, bool all_or_nothing) {
  return impl_->ask<batch_receipts>(post_batch{std::move(ops), all_or_nothing}).receipts;
}

void bank::post(std::vector<operation> ops, bool all_or_nothing,
                std::function<void(std::vector<receipt>)> done) {
  impl_->ask<batch_receipts>(
      post_batch{std::move(ops), all_or_nothing},
      [done = std::move(done)](batch_receipts r) { done(std::move(r.receipts)); });
}

std::optional<account> bank::find_account(account_id id) {
  const auto report = impl_->ask<account_report>(account_wanted{id});
  if (report.error == fault::no_account)
    return std::nullopt;
  if (report.error != fault::none)
    throw std::runtime_error("the ledger does not answer: " + std::string(to_string(report.error)));
  return report.state;
}

std::vector<record> bank::history(account_id id, std::uint64_t before, std::uint32_t records_max) {
  auto report = impl_->ask<history_report>(history_wanted{id, before, records_max});
  if (report.error != fault::none && report.error != fault::no_account)
    throw std::runtime_error("the ledger does not answer: " + std::string(to_string(report.error)));
  return std::move(report.records);
}

void bank::find_account(account_id id, std::function<void(fault, const account&)> done) {
  impl_->ask<account_report>(account_wanted{id}, [done = std::move(done)](const account_report& r) {
    done(r.error, r.state);
  });
}

void bank::history(account_id id, std::uint64_t before, std::uint32_t records_max,
                   std::function<void(fault, std::vector<record>)> done) {
  impl_->ask<history_report>(
      history_wanted{id, before, records_max},
      [done = std::move(done)](history_report r) { done(r.error, std::move(r.records)); });
}

void bank::find_operation(op_id id, std::function<void(fault, std::vector<record>)> done) {
  impl_->ask<operation_report>(operation_wanted{id}, [done = std::move(done)](operation_report r) {
    done(r.error, std::move(r.found));
  });
}

void bank::find_hold(op_id id, std::function<void(fault, std::vector<hold>)> done) {
  impl_->ask<hold_report>(hold_wanted{id}, [done = std::move(done)](hold_report r) {
    done(r.error, std::move(r.found));
  });
}

std::string bank::failure() const {
  for (const auto& f : impl_->failed)
    if (f.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
      return f.get();
  return "";
}

} // namespace troupe::bank
