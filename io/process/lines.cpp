// SPDX-License-Identifier: BSD-3-Clause
#include "io/process/lines.hpp"

#include <utility>

namespace troupe::io {

std::uint64_t line_splitter::feed(std::string_view bytes, std::vector<std::string>& lines) {
  std::uint64_t taken = 0;
  while (!bytes.empty()) {
    const auto room = line_bytes_max_ - partial_.size();
    const auto end = bytes.substr(0, room + 1).find('\n');
    if (end != std::string_view::npos) {
      if (partial_.empty()) {
        lines.emplace_back(bytes.substr(0, end));
      } else {
        partial_.append(bytes.substr(0, end));
        lines.push_back(std::exchange(partial_, {}));
      }
      taken += lines.back().size() + 1;
      in_long_line_ = false;
      bytes.remove_prefix(end + 1);
    } else if (bytes.size() <= room) {
      partial_.append(bytes);
      break;
    } else { // there is a byte more than may be in one line
      partial_.append(bytes.substr(0, room));
      bytes.remove_prefix(room);
      taken += partial_.size();
      lines.push_back(std::exchange(partial_, {}));
      if (!std::exchange(in_long_line_, true))
        ++split_;
    }
  }
  return taken;
}

std::uint64_t line_splitter::flush(std::vector<std::string>& lines) {
  if (partial_.empty())
    return 0;
  lines.push_back(std::exchange(partial_, {}));
  return lines.back().size();
}

} // namespace troupe::io
