// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace troupe::jobs {

/// Returns: `bytes` with each byte that is in no UTF-8 sequence (RFC 3629) replaced by U+FFFD: JSON
/// has no other bytes.
std::string as_utf8(std::string_view bytes);

} // namespace troupe::jobs
