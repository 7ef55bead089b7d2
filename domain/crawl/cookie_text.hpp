// SPDX-License-Identifier: BSD-3-Clause
//
// A jar as text, in the form that Netscape's browser had and that curl, wget and browsers'
// extensions read and write:
//
//   line = domain TAB below TAB path TAB secure TAB expires TAB name TAB value LF
//
// `below` and `secure` are TRUE or FALSE, `expires` seconds since 1970 or 0: when the session ends.
// "#HttpOnly_" before a domain is a flag, any other "#" begins a comment.
#pragma once

#include <string>
#include <string_view>

#include "domain/crawl/cookie_jar.hpp"

namespace troupe::crawl {

/// Puts a file's cookies into a jar; those that have expired are left out. Returns: "" or, with the
/// line's number and never a cookie, the first thing that is wrong; the jar has what was before it.
std::string read_cookies(std::string_view text, cookie_jar& into, std::int64_t now_unix_s);

/// Returns: all of a jar that have not expired, those of the session too; but a cookie with a tab in
/// it, which a server may send, has no place here. read_cookies() takes what this makes.
std::string cookies_text(const cookie_jar& jar, std::int64_t now_unix_s);

} // namespace troupe::crawl
