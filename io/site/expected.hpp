// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "domain/site/pages.hpp"

namespace troupe::io {

/// What a right crawl of the site gives, as JSON:
///   {"seed":1, "lists":50, "posts":1000, "graph_pages":0,
///    "list_pages":[{"path":"/sitehome/p/1","titles":[{"href":"/u/user7/p/1.html","text":"..."}]}],
///    "reachable":[{"path":"/","status":200}, {"path":"/r/1","status":301,"location":"/u/..."}],
///    "by_status":{"200":1062,"301":25}, "redirects":50, "missing":50,
///    "never":["/private/","/nofollow/","/trap/"]}
/// `reachable` holds each URL that is requested, robots.txt aside; `never` the beginnings of those
/// that must not be.
std::string expected_json(const site::pages& site);

/// Writes the titles of all list pages to a file as troupe-crawl writes items.jsonl, in list order,
/// so that the two files hold the same lines. Throws: std::runtime_error with one clear line.
void write_expected_items(const site::pages& site, const std::string& path);

} // namespace troupe::io
