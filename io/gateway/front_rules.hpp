// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "io/http_server/request.hpp"

namespace troupe::gateway {

// What a front asks of a request's fields before its route sees it.

/// Returns: are the two the same but for the case of ASCII letters?
bool same_word(std::string_view a, std::string_view b);

/// Returns: the Host field without its port: "localhost", "[::1]".
std::string_view host_name(std::string_view host);

/// Returns: "" if this request may change something as far as its origin goes, else why not.
/// Programs other than browsers send neither Origin nor Sec-Fetch-Site, and may. A page may if its
/// origin is the request's Host, or one of `allowed`. A page that came over http may not if the
/// request came over TLS; whether a proxy spoke TLS is not known here.
/// Source: RFC 6454, 7; Fetch Metadata Request Headers, 2.4.
std::string_view foreign_page(const io::server_request& request,
                              std::span<const std::string> allowed);

/// Returns: is this application/json, in UTF-8 if it says in what?
/// Source: RFC 9110, 8.3.1; RFC 8259, 11.
bool names_json(std::string_view content_type);

} // namespace troupe::gateway
