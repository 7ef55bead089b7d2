// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// Longest host, in bytes after percent-decoding, that is put through IDNA. DNS ends at 253
/// and Punycode's cost is quadratic, so that longer ones are refused instead of computed.
inline constexpr std::size_t idn_bytes_max = 2'048;

/// Appends the normalized form of a special URL's host: a lower-case ASCII domain ("xn--" for
/// what is not ASCII), a dotted IPv4 address, or an IPv6 address in brackets.
///
/// Takes: `raw`, the text between the credentials and the port, without tabs and newlines.
/// Returns: nothing if all went well; else the fault, and `out` is in no useful state.
/// Faults: bad_host: empty, a forbidden code point, malformed UTF-8, an IDN that does not map or
/// is above idn_bytes_max or, in one label, 1,000 characters / bad_ipv4: its last label is a
/// number, but it is no address in one of the decimal, octal, hexadecimal and short forms /
/// bad_ipv6: brackets around anything else. Cost: no allocation for a lower-case ASCII domain; UTS
/// #46 by ICU for the others. Source: WHATWG URL Standard, host parsing; UTS #46, nontransitional.
std::optional<url_fault> append_host(std::string& out, std::string_view raw);

} // namespace troupe::crawl
