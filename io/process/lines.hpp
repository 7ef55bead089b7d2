// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::io {

/// Cuts what comes in pieces into lines, and holds the last, unfinished one: never more than
/// `line_bytes_max` bytes of it.
class line_splitter {
public:
  explicit line_splitter(std::size_t line_bytes_max)
      : line_bytes_max_(line_bytes_max == 0 ? 1 : line_bytes_max) {}

  /// Appends the lines that `bytes` completes to `lines`, without '\n'.
  /// Returns: how many bytes the appended lines took, '\n's included.
  std::uint64_t feed(std::string_view bytes, std::vector<std::string>& lines);

  /// Appends the unfinished line, if there is one. Returns: as feed().
  std::uint64_t flush(std::vector<std::string>& lines);

  std::uint32_t split() const { return split_; } ///< lines that were told in pieces

private:
  std::size_t line_bytes_max_;
  std::string partial_;
  bool in_long_line_ = false; // pieces of it have been told
  std::uint32_t split_ = 0;
};

} // namespace troupe::io
