// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_import.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "apps/bank_rows.hpp"

namespace troupe::apps {

namespace {

constexpr std::size_t row_bytes_max = 64u << 10;

struct numbered {
  std::size_t row;
  bank::operation op;
};

/// A file's rows, one operation each.
class row_reader {
  static constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

public:
  row_reader(std::istream& in, std::string name, bool csv)
      : in_(in), name_(std::move(name)), csv_(csv) {
    if (csv_ && !next_line())
      throw std::runtime_error(name_ + ": is empty, without even a header");
    if (csv_)
      read_header();
  }

  /// Returns: false at the end. Throws: bad_value about the row that row() tells.
  bool next(bank::operation& op) {
    do
      if (!next_line())
        return false;
    while (line_.empty());
    op = operation_of(csv_ ? csv_fields() : json_fields());
    return true;
  }
  std::size_t row() const { return row_; }

private:
  void read_header() {
    try {
      header_ = cells();
    } catch (const bad_value& e) {
      throw std::runtime_error(name_ + ": the header " + e.what());
    }
    for (const auto& column : header_)
      if (!is_row_field(column))
        throw std::runtime_error(name_ + ": the header has a column '" + column
                                 + "' that no row has");
  }

  bool next_line() {
    try {
      if (!get_line())
        return false;
    } catch (const std::ios_base::failure&) {
      throw std::runtime_error(name_ + ": cannot be read");
    }
    // Spreadsheets write a byte order mark; it is no part of the first column's name.
    if (++row_ == 1 && line_.starts_with(byte_order_mark))
      line_.erase(0, byte_order_mark.size());
    if (!line_.empty() && line_.back() == '\r')
      line_.pop_back();
    return true;
  }
  /// As std::getline, but of a line that is too long it keeps no more than shows that it is.
  bool get_line() {
    constexpr int end = std::char_traits<char>::eof();
    line_.clear();
    auto& from = *in_.rdbuf();
    int c = from.sbumpc();
    const bool got = c != end;
    for (; c != end && c != '\n'; c = from.sbumpc())
      if (line_.size() <= row_bytes_max)
        line_.push_back(static_cast<char>(c));
    return got;
  }
  void check_size() const {
    if (line_.size() > row_bytes_max)
      throw bad_value("is longer than " + std::to_string(row_bytes_max) + " bytes");
  }

  /// RFC 4180, without line ends inside quotes: no field of ours has one.
  std::vector<std::string> cells() const {
    check_size();
    std::vector<std::string> found(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line_.size(); ++i) {
      const char c = line_[i];
      if (quoted && c == '"' && i + 1 < line_.size() && line_[i + 1] == '"')
        found.back() += line_[++i];
      else if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        found.emplace_back();
      else
        found.back() += c;
    }
    if (quoted)
      throw bad_value("has a quote that does not end");
    return found;
  }

  row_fields csv_fields() const {
    const auto found = cells();
    if (found.size() != header_.size())
      throw bad_value("has " + std::to_string(found.size()) + " cells, the header has "
                      + std::to_string(header_.size()));
    row_fields fields;
    for (std::size_t i = 0; i < found.size(); ++i)
      fields[header_[i]] = found[i];
    return fields;
  }

  row_fields json_fields() const {
    check_size();
    boost::json::error_code error;
    const auto value = boost::json::parse(line_, error);
    if (error || !value.is_object())
      throw bad_value("is no JSON object");
    row_fields fields;
    for (const auto& [key, v] : value.get_object()) {
      const std::string name{key.data(), key.size()};
      if (!is_row_field(name))
        throw bad_value("has '" + name + "', which no row has");
      if (v.is_string())
        fields[name] = std::string{v.get_string().data(), v.get_string().size()};
      else if (v.is_number())
        fields[name] = boost::json::serialize(v); // a decimal is refused as one
      else if (!v.is_null())
        throw bad_value("has '" + name + "', which is neither text nor number");
    }
    return fields;
  }

  std::istream& in_;
  std::string name_;
  bool csv_;
  std::vector<std::string> header_;
  std::string line_;
  std::size_t row_ = 0;
};

class importer {
public:
  importer(const import_options& o, bank::bank& into, std::uint32_t partitions)
      : options_(o), bank_(into), partitions_(partitions) {}

