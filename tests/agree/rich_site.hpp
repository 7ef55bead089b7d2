// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/crawl_trial.hpp"
#include "tests/support/tiny_site.hpp"

namespace troupe::test {

/// A site with one of everything that a crawler meets: lists with posts, redirects in a chain and
/// in a loop, a 404, an error that passes, a slow page, a reset connection, a picture, forbidden
/// and nofollow pages, fragments that are no pages.
site_answer rich_site(const std::string& target, unsigned before);

/// What a right crawl of it from "/" finds, written down by hand and not by any crawler:
/// target -> status (0: no answer).
const std::map<std::string, int>& rich_site_pages();

/// Returns: the targets that a right crawl never asks for.
const std::vector<std::string>& rich_site_forbidden();

/// Returns: the post titles, as `a.post-item-title` items; `page` and `href` start with `origin`.
std::vector<seen_item> rich_site_items(const std::string& origin);

} // namespace troupe::test
