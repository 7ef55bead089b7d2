// SPDX-License-Identifier: BSD-3-Clause
//
// A program's manual page and its completion in shells are made from its command line, as it is
// declared to CLI11, and from nothing else:
//
//   troupe-bank --describe man    a manual page (roff)
//   troupe-bank --describe bash   a completion script; likewise zsh
//
// The option is for builds and not in --help. What a program has to do for it:
//   1. main() asks describe_program() first, with one function for each command line that it has;
//   2. each of those calls describe_here() where it is about to parse.
// A paragraph of a footer that begins with "Exit code" becomes the page's EXIT STATUS.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

namespace CLI {
class App;
}

namespace troupe::apps {

/// A command line of a program. Takes: "" for the program's own, else the command that it is of;
/// a function that parses its arguments, the first of which is its name.
struct described_parser {
  std::string_view name;
  int (*run)(int argc, char** argv);
};

/// If the arguments are `--describe FORMAT`: has each command line declare itself, and prints the
/// program's description. Returns: the exit code then, 2 for an unknown format; else nothing.
std::optional<int> describe_program(int argc, char** argv, std::string_view program,
                                    std::initializer_list<described_parser> lines);

/// The same for `troupe`, whose commands are other programs.
std::optional<int> describe_dispatcher(int argc, char** argv, described_parser line);

/// While the program is describing itself: notes what `app` declares and throws CLI::Success, as
/// --help does. Else nothing. Call it inside the `try` in which the parsing is.
void describe_here(const CLI::App& app);

} // namespace troupe::apps
