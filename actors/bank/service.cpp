// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "actors/bank/run.hpp"
#include "io/gateway/bank_file.hpp"
#include "io/gateway/open_questions.hpp"
#include "io/unix_time.hpp"

namespace troupe::bank {

namespace {

/// A gateway's questions to a bank. Takes: class bank or far_bank, which outlives what is asked.
template <class Bank>
class bank_questions : public gateway::bank_service {
public:
  gateway::canceler ask(gateway::bank_batch question,
                        gateway::callback<gateway::bank_receipts> done) override {
    const auto told = open_.admit(done, std::max<std::size_t>(1, question.operations.size()));
    if (!told)
      return overloaded(done);
    bank_->post(std::move(question.operations), question.all_or_nothing,
                [told](std::vector<receipt> receipts) {
                  told({gateway::fault::none, std::move(receipts)});
                });
    return {};
  }

  gateway::canceler ask(const gateway::account_question& question,
                        gateway::callback<gateway::account_answer> done) override {
    const auto told = open_.admit(done);
    if (!told)
      return overloaded(done);
    bank_->find_account(question.id, [told](fault refusal, const account& state) {
      told({gateway::fault::none, refusal, state});
    });
    return {};
  }

  gateway::canceler ask(const gateway::history_question& question,
                        gateway::callback<gateway::history_answer> done) override {
    const auto told = open_.admit(done);
    if (!told)
      return overloaded(done);
    bank_->history(question.id, question.before, question.records_max,
                   [told](fault refusal, std::vector<record> records) {
                     told({gateway::fault::none, refusal, std::move(records)});
                   });
    return {};
  }

  gateway::canceler ask(const gateway::operation_question& question,
                        gateway::callback<gateway::operation_answer> done) override {
    const auto told = open_.admit(done);
    if (!told)
      return overloaded(done);
    bank_->find_operation(question.id, [told](fault refusal, std::vector<record> found) {
      told({gateway::fault::none, refusal, std::move(found)});
    });
    return {};
  }

  gateway::canceler ask(const gateway::hold_question& question,
                        gateway::callback<gateway::hold_answer> done) override {
    const auto told = open_.admit(done);
    if (!told)
      return overloaded(done);
    bank_->find_hold(question.id, [told](fault refusal, std::vector<hold> found) {
      told({gateway::fault::none, refusal, std::move(found)});
    });
    return {};
  }

protected:
  explicit bank_questions(const gateway::bank_options& options)
      : open_(options.questions_waiting_max, options.operations_waiting_max) {}

  gateway::open_questions open_;
  Bank* bank_ = nullptr; // set before anything is asked

private:
  template <class Answer>
  static gateway::canceler overloaded(const gateway::callback<Answer>& done) {
    Answer none;
    none.error = gateway::fault::overloaded;
    done(std::move(none));
    return {};
  }
};

class bank_actors final : public bank_questions<bank> {
public:
  explicit bank_actors(const gateway::bank_options& options)
      : bank_actors(options, gateway::open_bank_file(options)) {}

  std::string not_ready() override { return bank_->failure(); }

  gateway::reading read() override {
    gateway::reading r;
    r.actors = {{"router", 1, open_.questions_open(), open_.questions_ended()},
                {"ledger", counts_.size(), open_.parts_open(), open_.parts_ended()}};
    gateway::add_readings(r, counts_);
    return r;
  }

private:
  bank_actors(const gateway::bank_options& options, gateway::bank_file file)
      : bank_questions(options), counts_(std::move(file.counts)), turn_(std::move(file.turn)),
        own_(std::move(file.stores), bank_setting{options.bounds, io::now_unix_ms}) {
    bank_ = &own_;
  }

  std::vector<std::shared_ptr<const gateway::bank_counts>> counts_;
  std::shared_ptr<io::writer_turn> turn_;
  bank own_; // ends first: its stores are written while it is our turn
};

class far_bank_questions final : public bank_questions<far_bank> {
public:
  far_bank_questions(const gateway::bank_options& options, far_bank& whom,
                     std::function<std::string()> why_not)
      : bank_questions(options), why_not_(std::move(why_not)) {
    bank_ = &whom;
  }

  std::string not_ready() override { return why_not_(); }

  gateway::reading read() override {
    gateway::reading r;
    r.actors = {{"relay", 1, open_.questions_open(), open_.questions_ended()}};
    r.counters = {{"bank_operations_answered", open_.parts_ended(), true}};
    return r;
  }

private:
  const std::function<std::string()> why_not_;
};

} // namespace

std::unique_ptr<gateway::bank_service> make_bank_service(const gateway::bank_options& options) {
  return std::make_unique<bank_actors>(options);
}

std::unique_ptr<gateway::bank_service> make_far_bank_service(const gateway::bank_options& options,
                                                             far_bank& whom,
                                                             std::function<std::string()> why_not) {
  return std::make_unique<far_bank_questions>(options, whom, std::move(why_not));
}

} // namespace troupe::bank
