// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>

namespace troupe::io {

/// How many descriptors this process may have open (RLIMIT_NOFILE).
struct descriptor_limit {
  std::uint64_t now = 0;
  /// What it was before; for programs that are started: those that use select() rely on it. None
  /// if nothing has changed.
  std::optional<std::uint64_t> before;
};

/// Raises the limit as far as we may: to the hard one. Changes the process.
descriptor_limit raise_descriptor_limit();

} // namespace troupe::io
