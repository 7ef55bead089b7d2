// SPDX-License-Identifier: BSD-3-Clause
//
// What a server offers, as an OpenAPI 3.1 document. Each room's part stands in web/api/: its tags,
// paths and schemas. A part's path that has no route is left out, so that a server which was
// started without a bank does not tell of one; a test holds that every route has its path, and
// every path its route.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "io/gateway/embedded.hpp"
#include "io/gateway/front.hpp"

namespace troupe::gateway {

/// Returns: the document of those routes, as JSON. Takes: the files, of which those named
/// "api/..." are the parts. Throws: std::logic_error if two parts say the same, or one is no JSON.
std::string make_openapi(const std::vector<route>& routes,
                         std::span<const embedded_file> files = embedded_files());

/// Adds `GET /openapi.json`, open; it tells of the routes that are there, and of itself: it comes
/// last.
void add_openapi_route(front& f);

} // namespace troupe::gateway
