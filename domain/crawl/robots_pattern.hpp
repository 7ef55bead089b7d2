// SPDX-License-Identifier: BSD-3-Clause
//
// How a rule of robots.txt is compared with a URL (RFC 9309, 2.2.2 and 2.2.3).
//
//     pattern = *( octet / "*" ) [ "$" ]      "*": any octets, also none; a "$" at the end: the end
//
// Both sides are first brought to one spelling:
//   - %XX of an unreserved character (letter, digit, - . _ ~) becomes the character;
//   - other %XX keep their escape, with upper-case digits: "%2f" is "%2F" and is not "/";
//   - octets that a URL may not contain (non-ASCII, space, controls, quotes, < > \ ^ ` { | }), and
//   a
//     "%" that begins no escape, are escaped;
//   - after the first "?" the escapes of : / ? @ ' become the characters, since there they separate
//     nothing: to the RFC, "?baz=https%3A%2F%2Ffoo.bar" is a spelling of "?baz=https://foo.bar",
//     and browsers escape the ' there that a person leaves in a rule;
//   - a literal "*" or "$" is an escape: in a URL always, in a pattern where it was written as one.
#pragma once

#include <string>
#include <string_view>

namespace troupe::crawl {

/// Brings a rule's value to the spelling that matches_pattern() compares.
/// Returns: "*" stands for any octets; "$", which only its last octet can be, for the end.
std::string comparable_pattern(std::string_view written);

/// Brings a URL's path and query to that spelling. Returns: contains neither "*" nor "$".
/// Cost: one pass, one allocation.
std::string comparable_target(std::string_view target);

/// Takes: both as comparable_*() give them.
/// Cost: linear in the two lengths, however many "*" there are: the leftmost place of each piece
/// between two "*" is enough, so that nothing is ever tried again.
bool matches_pattern(std::string_view pattern, std::string_view target);

} // namespace troupe::crawl
