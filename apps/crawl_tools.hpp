// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace troupe::apps {

/// The tools beside the crawl; each takes argc and argv from its own name on and returns the exit
/// code.
///   inspect URL | inspect --file page.html --base URL   what the crawler sees in one page, as JSON
///   robots --file robots.txt --agent NAME URL...         what robots.txt says about URLs
///   resolve BASE REF...                                  what links come to
using crawl_tool = int (*)(int argc, char** argv);

/// Returns: the tool of that name, or nullptr.
crawl_tool find_crawl_tool(std::string_view name);

} // namespace troupe::apps
