// SPDX-License-Identifier: BSD-3-Clause
//
// Words of a command line, without a shell:
//
//   line   = blanks *( word blanks ) [ comment ]
//   word   = 1*( plain / "\" any / "'" *not-quote "'" / DQUOTE *( "\" special / not-special )
//   DQUOTE ) special = one of  \ " $ `          other backslashes inside "..." stand for themselves
//   comment = "#" at the begin of a word, to the end of the line
//
// As POSIX splits words (XCU 2.2), and nothing else: no variables, globs, pipes or redirections.
// They are taken as they are written, so `a > b` is a command with the arguments ">" and "b".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace troupe::jobs {

/// Takes: one line. Returns: its words, none of a blank line; or what is wrong, in a few words.
/// Faults: a quote without its end, a backslash as the last character.
tl::expected<std::vector<std::string>, std::string> split_words(std::string_view line);

/// Returns: `word` so that a POSIX shell, and split_words(), read it as that one word.
std::string shell_quote(std::string_view word);

/// Returns: the words quoted where need be, with spaces between.
std::string shell_line(const std::vector<std::string>& words);

} // namespace troupe::jobs
