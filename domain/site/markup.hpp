// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace troupe::site {

/// Returns: `text` with & < > " ' escaped; right inside an element and in a quoted attribute.
std::string escape_html(std::string_view text);

/// Returns: bytes outside of ASCII as %XX; what a browser makes of such a path.
std::string percent_encode(std::string_view path);

/// In how many ways make_title_anchor() can write one and the same element.
constexpr unsigned title_ways = 15;

/// Writes `<a class="post-item-title">` in one of the ways that HTML allows: quotes of both kinds
/// or none, upper case, several classes, character references in text and attributes, nested tags,
/// comments, line breaks, relative references.
/// Takes: `way`, taken modulo title_ways; `path`, absolute on the site and plain ASCII; `text` with
/// single blanks only. A relative way counts on the page standing two folders deep.
/// Returns: an element whose link is `path` and whose text, with white space folded and trimmed, is
/// `text`, whatever the way.
std::string make_title_anchor(unsigned way, std::string_view path, std::string_view text);

/// How many different traps make_trap() knows.
constexpr unsigned trap_kinds = 8;

/// Writes something that looks like a title to a search with regular expressions, and is none.
/// Takes: `kind`, taken modulo trap_kinds; `number`, to tell the traps apart.
/// Returns: markup without any link that is true: its targets, all below /trap/, must never be
/// requested.
std::string make_trap(unsigned kind, unsigned number);

} // namespace troupe::site
