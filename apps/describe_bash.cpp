// SPDX-License-Identifier: BSD-3-Clause
// A completion script for bash: two tables in the form of functions, and what looks things up in
// them. It needs nothing of the bash-completion package, which only loads it.

#include <algorithm>
#include <sstream>

#include "apps/description.hpp"

namespace troupe::apps {

namespace {

std::string join(const std::vector<std::string>& all) {
  std::string line;
  for (const auto& one : all)
    line += (line.empty() ? "" : " ") + one;
  return line;
}

// All words are names and choices of ours: letters, digits, dashes.
void places(std::ostream& out, const command_text& c, const command_text* parent) {
  std::vector<std::string> commands, options, takes;
  bool files = c.takes_a_command_line;
  const auto add_options = [&](const command_text& from) {
    for (const auto& o : from.options) {
      if (o.positional)
        continue;
      options.insert(options.end(), o.names.begin(), o.names.end());
      if (!o.value.empty())
        takes.insert(takes.end(), o.names.begin(), o.names.end());
    }
  };
  for (const auto& sub : c.commands)
    commands.insert(commands.end(), sub.names.begin(), sub.names.end());
  add_options(c);
  if (parent && c.takes_parents_options)
    add_options(*parent);
  for (const auto& o : c.options) {
    files = files || (o.positional && o.takes_files);
    if (o.positional)
      commands.insert(commands.end(), o.choices.begin(), o.choices.end());
  }
  out << "    '" << c.path << "')\n"
      << "      commands='" << join(commands) << "'\n"
      << "      options='" << join(options) << "'\n"
      << "      takes='" << join(takes) << "'\n"
      << "      files=" << (files ? "yes" : "no") << "\n"
      << "      ;;\n";
  for (const auto& sub : c.commands)
    places(out, sub, &c);
}

void values(std::ostream& out, const command_text& c, const command_text* parent) {
  const auto add_options = [&](const command_text& from) {
    for (const auto& o : from.options) {
      if (o.positional || (o.choices.empty() && !o.takes_files))
        continue;
      out << "    ";
      for (const auto& name : o.names)
        out << (name == o.names.front() ? "" : " | ") << "'" << c.path << ":" << name << "'";
      if (o.choices.empty())
        out << ") files=yes ;;\n";
      else
        out << ") values='" << join(o.choices) << "' ;;\n";
    }
  };
  add_options(c);
  if (parent && c.takes_parents_options)
    add_options(*parent);
  for (const auto& sub : c.commands)
    values(out, sub, &c);
}

constexpr const char* look_up = R"(
@() {
  local current=${COMP_WORDS[COMP_CWORD]} before='' at='' word i
  local commands options takes files values=''
  COMPREPLY=()
  @_at ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == '=' ]]; then # --option=value comes in three pieces
      continue
    elif [[ -n $before ]]; then
      before=''
    elif [[ $word == '--' ]]; then
      commands='' options='' takes=''
    elif [[ $word == -* ]]; then
      [[ " $takes " != *" $word "* ]] || before=$word
    elif [[ " $commands " == *" $word "* ]]; then
      at+=${at:+ }$word
      @_at "$at"
    fi
  done
  [[ $current != '=' ]] || current=''
  if [[ -n $before ]]; then
    files=no
    @_value "$at:$before"
  elif [[ $current == -* ]]; then
    values=$options files=no
  else
    values=$commands
  fi
  mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
  if [[ ${#COMPREPLY[@]} -eq 0 && $files == yes ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
)";

// The programs' own scripts lie beside this one.
constexpr const char* hand_over = R"(
@() {
  local current=${COMP_WORDS[COMP_CWORD]} program=troupe-${COMP_WORDS[1]-}
  # shellcheck disable=SC2034  # a program's table sets all
  local commands options takes files
  COMPREPLY=()
  @_at ''
  if ((COMP_CWORD == 1)); then
    [[ $current != -* ]] || commands=$options
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
    return
  fi
  if [[ $program == troupe-help ]]; then
    ((COMP_CWORD > 2)) || mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
    return
  fi
  if ! declare -F "_${program//-/_}" >/dev/null; then
    [[ -r ${BASH_SOURCE[0]%/*}/$program ]] || return
    # shellcheck disable=SC1090
    source "${BASH_SOURCE[0]%/*}/$program"
  fi
  COMP_WORDS=("$program" "${COMP_WORDS[@]:2}")
  ((COMP_CWORD -= 1))
  "_${program//-/_}"
}
)";

std::string with_name(std::string text, const std::string& name) {
  for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos;) {
    // Bash's own @ stands in brackets: ${WORDS[@]}.
    if (at > 0 && text[at - 1] == '[')
      ++at;
    else
      text.replace(at, 1, name);
  }
  return text;
}

} // namespace

std::string bash_completion(const program_text& program) {
  std::string name = "_" + program.name;
  std::replace(name.begin(), name.end(), '-', '_');
  std::ostringstream out;
  out << "# Completion for bash; printed by " << program.name << " --describe bash.\n\n"
      << "# Takes: the commands typed so far. Sets what may follow.\n"
      << name << "_at() {\n  case $1 in\n";
  places(out, program.root, nullptr);
  out << "  esac\n}\n";
  if (!program.dispatches) {
    out << "\n# Takes: commands and an option, \"open:--currency\". Sets what may be its value.\n"
        << name << "_value() {\n  case $1 in\n";
    values(out, program.root, nullptr);
    out << "    *) ;;\n  esac\n}\n";
  }
  out << with_name(program.dispatches ? hand_over : look_up, name) << "\n"
      << "complete -F " << name << ' ' << program.name << '\n';
  return out.str();
}

} // namespace troupe::apps
