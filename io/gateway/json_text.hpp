// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace troupe::gateway {

/// Appends `bytes` as a JSON string, quotes included, in ASCII alone: control characters, quotes,
/// backslashes and all above U+007E are escaped, so that no terminal acts on them; bytes in no
/// UTF-8 sequence become U+FFFD.
/// Source: RFC 8259, 7.
void append_json_string(std::string& out, std::string_view bytes);

} // namespace troupe::gateway
