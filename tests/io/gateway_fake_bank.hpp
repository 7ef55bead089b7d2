// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/gateway/bank_service.hpp"
#include "tests/io/gateway_fake.hpp"

namespace troupe::test {

/// A request with a query too.
class asked_request final : public io::server_request {
public:
  asked_request(io::http_method m, std::string path, std::string query = "")
      : plain_(m, std::move(path)), query_(std::move(query)) {}
  fake_request& plain() { return plain_; }
  io::http_method method() const override { return plain_.method(); }
  std::string_view path() const override { return plain_.path(); }
  std::string_view query() const override { return query_; }
  std::string_view field(std::string_view name) const override { return plain_.field(name); }
  std::size_t field_count(std::string_view name) const override { return plain_.field_count(name); }
  std::string_view body() const override { return plain_.body(); }
  std::string_view peer() const override { return plain_.peer(); }
  bool over_tls() const override { return false; }

private:
  fake_request plain_;
  std::string query_;
};

/// Answers all with what it was given, and keeps what it was asked.
struct fake_bank final : gateway::bank_service {
  gateway::fault error = gateway::fault::none;
  bank::fault refusal = bank::fault::none;
  bank::receipt receipt{.sequence = 7, .time_ms = 1'000};
  bank::account state{.id = 17, .unit = bank::parse_currency("EUR"), .balance = 1'250, .held = 50};
  std::optional<std::map<bank::account_id, bank::account>> accounts; ///< in place of `state`
  std::vector<bank::record> records;
  std::vector<bank::hold> holds;
  std::optional<gateway::bank_batch> batch;
  std::optional<gateway::history_question> history;
  bank::op_id looked_for;
  int asked = 0;

  gateway::canceler ask(gateway::bank_batch question,
                        gateway::callback<gateway::bank_receipts> done) override {
    ++asked;
    gateway::bank_receipts answer{error, {}};
    for (const auto& op : question.operations) {
      answer.receipts.push_back(receipt);
      answer.receipts.back().id = op.id;
      answer.receipts.back().error = refusal;
    }
    batch = std::move(question);
    done(std::move(answer));
    return {};
  }
  gateway::canceler ask(const gateway::account_question& question,
                        gateway::callback<gateway::account_answer> done) override {
    ++asked;
    if (!accounts)
      done({error, refusal, state});
    else if (const auto at = accounts->find(question.id); at != accounts->end())
      done({error, bank::fault::none, at->second});
    else
      done({error, bank::fault::no_account, {}});
    return {};
  }
  gateway::canceler ask(const gateway::history_question& question,
                        gateway::callback<gateway::history_answer> done) override {
    ++asked;
    history = question;
    done({error, refusal, records});
    return {};
  }
  gateway::canceler ask(const gateway::operation_question& question,
                        gateway::callback<gateway::operation_answer> done) override {
    ++asked;
    looked_for = question.id;
    done({error, refusal, records});
    return {};
  }
  gateway::canceler ask(const gateway::hold_question& question,
                        gateway::callback<gateway::hold_answer> done) override {
    ++asked;
    looked_for = question.id;
    done({error, refusal, holds});
    return {};
  }
  std::string not_ready() override { return ""; }
  gateway::reading read() override { return {}; }
};

} // namespace troupe::test
