// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "io/gateway/front.hpp"
#include "io/gateway/source_service.hpp"

namespace troupe::gateway {

/// Adds `GET /`, open, to the front: the three sources' texts, read side by side where the engine
/// can:
///
///     {"result_file":"file result","result_db":"db result","result_api":"api result"}
///
/// A source that failed or was late has null there, and its name in "errors": {"api":"no answer in
/// time"}; the status is 200 as long as there is one text, else 504 (all late) or 502
/// (problem+json). A text that was longer than source_options::text_bytes_max is cut, and its
/// source's name is in "cut": ["file"]. Takes: a service that outlives the front. Source: the
/// tutorial's Flask service.
void add_source_routes(front& to, source_service& service);

} // namespace troupe::gateway
