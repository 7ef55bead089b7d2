// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string_view>

namespace troupe::gateway {

/// A file of web/, or of the chart library as the system has it, built into the program.
struct embedded_file {
  std::string_view name; ///< "index.html"
  std::string_view bytes;
};

/// Returns: all of them; defined by a source that cmake/Embed.cmake makes.
std::span<const embedded_file> embedded_files();

} // namespace troupe::gateway
