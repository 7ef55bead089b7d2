// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::io {

/// A file of rows: buffered, and never left with half a row where that can be helped (the end of a
/// regular file is cut off again; what went down a pipe is gone).
class row_file {
public:
  /// Takes: a path, or "-"; `go_on_at`, a position() of an earlier time: what follows it is cut
  /// off, and rows go behind it. Without one, what is there is replaced. With `must_be_new` nothing
  /// may be there. Throws: std::runtime_error with one clear line.
  explicit row_file(std::string path, std::optional<std::uint64_t> go_on_at = std::nullopt,
                    bool must_be_new = false);
  ~row_file();
  row_file(const row_file&) = delete;
  row_file& operator=(const row_file&) = delete;

  /// Returns: where to append one row, to be ended by row_done().
  std::string& buffer() { return buffer_; }
  void row_done();
  void flush();

  /// Hands everything to the disk. Returns: where the last row ends, in bytes; none of what has no
  /// positions (a pipe, a terminal), or after an error.
  std::optional<std::uint64_t> sync();
  /// Where the last row ends, wherever it is yet.
  std::uint64_t end() const { return begin_ + buffer_.size(); }

  const std::string& path() const { return path_; }

  const std::string& error() const { return error_; } ///< "" or one line, for good
  bool standard_output() const { return fd_ == 1; }
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
