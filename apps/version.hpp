// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace troupe::apps {

/// Returns: what --version says: "troupe-crawl 0.1.0 (abc1234)", the commit that the program was
/// built from; with "+changes" if files that git knows differed from it. Built without git, or from
/// sources that are no clone: "troupe-crawl 0.1.0".
std::string version_line(std::string_view program);

/// Returns: "0.1.0".
std::string_view version_number();

/// Returns: the commit's day, "2026-01-31"; "" where there is no commit.
std::string_view version_day();

} // namespace troupe::apps
