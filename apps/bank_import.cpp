// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_import.hpp"

#include <cstdio>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "apps/bank_answers.hpp"
#include "apps/bank_errors.hpp"

namespace troupe::apps {

namespace {

using bank::account_id;
using bank::fault;
using bank::operation_kind;

constexpr const char* import_again = "; import the same file again: what is done is not done twice";

struct numbered {
  std::size_t row;
  bank::operation op;
};

/// Partitions work side by side on a batch. A row is to wait for those before it where their order
/// would show: this knows where it could.
class row_order {
public:
  explicit row_order(const import_target& into) : bank_(into), partitions_(into.partitions) {}

  void add(const bank::operation& op) {
    if (partitions_ == 1)
      return;
    if (crosses(op)) {
      leaving_.insert(op.from);
      incoming_.insert(op.to);
      if (op.hold)
        leaving_holds_.insert(op.hold);
    }
    touched_.insert(op.from);
    touched_.insert(op.to);
    if (takes(op))
      spend(op.from, op.value);
  }

  /// True where an account of its is still to be reached from another partition, or is to be; or
  /// where money is on its way from one, which may come back.
  bool must_wait(const bank::operation& op) {
    return incoming_.contains(op.from) || incoming_.contains(op.to) || leaving_.contains(op.to)
           || (crosses(op) && touched_.contains(op.to))
           || (op.hold && leaving_holds_.contains(op.hold))
           || (leaving_.contains(op.from) && !is_sure_of(op));
  }

  void clear() {
    incoming_.clear();
    leaving_.clear();
    leaving_holds_.clear();
    touched_.clear();
    free_.clear();
    spent_.clear();
  }

private:
  bool crosses(const bank::operation& op) const {
    return op.from != bank::no_account && op.to != bank::no_account
           && op.from % partitions_ != op.to % partitions_;
  }
  static bool takes(const bank::operation& op) {
    return op.kind == operation_kind::withdraw || op.kind == operation_kind::transfer
           || op.kind == operation_kind::hold;
  }
  void spend(account_id id, bank::amount value) {
    constexpr auto all = std::numeric_limits<bank::amount>::max();
    auto& sum = spent_[id];
    sum = value < 0 ? all : bank::add(sum, value).value_or(all);
  }
  /// Would it be done whether or not what is on its way comes back? Then a payer of many need not
  /// wait at each. Takes: an operation that takes from an account with money on its way.
  bool is_sure_of(const bank::operation& op) {
    if (op.kind == operation_kind::post || op.kind == operation_kind::release)
      return true; // it takes what a hold keeps
    if (!takes(op))
      return false;
    const auto [at, is_new] = free_.try_emplace(op.from, -1);
    if (is_new)
      at->second = free_before_batch(op.from);
    const auto rest = bank::subtract(at->second, spent_[op.from]);
    return rest && op.value <= *rest;
  }
  bank::amount free_before_batch(account_id id) {
    const auto a = bank_.find_account(id);
    if (!a || a->closed)
      return -1;
    const auto unheld = bank::subtract(a->balance, a->held);
    return unheld ? bank::add(*unheld, a->overdraft_max).value_or(-1) : -1;
  }

  const import_target& bank_;
  std::uint32_t partitions_;
  std::set<account_id> incoming_, leaving_, touched_;
  std::set<bank::op_id> leaving_holds_;
  std::map<account_id, bank::amount> free_, spent_; // before this batch; within it
};

class importer {
public:
  importer(const import_options& o, const import_target& into)
      : options_(o), bank_(into), order_(into) {}

  void add(std::size_t row, const bank::operation& op) {
    ++rows_;
    if (!options_.strict
        && (batch_.size() >= options_.batch_operations_max || order_.must_wait(op)))
      flush();
    order_.add(op);
    batch_.push_back({row, op});
  }
  void bad(std::size_t row, const std::string& why) {
    ++rows_;
    complain(row, "bad_row", why);
  }

