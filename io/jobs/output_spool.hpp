// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::io {

/// One output of one job: in memory up to a bound, what comes after it in a temporary file that has
/// no name, so that even kill -9 leaves nothing behind.
/// Takes: `folder` for that file. Cost: `memory_bytes_max` of memory, and, beyond, one descriptor.
/// Threads: one at a time.
class output_spool {
public:
  output_spool(std::size_t memory_bytes_max, std::string folder);
  ~output_spool();
  output_spool(const output_spool&) = delete;
  output_spool& operator=(const output_spool&) = delete;

  /// Returns: "" or why it could not be kept; it is then never whole again.
  std::string append(std::string_view bytes);
  std::uint64_t bytes() const { return memory_.size() + file_bytes_; }

  /// Hands all of it over, piece by piece, until `take` returns something else than "".
  /// Returns: what `take` returned last, or why it could not be read.
  std::string each(const std::function<std::string(std::string_view piece)>& take) const;

private:
  std::string open_file();

  std::size_t memory_bytes_max_;
  std::string folder_;
  std::string memory_;
  int fd_ = -1;
  std::uint64_t file_bytes_ = 0;
};

/// Returns: the folder for temporary files: $TMPDIR, else /tmp.
std::string temporary_folder();

} // namespace troupe::io
