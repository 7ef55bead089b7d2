// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string_view>

namespace troupe::crawl {

/// Returns: the target of the first link in a Link header whose relation is canonical, as it stands
/// there; none if there is none, or it is a link of another resource (anchor).
/// Takes: the header, several joined with ", ".
///
///     Link  = link *( "," link )     link = "<" target ">" *( ";" name [ "=" value ] )
///
/// Source: RFC 8288, 3, RFC 6596.
std::optional<std::string_view> canonical_link(std::string_view header);

} // namespace troupe::crawl
