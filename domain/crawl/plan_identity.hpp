// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "domain/crawl/plan.hpp"

namespace troupe::crawl {

/// Returns: what makes a crawl this one and no other, as one JSON object: seeds, scope, depth, what
/// is taken out of pages, and what else decides which URLs are known. How fast and how much of it,
/// such as pages_max or a delay, is no part of it: a crawl can be gone on with otherwise.
std::string identity_of(const crawl_plan& plan);

/// Takes: two identities. Returns: "" if they are equal, or the first field that differs, "scope is
/// host there, and domain here"; long texts are cut.
std::string difference_of(std::string_view there, std::string_view here);

} // namespace troupe::crawl
