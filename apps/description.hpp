// SPDX-License-Identifier: BSD-3-Clause
//
// What describe.cpp gathers from a program's command lines, and describe_man.cpp, describe_bash.cpp
// and describe_zsh.cpp print.
#pragma once

#include <string>
#include <vector>

namespace troupe::apps {

struct option_text {
  std::vector<std::string> names;   ///< "-j", "--jobs"; of a positional: its one name
  std::string value;                ///< what it takes: "TEXT", "NUMBER", "FILE"; "": nothing
  std::vector<std::string> choices; ///< if it takes one of a few
  std::string range;                ///< "1 to 4096"
  std::string default_value;
  std::string words;
  std::string group; ///< "Options" where none was named
  bool positional = false;
  bool required = false;
  bool repeats = false;
  bool takes_files = false; ///< file names are of use as its values

  bool operator==(const option_text&) const = default;
};

struct command_text {
  std::string path; ///< the commands to type: "ledger open"; "" for the program itself
  std::vector<std::string> names; ///< the last of them, and what may be typed instead
  std::string about;
  std::vector<std::string> footer; ///< its paragraphs
  std::vector<option_text> options;
  std::vector<command_text> commands;
  bool takes_parents_options = false;
  bool takes_a_command_line = false; ///< after its options, another program's
  bool needs_command = false;
};

struct program_text {
  std::string name; ///< "troupe-bank"
  std::string what; ///< a line
  command_text root;
  bool dispatches = false; ///< its commands are programs
};

std::string manual_page(const program_text& program);
std::string bash_completion(const program_text& program);
std::string zsh_completion(const program_text& program);

} // namespace troupe::apps
