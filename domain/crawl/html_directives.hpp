// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string_view>

namespace troupe::crawl {

// What the words in HTML's attributes mean.

bool equals_any_case(std::string_view text, std::string_view lower);

/// Returns: true if `word` (lower case) is one of the words of `text`, which white space divides.
bool has_word(std::string_view text, std::string_view word);

/// Reads the content of <meta http-equiv=refresh>: "5", "0; url=next.html", "0,'next.html'" ...
/// Returns: the reference, "" where there is none (reload); none if browsers would ignore it.
/// Source: HTML Standard, shared declarative refresh steps.
std::optional<std::string_view> read_refresh(std::string_view content);

struct robots_words {
  bool nofollow = false;
  bool noindex = false;
};

/// Reads "noindex, nofollow" and "none", from <meta name=robots>.
robots_words read_robots_words(std::string_view content);

/// The same from X-Robots-Tag, several of which may be joined by ", ". What is said to a named
/// crawler
/// ("somebot: nofollow") is not said to us, up to the end or the next name.
robots_words read_robots_tag(std::string_view header);

} // namespace troupe::crawl
