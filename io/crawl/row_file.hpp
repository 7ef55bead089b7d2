// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::io {

/// A file of rows: buffered, and never left with half a row where that can be helped (the end of a
/// regular file is cut off again; what went down a pipe is gone).
class row_file {
public:
  /// Takes: a path, or "-". Throws: std::runtime_error with one clear line.
  explicit row_file(std::string path);
  ~row_file();
  row_file(const row_file&) = delete;
  row_file& operator=(const row_file&) = delete;

  /// Returns: where to append one row, to be ended by row_done().
  std::string& buffer() { return buffer_; }
  void row_done();
  void flush();

  const std::string& error() const { return error_; } ///< "" or one line, for good
  bool regular() const { return regular_; }
  bool same_file(const row_file& other) const;

private:
  std::string path_;
  int fd_ = -1;
  bool regular_ = false;
  std::uint64_t begin_ = 0; // file offset of the buffer's begin, in a regular file
  std::string buffer_;
  std::vector<std::size_t> row_ends_; // within the buffer
  std::string error_;
};

} // namespace troupe::io
