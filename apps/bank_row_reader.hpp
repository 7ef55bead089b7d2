// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <fstream>
#include <istream>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "apps/bank_rows.hpp"

namespace troupe::apps {

inline constexpr std::size_t row_bytes_max = 64u << 10;

/// A line's cells. Throws: bad_value where quotes are not as the source has them.
/// Source: RFC 4180, without line ends inside quotes: no field of ours has one.
std::vector<std::string> csv_cells(std::string_view line);

/// An object's fields: texts, and numbers as they are written (7.50 stays that, to be refused by
/// who reads it as an amount). null counts as missing.
/// Throws: bad_value for what is no object of texts and numbers, and for a name that comes twice.
row_fields json_fields(std::string_view line);

/// A file's rows, one operation each.
class row_reader {
public:
  /// Opens it, and reads a CSV's header.
  /// Takes: "-" for standard input. Throws: std::runtime_error with one line "FILE: reason".
  row_reader(const std::string& file, bool csv);

  /// Returns: false at the end. Throws: bad_value about the row that row() tells;
  /// std::runtime_error where the file cannot be read.
  bool next(bank::operation& op);
  std::size_t row() const { return row_; } ///< from 1; a CSV's header is row 1
  /// True if next() would have to wait for who writes the rows, or would find the end.
  bool is_dry() { return in_->rdbuf()->in_avail() <= 0; }
  /// Waits until next() need not, or `stop` is requested. Only for standard input: a file never
  /// waits, and of a named pipe we have no descriptor.
  void wait(const std::stop_token& stop);
  /// True if the last row that next() gave had no line end: then the file may have been cut off.
  bool is_cut() const { return is_cut_; }

private:
  void read_header();
  bool next_line();
  bool get_line();
  void check_size() const;
  row_fields csv_fields() const;

  std::ifstream file_;
  std::istream* in_;
  std::string name_;
  bool csv_;
  std::vector<std::string> header_;
  std::string line_;
  std::size_t row_ = 0;
  bool is_cut_ = false;
};

} // namespace troupe::apps
