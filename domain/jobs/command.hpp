// SPDX-License-Identifier: BSD-3-Clause
//
// A command with places for arguments, as xargs -I and GNU parallel have them:
//
//   {}    the argument             {.}   without its last extension
//   {/}   its last path component  {//}  its folder ("." if there is none)
//   {/.}  its last path component without extension
//   {#}   the job's number, from 1
//   {2}   the argument of the second ::: group; {2.} {2/} {2//} {2/.} likewise
//
// With several groups, {} is all arguments with spaces between. A command without any of these gets
// the arguments behind its last word. All other braces stand for themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace troupe::jobs {

/// See the head of this file. Immutable once made.
class command {
public:
  /// Takes: the words, at least one unless `shell`; `groups`, how many arguments a job will have;
  /// `shell`: make it `sh -c LINE`, the line being the words with spaces between, as they are, and
  /// each argument in it quoted.
  /// Returns: the command, or what is wrong: {3} with two groups.
  static tl::expected<command, std::string> parse(const std::vector<std::string>& words,
                                                  std::size_t groups, bool shell);

  /// Takes: `arguments`, as many as there are groups. Returns: argv.
  std::vector<std::string> expand(const std::vector<std::string>& arguments,
                                  std::uint64_t seq) const;

private:
  enum class form : std::uint8_t { whole, no_extension, base, folder, base_no_extension, number };
  struct piece {
    std::string text;  // stands before what is put in
    bool puts = false; // something is put in
    form how = form::whole;
    std::size_t group = 0; // from 1; 0: all
  };
  using word = std::vector<piece>;

  static bool take_place(std::string_view text, std::size_t& i, piece& into);
  std::string put(const piece& where, const std::vector<std::string>& arguments,
                  std::uint64_t seq) const;

  std::vector<word> words_;
  bool shell_ = false;
};

} // namespace troupe::jobs
