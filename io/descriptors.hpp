// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace troupe::io {

/// Raises the soft limit of open files to `wanted`, or as far as the hard one lets it. Not for
/// programs that start others: they inherit it, and some cannot count beyond 1,024.
/// Returns: the limit that holds now.
std::uint64_t raise_descriptor_limit(std::uint64_t wanted);

} // namespace troupe::io
