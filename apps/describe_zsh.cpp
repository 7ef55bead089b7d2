// SPDX-License-Identifier: BSD-3-Clause
// A completion function for zsh, which tells what each command and option is for.

#include <sstream>

#include "apps/description.hpp"

namespace troupe::apps {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string{"'\\''"} : c == '\n' ? " " : std::string{c};
  return out + "'";
}

// NAME:WORDS, as _describe has it.
std::string item(const std::string& name, const std::string& words) {
  return quoted(name + ":" + words.substr(0, words.find('\n')));
}

void places(std::ostream& out, const command_text& c, const command_text* parent) {
  std::ostringstream commands, options, takes;
  bool files = c.takes_a_command_line;
  const auto add_options = [&](const command_text& from) {
    for (const auto& o : from.options)
      for (const auto& name : o.names)
        if (!o.positional) {
          options << ' ' << item(name, o.words);
          if (!o.value.empty())
            takes << ' ' << name;
        }
  };
  for (const auto& sub : c.commands)
    for (const auto& name : sub.names)
      commands << ' ' << item(name, sub.about);
  for (const auto& o : c.options) {
    files = files || (o.positional && o.takes_files);
    if (o.positional)
      for (const auto& choice : o.choices)
        commands << ' ' << item(choice, o.words);
  }
  add_options(c);
  if (parent && c.takes_parents_options)
    add_options(*parent);
  out << "    " << quoted(c.path) << ")\n"
      << "      commands=(" << commands.str() << " )\n"
      << "      options=(" << options.str() << " )\n"
      << "      takes=(" << takes.str() << " )\n"
      << "      files=" << (files ? "yes" : "no") << "\n"
      << "      ;;\n";
  for (const auto& sub : c.commands)
    places(out, sub, &c);
}

void values(std::ostream& out, const command_text& c, const command_text* parent) {
  const auto add_options = [&](const command_text& from) {
    for (const auto& o : from.options)
      for (const auto& name : o.names) {
        if (o.positional || (o.choices.empty() && !o.takes_files))
          continue;
        out << "    " << quoted(c.path + ":" + name) << ")";
        if (o.choices.empty())
          out << " files=yes";
        else
          out << " values=(";
        for (const auto& choice : o.choices)
          out << ' ' << choice;
        out << (o.choices.empty() ? " ;;\n" : " ) ;;\n");
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
  local before='' at='' word i files
  local -a commands options takes values
  @-at ''
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $before ]]; then
      before=''
    elif [[ $word == -- ]]; then
      commands=() options=() takes=()
    elif [[ $word == -* ]]; then
      (( ! $takes[(Ie)$word] )) || before=$word
    elif [[ -n ${(M)commands:#$word:*} ]]; then
      at+=${at:+ }$word
      @-at $at
    fi
  done
  if [[ -z $before && $PREFIX == --*=* ]]; then
    before=${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $before ]]; then
    files=no
    @-value $at:$before
    (( ! $#values )) || compadd -a values
  elif [[ $PREFIX == -* ]]; then
    files=no
    _describe -o option options
  else
    (( ! $#commands )) || _describe command commands
  fi
  [[ $files == no ]] || _files
}
)";

constexpr const char* hand_over = R"(
@() {
  local files
  local -a commands options takes
  @-at ''
  if (( CURRENT == 2 )) && [[ $PREFIX == -* ]]; then
    _describe -o option options
  elif (( CURRENT == 2 )) || [[ $words[2] == help && $CURRENT == 3 ]]; then
    _describe command commands
  elif (( $+functions[_troupe-$words[2]] )); then
    shift words
    words[1]=troupe-$words[1]
    (( CURRENT -= 1 ))
    _$words[1]
  fi
}
)";

std::string with_name(std::string text, const std::string& name) {
  for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos;)
    text.replace(at, 1, name);
  return text;
}

} // namespace

std::string zsh_completion(const program_text& program) {
  const auto name = "_" + program.name;
  std::ostringstream out;
  out << "#compdef " << program.name << "\n"
      << "# Completion for zsh; printed by " << program.name << " --describe zsh.\n\n"
      << "# Takes: the commands typed so far. Sets what may follow.\n"
      << name << "-at() {\n  case $1 in\n";
  places(out, program.root, nullptr);
  out << "  esac\n}\n";
  if (!program.dispatches) {
    out << "\n# Takes: commands and an option, \"open:--currency\". Sets what may be its value.\n"
        << name << "-value() {\n  case $1 in\n";
    values(out, program.root, nullptr);
    out << "  esac\n}\n";
  }
  out << with_name(program.dispatches ? hand_over : look_up, name) << "\n" << name << " \"$@\"\n";
  return out.str();
}

} // namespace troupe::apps