  void add(std::size_t row, const bank::operation& op) {
    ++rows_;
    if (!options_.strict && (batch_.size() >= options_.batch_operations_max || must_wait(op)))
      flush();
    if (crosses(op))
      incoming_.insert(op.to);
    touched_.insert(op.from);
    touched_.insert(op.to);
    batch_.push_back({row, op});
  }
  void bad(std::size_t row, const std::string& why) {
    ++rows_;
    complain(row, why);
  }

  void flush() {
    if (batch_.empty())
      return;
    std::vector<bank::operation> ops;
    for (const auto& n : batch_)
      ops.push_back(n.op);
    const auto receipts = bank_.post(std::move(ops), options_.strict);
    if (const auto why = bank_.failure(); !why.empty())
      throw std::runtime_error(why);
    for (std::size_t i = 0; i < receipts.size(); ++i)
      if (const auto f = receipts[i].error; f == bank::fault::none)
        ++done_;
      else if (f == bank::fault::batch_refused)
        ++failed_; // not its own fault: the row that was refused is named
      else
        complain(batch_[i].row, refusal_of(batch_[i].op, receipts[i]));
    batch_.clear();
    incoming_.clear();
    touched_.clear();
  }

  std::size_t size() const { return batch_.size(); }
  std::size_t failed() const { return failed_; }
  void forget() {
    failed_ += batch_.size();
    batch_.clear();
  }

  int report(bool json) const {
    if (json)
      std::printf("{\"rows\":%zu,\"done\":%zu,\"failed\":%zu}\n", rows_, done_, failed_);
    else
      std::printf("%zu rows: %zu done, %zu failed\n", rows_, done_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

private:
  bool crosses(const bank::operation& op) const {
    return op.from != bank::no_account && op.to != bank::no_account
           && op.from % partitions_ != op.to % partitions_;
  }
  /// Partitions work side by side. A row waits for those before it where their order would show:
  /// where one of its accounts is still to be reached from another partition, or is to be.
  bool must_wait(const bank::operation& op) const {
    return incoming_.contains(op.from) || incoming_.contains(op.to)
           || (crosses(op) && touched_.contains(op.to));
  }
  void complain(std::size_t row, const std::string& why) {
    ++failed_;
    std::fprintf(stderr, "row %zu: %s\n", row, why.c_str());
  }

  const import_options& options_;
  bank::bank& bank_;
  std::uint32_t partitions_;
  std::vector<numbered> batch_;
  std::set<bank::account_id> incoming_, touched_;
  std::size_t rows_ = 0, done_ = 0, failed_ = 0;
};

} // namespace

std::string check_import(import_options& o) {
  if (o.format.empty() && o.file == "-")
    return "import - needs --format csv or jsonl";
  if (o.format.empty())
    o.format = o.file.ends_with(".csv") ? "csv" : o.file.ends_with(".jsonl") ? "jsonl" : "";
  return o.format.empty() ? o.file + " ends neither in .csv nor in .jsonl: say --format" : "";
}

int import_rows(const import_options& o, bank::bank& into, std::uint32_t partitions,
                const bank::ledger_limits& bounds, bool json) {
  std::ifstream file;
  if (o.file != "-")
    file.open(o.file, std::ios::binary);
  if (!file)
    throw std::runtime_error(o.file + ": cannot be opened");
  row_reader rows{o.file == "-" ? std::cin : file, o.file == "-" ? "standard input" : o.file,
                  o.format == "csv"};
  importer to{o, into, partitions};
  for (bool more = true; more;) {
    bank::operation op;
    try {
      more = rows.next(op);
      if (more)
        to.add(rows.row(), op);
    } catch (const bad_value& e) {
      to.bad(rows.row(), e.what());
    }
    if (o.strict && to.size() > bounds.batch_operations_max)
      throw std::runtime_error(o.file + ": --strict takes at most "
                               + std::to_string(bounds.batch_operations_max)
                               + " rows, one batch; nothing was done");
  }
  if (o.strict && to.failed() != 0)
    to.forget();
  to.flush();
  return to.report(json);
}

} // namespace troupe::apps
