// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cerrno>
#include <string_view>
#include <system_error>

#include "io/primes/line_output.hpp"

namespace troupe::apps {

/// Writes whole lines to standard output. Returns: false after a stop, or if nobody reads them.
/// Throws: std::system_error, in one line, if they cannot be written.
inline bool put_lines(io::line_output& output, std::string_view lines) {
  const auto came = output.write(lines);
  if (came == io::line_output::outcome::failed)
    throw std::system_error(errno, std::generic_category(), "standard output");
  return came == io::line_output::outcome::written;
}

} // namespace troupe::apps
