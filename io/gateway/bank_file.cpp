// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/bank_file.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "io/bank/open_files.hpp"
#include "io/bank/sqlite_store.hpp"

namespace troupe::gateway {

namespace {

/// A store that counts what it has committed.
class counting_store final : public io::ledger_store {
public:
  counting_store(std::unique_ptr<io::ledger_store> inner, std::shared_ptr<bank_counts> counts)
      : inner_(std::move(inner)), counts_(std::move(counts)) {}

  std::string load(bank::ledger& into) override { return inner_->load(into); }
  std::string commit(const bank::change_set& change) override {
    auto why = inner_->commit(change);
    if (why.empty())
      count(change);
    return why;
  }
  tl::expected<std::vector<bank::record>, std::string>
  history(bank::account_id account, std::uint64_t before, std::size_t records_max) override {
    return inner_->history(account, before, records_max);
  }
  std::optional<bank::record> record_at(std::uint64_t sequence) override {
    return inner_->record_at(sequence);
  }

private:
  // What goes to another partition is decided by its last record: settled, or given back.
  void count(const bank::change_set& change) {
    using bank::operation_kind;
    std::uint64_t operations = 0, transfers = 0, refused = 0;
    for (const auto& [op, answer] : change.records) {
      const bool from_client = bank::from_client(op.kind);
      if (op.kind == operation_kind::give_back
          || (from_client && answer.error != bank::fault::none)) {
        ++refused;
      } else if (op.kind == operation_kind::settle || (from_client && !answer.pending)) {
        ++operations;
        transfers += op.kind == operation_kind::settle || op.kind == operation_kind::transfer;
      }
    }
    counts_->operations += operations;
    counts_->transfers += transfers;
    counts_->refused += refused;
    ++counts_->commits;
  }

  std::unique_ptr<io::ledger_store> inner_;
  std::shared_ptr<bank_counts> counts_;
};

void check_options(const bank_options& options) {
  if (options.file.empty() || options.file == ":memory:")
    throw std::runtime_error("the bank '" + options.file + "' is no file");
}

} // namespace

bank_file open_bank_file(const bank_options& options) {
  check_options(options);
  io::raise_open_files();
  bank_file opened;
  opened.turn = std::make_shared<io::writer_turn>(options.file, std::chrono::milliseconds{0});
  for (auto& store : io::open_stores(options.file, options.partitions)) {
    auto counts = std::make_shared<bank_counts>();
    opened.stores.push_back(std::make_unique<counting_store>(std::move(store), counts));
    opened.counts.push_back(std::move(counts));
  }
  return opened;
}

void add_readings(reading& to, const std::vector<std::shared_ptr<const bank_counts>>& counts) {
  const auto sum = [&](const std::atomic<std::uint64_t> bank_counts::*which) {
    std::uint64_t all = 0;
    for (const auto& c : counts)
      all += ((*c).*which).load();
    return all;
  };
  to.counters.push_back({"bank_operations_committed", sum(&bank_counts::operations), true});
  to.counters.push_back({"bank_operations_refused", sum(&bank_counts::refused), true});
  to.counters.push_back({"bank_transfers_committed", sum(&bank_counts::transfers), true});
  to.counters.push_back({"bank_commits", sum(&bank_counts::commits), true});
}

} // namespace troupe::gateway
