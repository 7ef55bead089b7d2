// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/bank.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "io/gateway/bank_file.hpp"
#include "io/gateway/open_questions.hpp"
#include "io/trace/watched_mutex.hpp"
#include "io/unix_time.hpp"

namespace troupe::baselines {

namespace {

using gateway::callback;

template <class Question, class Answer>
struct asked {
  Question question;
  callback<Answer> done;
  Answer answer;
};
using asked_batch = asked<gateway::bank_batch, gateway::bank_receipts>;
using asked_account = asked<gateway::account_question, gateway::account_answer>;
using asked_history = asked<gateway::history_question, gateway::history_answer>;
using asked_operation = asked<gateway::operation_question, gateway::operation_answer>;
using asked_hold = asked<gateway::hold_question, gateway::hold_answer>;
using asked_any =
    std::variant<asked_batch, asked_account, asked_history, asked_operation, asked_hold>;

/// The ledger and its lock.
class locked_ledger {
public:
  locked_ledger(std::unique_ptr<io::ledger_store> store, const bank::ledger_limits& bounds)
      : store_(std::move(store)), books_(bank::partition{}, bounds) {
    if (const auto why = store_->load(books_); !why.empty())
      throw std::runtime_error(why);
    committed_ = books_.last_sequence();
  }

  /// Deals with all of them in one commit, and answers them.
  void deal_with(std::vector<asked_any>& all) {
    {
      const std::lock_guard hold{lock_};
      for (auto& x : all)
        if (auto* batch = std::get_if<asked_batch>(&x))
          apply(*batch);
      commit();
      for (auto& x : all)
        std::visit([this](auto& one) { conclude(one); }, x);
    }
    for (auto& x : all)
      std::visit([](auto& one) { one.done(std::move(one.answer)); }, x);
  }

  std::string failure() {
    const std::lock_guard hold{lock_};
    return failure_;
  }

private:
  void apply(asked_batch& x) {
    if (failure_.empty())
      x.answer.receipts = books_.apply(x.question.operations, x.question.all_or_nothing,
                                       io::now_unix_ms(), *store_);
    else
      for (const auto& op : x.question.operations)
        x.answer.receipts.push_back({.id = op.id, .error = bank::fault::store_failed});
  }

  void commit() {
    if (!failure_.empty())
      return;
    books_.expire(io::now_unix_ms());
    if (books_.last_sequence() == committed_)
      return;
    failure_ = store_->commit(books_.changes());
    if (!failure_.empty())
      return;
    books_.committed();
    committed_ = books_.last_sequence();
  }

  // What was not committed is unknown: nobody hears that it was done.
  void conclude(asked_batch& x) const {
    if (!failure_.empty())
      for (auto& r : x.answer.receipts)
        if (r.sequence == 0 || r.sequence > committed_)
          r = {.id = r.id, .error = bank::fault::store_failed};
  }
  void conclude(asked_account& x) const {
    const auto* found = failure_.empty() ? books_.find_account(x.question.id) : nullptr;
    if (found)
      x.answer.state = *found;
    else
      x.answer.refusal = failure_.empty() ? bank::fault::no_account : bank::fault::store_failed;
  }
  void conclude(asked_history& x) {
    auto found = store_->history(x.question.id, x.question.before, x.question.records_max);
    if (!failure_.empty() || !found)
      x.answer.refusal = bank::fault::store_failed;
    else if (found->empty() && !books_.find_account(x.question.id))
      x.answer.refusal = bank::fault::no_account;
    else
      x.answer.records = std::move(*found);
  }
  void conclude(asked_operation& x) {
    const auto found =
        failure_.empty() ? books_.find_operation(x.question.id, *store_) : std::nullopt;
    if (!failure_.empty() || (found && found->answer.error == bank::fault::store_failed))
      x.answer.refusal = bank::fault::store_failed;
    else if (found)
      x.answer.found.push_back(*found);
  }
  void conclude(asked_hold& x) const {
    if (!failure_.empty())
      x.answer.refusal = bank::fault::store_failed;
    else if (const auto* found = books_.find_hold(x.question.id); found && !found->outgoing)
      x.answer.found.push_back(*found);
  }

