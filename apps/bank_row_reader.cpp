// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_row_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include <boost/json/basic_parser_impl.hpp>

namespace troupe::apps {

namespace {

namespace json = boost::json;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Takes one object's fields as they are met: a parser that builds a value first would keep one of
/// two fields of the same name and not say so.
struct field_handler {
  static constexpr std::size_t max_object_size = row_bytes_max;
  static constexpr std::size_t max_array_size = row_bytes_max;
  static constexpr std::size_t max_key_size = row_bytes_max;
  static constexpr std::size_t max_string_size = row_bytes_max;
  using error_code = json::error_code;
  using text = json::string_view;

  row_fields fields;
  std::string name, value; // of the field at hand
  bool in_object = false;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    if (in_object)
      refuse();
    return in_object = true;
  }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_array_begin(error_code&) { refuse(); }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(text s, std::size_t, error_code&) { return append(name, s); }
  bool on_key(text s, std::size_t, error_code&) {
    append(name, s);
    if (!is_row_field(name))
      throw bad_value("has " + in_quotes(name) + ", which no row has");
    if (fields.contains(name))
      throw bad_value("has " + in_quotes(name) + " twice");
    return true;
  }
  bool on_string_part(text s, std::size_t, error_code&) { return append(value, s); }
  bool on_string(text s, std::size_t, error_code&) { return end_value(s); }
  bool on_number_part(text s, error_code&) { return append(value, s); }
  bool on_int64(std::int64_t, text s, error_code&) { return end_value(s); }
  bool on_uint64(std::uint64_t, text s, error_code&) { return end_value(s); }
  bool on_double(double, text s, error_code&) { return end_value(s); }
  bool on_bool(bool, error_code&) { refuse(); }
  bool on_null(error_code&) { return end_value(""); }
  bool on_comment_part(text, error_code&) { return true; }
  bool on_comment(text, error_code&) { return true; }

private:
  [[noreturn]] void refuse() const {
    if (!in_object)
      throw bad_value("is no JSON object");
    throw bad_value("has " + in_quotes(name) + ", which is neither text nor number");
  }
  static bool append(std::string& to, text s) {
    to.append(s.data(), s.size());
    return true;
  }
  bool end_value(text s) {
    append(value, s);
    if (!in_object)
      refuse();
    fields[name] = value;
    name.clear();
    value.clear();
    return true;
  }
};

/// Takes: where the cell begins, with its quote. Returns: the place behind the quote that ends it.
std::size_t take_quoted(std::string_view line, std::size_t i, std::string& cell) {
  for (++i;; ++i) {
    const auto quote = line.find('"', i);
    if (quote == line.npos)
      throw bad_value("has a quote that does not end");
    cell += line.substr(i, quote - i);
    i = quote + 1;
    if (i >= line.size() || line[i] != '"')
      return i;
    cell += '"'; // two stand for one
  }
}

/// What may be wrong with a header that has a column of ours nowhere; "" if that is not plain.
const char* hint_at(std::string_view header) {
  if (header.find('\0') != header.npos)
    return ": it is no UTF-8 text (UTF-16?)";
  if (header.find(',') == header.npos && header.find_first_of(";\t") != header.npos)
    return ": columns are separated by commas";
  return " that no row has";
}

} // namespace

std::vector<std::string> csv_cells(std::string_view line) {
  std::vector<std::string> found;
  for (std::size_t i = 0;; ++i) { // i: where a cell begins, then where it ends
    auto& cell = found.emplace_back();
    if (i < line.size() && line[i] == '"') {
      i = take_quoted(line, i, cell);
    } else {
      const auto end = std::min(line.find(',', i), line.size());
      cell = line.substr(i, end - i);
      i = end;
      if (cell.find('"') != cell.npos)
        throw bad_value("has a quote in the middle of a cell");
    }
    if (i >= line.size())
      return found;
    if (line[i] != ',')
      throw bad_value("has a quote in the middle of a cell");
  }
}

row_fields json_fields(std::string_view line) {
  json::basic_parser<field_handler> parser{json::parse_options{}};
  json::error_code error;
  const auto size = parser.write_some(false, line.data(), line.size(), error);
  if (error || size < line.size() || !parser.done())
    throw bad_value("is no JSON object");
  return std::move(parser.handler().fields);
}

row_reader::row_reader(const std::string& file, bool csv)
    : in_(file == "-" ? &std::cin : &file_), name_(file == "-" ? "standard input" : file),
      csv_(csv) {
  if (file == "-")
    std::ios::sync_with_stdio(false); // so that it has a buffer, of which is_dry() knows
  else
    file_.open(file, std::ios::binary);
  if (!*in_)
    throw std::runtime_error(name_ + ": cannot be opened");
  if (csv_ && !next_line())
    throw std::runtime_error(name_ + ": is empty, without even a header");
  if (csv_)
    read_header();
}

bool row_reader::next(bank::operation& op) {
  do
    if (!next_line())
      return false;
  while (line_.empty());
  check_size();
  op = operation_of(csv_ ? csv_fields() : json_fields(line_));
  return true;
}

void row_reader::wait(const std::stop_token& stop) {
  constexpr int look_again_ms = 100;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  while (in_ == &std::cin && is_dry() && !stop.stop_requested()
         && ::poll(&input, 1, look_again_ms) == 0) {
  }
}

void row_reader::read_header() {
  try {
    check_size();
    header_ = csv_cells(line_);
  } catch (const bad_value& e) {
    throw std::runtime_error(name_ + ": the header " + e.what());
  }
  for (auto column = header_.begin(); column != header_.end(); ++column) {
    if (!is_row_field(*column))
      throw std::runtime_error(name_ + ": the header has a column " + in_quotes(*column)
                               + hint_at(line_));
    if (std::find(header_.begin(), column, *column) != column)
      throw std::runtime_error(name_ + ": the header has the column " + in_quotes(*column)
                               + " twice");
  }
}

bool row_reader::next_line() {
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
bool row_reader::get_line() {
  constexpr int end = std::char_traits<char>::eof();
  line_.clear();
  auto& from = *in_->rdbuf();
  int c = from.sbumpc();
  const bool got = c != end;
  for (; c != end && c != '\n'; c = from.sbumpc())
    if (line_.size() <= row_bytes_max)
      line_.push_back(static_cast<char>(c));
  is_cut_ = got && c == end;
  return got;
}

void row_reader::check_size() const {
  if (line_.size() > row_bytes_max)
    throw bad_value("is longer than " + std::to_string(row_bytes_max) + " bytes");
}

row_fields row_reader::csv_fields() const {
  const auto found = csv_cells(line_);
  if (found.size() != header_.size())
    throw bad_value("has " + std::to_string(found.size()) + " cells, the header has "
                    + std::to_string(header_.size()));
  row_fields fields;
  for (std::size_t i = 0; i < found.size(); ++i)
    fields[header_[i]] = found[i];
  return fields;
}

} // namespace troupe::apps