  /// Throws: std::runtime_error where the bank does not answer any more.
  void flush() {
    if (batch_.empty())
      return;
    std::vector<bank::operation> ops;
    for (const auto& n : batch_)
      ops.push_back(n.op);
    const auto receipts = bank_.post(std::move(ops), options_.strict);
    bool stopped = false;
    for (std::size_t i = 0; i < receipts.size(); ++i)
      stopped |= !take(batch_[i], receipts[i]);
    batch_.clear();
    order_.clear();
    if (const auto why = bank_.failure(); stopped || !why.empty())
      throw std::runtime_error((why.empty() ? "the ledger does not answer" : why) + import_again);
  }

  std::size_t size() const { return batch_.size(); }
  std::size_t failed() const { return failed_; }
  void forget() {
    failed_ += batch_.size();
    batch_.clear();
  }

  void report() const {
    const auto unknown = rows_ - done_ - failed_; // where it stopped
    if (options_.json)
      std::printf("{\"rows\":%zu,\"done\":%zu,\"failed\":%zu,\"unknown\":%zu}\n", rows_, done_,
                  failed_, unknown);
    else if (unknown != 0)
      std::printf("%zu rows: %zu done, %zu failed, %zu unknown\n", rows_, done_, failed_, unknown);
    else
      std::printf("%zu rows: %zu done, %zu failed\n", rows_, done_, failed_);
  }

private:
  /// Returns: false where what came of it is not known.
  bool take(const numbered& n, const bank::receipt& r) {
    switch (r.error) {
    case fault::none:
      ++done_;
      return true;
    case fault::batch_refused:
      ++failed_; // not its own fault: the row that was refused is named
      return true;
    case fault::store_failed:
    case fault::unreachable:
      return false;
    default:
      complain(n.row, to_string(r.error), refusal_of(n.op, r));
      return true;
    }
  }
  void complain(std::size_t row, std::string_view name, const std::string& why) {
    ++failed_;
    std::fprintf(stderr, "row %zu: %s\n", row, why.c_str());
    if (options_.json)
      std::puts(boost::json::serialize(
                    boost::json::object{{"row", row}, {"error", name}, {"message", why}})
                    .c_str());
  }

  const import_options& options_;
  const import_target& bank_;
  row_order order_;
  std::vector<numbered> batch_;
  std::size_t rows_ = 0, done_ = 0, failed_ = 0;
};

/// Returns: false if it was stopped before the end.
bool import_all(const import_options& o, row_reader& rows, importer& to,
                const bank::ledger_limits& bounds, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!o.strict && rows.is_dry()) {
      to.flush(); // who writes the rows may wait for what comes of them
      rows.wait(stop);
      if (stop.stop_requested())
        break;
    }
    bank::operation op;
    try {
      if (!rows.next(op)) {
        if (o.strict && to.failed() != 0)
          to.forget();
        to.flush();
        return true;
      }
      if (rows.is_cut() && o.strict)
        throw bad_value("has no line end: is the file whole?");
      to.add(rows.row(), op);
    } catch (const bad_value& e) {
      to.bad(rows.row(), e.what());
    }
    if (rows.is_cut() && !o.strict)
      tell_error("row " + std::to_string(rows.row()) + " has no line end: is the file whole?");
    if (o.strict && to.size() > bounds.batch_operations_max)
      throw std::runtime_error(o.file + ": --strict takes at most "
                               + std::to_string(bounds.batch_operations_max)
                               + " rows, one batch; nothing was done");
  }
  if (!o.strict)
    to.flush();
  return false;
}

} // namespace

std::string check_import(import_options& o) {
  if (o.format.empty() && o.file == "-")
    return "import - needs --format csv or jsonl";
  if (o.format.empty())
    o.format = o.file.ends_with(".csv") ? "csv" : o.file.ends_with(".jsonl") ? "jsonl" : "";
  return o.format.empty() ? o.file + " ends neither in .csv nor in .jsonl: say --format" : "";
}

bool import_rows(const import_options& o, row_reader& rows, const import_target& into,
                 const std::stop_token& stop) {
  importer to{o, into};
  bool whole = false;
  try {
    whole = import_all(o, rows, to, into.bounds, stop);
  } catch (const std::exception&) {
    to.report(); // what is done stays done
    throw;
  }
  to.report();
  if (!whole)
    throw std::runtime_error(std::string{"stopped by a signal"} + import_again);
  return to.failed() == 0;
}

} // namespace troupe::apps
