// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace troupe::crawl {

// Where the parts of an HTML document end that contain no elements. All are linear, and say
// html.size() for what is never closed.
// Source: HTML Standard, tokenization: comment, bogus comment, RAWTEXT, RCDATA and script data
// states.

constexpr bool html_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/// Takes: `at` behind "<!--". Returns: where the text behind the comment begins ("-->", "--!>",
/// and the short forms "<!-->" and "<!--->").
std::size_t comment_end(std::string_view html, std::size_t at);

/// Returns: where "</name" with a proper end behind it begins.
/// Takes: `name` in lower case.
std::size_t end_tag_begin(std::string_view html, std::size_t at, std::string_view name);

/// The same for <script>, whose "<!-- <script>" hides one "</script>".
std::size_t script_end(std::string_view html, std::size_t at);

} // namespace troupe::crawl
