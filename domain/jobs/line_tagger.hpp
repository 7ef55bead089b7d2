// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace troupe::jobs {

/// Puts "TAG<tab>" before each line of a text that comes in pieces, cut anywhere.
class line_tagger {
public:
  explicit line_tagger(std::string tag) : mark_(std::move(tag) + "\t") {}

  std::string take(std::string_view piece) {
    std::string out;
    while (!piece.empty()) {
      if (at_begin_)
        out += mark_;
      const auto feed = piece.find('\n');
      at_begin_ = feed != std::string_view::npos;
      const auto n = at_begin_ ? feed + 1 : piece.size();
      out += piece.substr(0, n);
      piece.remove_prefix(n);
    }
    return out;
  }
  /// Returns: the line feed that the last line lacks, or nothing.
  std::string finish() { return std::exchange(at_begin_, true) ? "" : "\n"; }

private:
  std::string mark_;
  bool at_begin_ = true;
};

} // namespace troupe::jobs