  trace::watched_mutex lock_{"ledger"};
  std::unique_ptr<io::ledger_store> store_;
  bank::ledger books_;
  std::uint64_t committed_ = 0;
  std::string failure_; // why nothing is committed any more
};

class locked_bank final : public gateway::bank_service {
public:
  locked_bank(const gateway::bank_options& options, unsigned threads, const thread_maker& make)
      : locked_bank(options, threads, make, gateway::open_bank_file(options)) {}

  ~locked_bank() override {
    close();
    threads_.clear(); // they do what waits, and end
  }

  gateway::canceler ask(gateway::bank_batch question,
                        callback<gateway::bank_receipts> done) override {
    const auto parts = std::max<std::size_t>(1, question.operations.size());
    return put(std::move(question), done, parts);
  }
  gateway::canceler ask(const gateway::account_question& question,
                        callback<gateway::account_answer> done) override {
    return put(question, done, 1);
  }
  gateway::canceler ask(const gateway::history_question& question,
                        callback<gateway::history_answer> done) override {
    return put(question, done, 1);
  }
  gateway::canceler ask(const gateway::operation_question& question,
                        callback<gateway::operation_answer> done) override {
    return put(question, done, 1);
  }
  gateway::canceler ask(const gateway::hold_question& question,
                        callback<gateway::hold_answer> done) override {
    return put(question, done, 1);
  }

  std::string not_ready() override { return ledger_.failure(); }

  gateway::reading read() override {
    gateway::reading r;
    r.actors = {{"ledger", 1, open_.parts_open(), open_.parts_ended()}};
    gateway::add_readings(r, counts_);
    return r;
  }

private:
  locked_bank(const gateway::bank_options& options, unsigned threads, const thread_maker& make,
              gateway::bank_file file)
      : open_(options.questions_waiting_max, options.operations_waiting_max),
        counts_(std::move(file.counts)), turn_(std::move(file.turn)),
        ledger_(only_one(options, file.stores), options.bounds) {
    start_threads(
        threads_, threads, [this] { work(); }, [this] { close(); }, make);
  }

  void close() {
    {
      const std::lock_guard hold{lock_};
      closing_ = true;
    }
    work_.notify_all();
  }

  static std::unique_ptr<io::ledger_store>
  only_one(const gateway::bank_options& options,
           std::vector<std::unique_ptr<io::ledger_store>>& stores) {
    if (stores.size() != 1)
      throw std::runtime_error(options.file + ": has " + std::to_string(stores.size())
                               + " partitions, and without actors a bank has one");
    return std::move(stores.front());
  }

  template <class Question, class Answer>
  gateway::canceler put(Question question, callback<Answer>& done, std::size_t parts) {
    auto told = open_.admit(done, parts);
    if (!told) {
      Answer none;
      none.error = gateway::fault::overloaded;
      done(std::move(none));
      return {};
    }
    std::vector<asked_any> one;
    one.emplace_back(asked<Question, Answer>{std::move(question), std::move(told), {}});
    if (threads_.empty()) {
      ledger_.deal_with(one);
      return {};
    }
    {
      const std::lock_guard hold{lock_};
      waiting_.push_back(std::move(one.front()));
    }
    work_.notify_one();
    return {};
  }

  // While one of them commits, what comes gathers for the next.
  void work() {
    for (;;) {
      std::vector<asked_any> mine;
      {
        std::unique_lock hold{lock_};
        const auto some = [this] { return closing_ || !waiting_.empty(); };
        trace::waiting("waits for a question", some, [&] { work_.wait(hold, some); });
        if (waiting_.empty())
          return;
        mine.swap(waiting_);
      }
      ledger_.deal_with(mine);
    }
  }

  gateway::open_questions open_;
  std::vector<std::shared_ptr<const gateway::bank_counts>> counts_;
  std::shared_ptr<io::writer_turn> turn_;
  locked_ledger ledger_;
  trace::watched_mutex lock_{"questions"}; // the queue's
  std::condition_variable_any work_;
  std::vector<asked_any> waiting_;
  bool closing_ = false;
  std::vector<std::jthread> threads_;
};

} // namespace

std::unique_ptr<gateway::bank_service>
make_locked_bank(const gateway::bank_options& options, unsigned threads, const thread_maker& make) {
  return std::make_unique<locked_bank>(options, threads, make);
}

} // namespace troupe::baselines
