// SPDX-License-Identifier: BSD-3-Clause
// A manual page, in the man(7) macros that groff and mandoc both have.

#include <algorithm>
#include <cctype>
#include <sstream>

#include "apps/description.hpp"
#include "apps/programs.hpp"
#include "apps/version.hpp"

namespace troupe::apps {

namespace {

// Text as roff takes it: a dash to copy is \-, and no line of text begins like a request.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
      out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// What was broken into lines for a terminal flows again; indented lines are examples and stay.
void paragraph(std::ostream& out, const std::string& text) {
  std::istringstream lines{text};
  bool example = false;
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.starts_with("  ");
    if (indented != example)
      out << (indented ? ".PP\n.nf\n" : ".fi\n.PP\n");
    example = indented;
    line.erase(0, line.find_first_not_of(' '));
    if (!line.empty())
      out << roff(line) << '\n';
  }
  if (example)
    out << ".fi\n";
}

// The words about an option are given without a full stop.
std::string sentence(const std::string& words) {
  return roff(words) + (words.empty() || words.back() == '.' ? "" : ".");
}

bool tells_exit_codes(const std::string& paragraph) { return paragraph.starts_with("Exit code"); }

std::string value_of(const option_text& o) {
  if (o.choices.empty())
    return italic(o.value);
  std::string all;
  for (const auto& c : o.choices)
    all += (all.empty() ? "" : "|") + bold(c);
  return all;
}

void option(std::ostream& out, const option_text& o) {
  std::string names;
  for (const auto& name : o.names)
    names += (names.empty() ? "" : ", ") + (o.positional ? italic(name) : bold(name));
  out << ".TP\n" << names;
  if (!o.positional && !o.value.empty())
    out << ' ' << value_of(o);
  out << (o.repeats ? " ...\n" : "\n");
  out << sentence(o.words) << '\n';
  if (o.positional && !o.choices.empty())
    out << "One of " << value_of(o) << ".\n";
  if (o.required && !o.positional)
    out << "Required.\n";
  if (!o.range.empty())
    out << "Range: " << roff(o.range) << ".\n";
  if (!o.default_value.empty())
    out << "Default: " << roff(o.default_value) << ".\n";
}

std::vector<option_text> of_group(const command_text& c, const std::string& group) {
  std::vector<option_text> found;
  std::copy_if(c.options.begin(), c.options.end(), std::back_inserter(found),
               [&group](const option_text& o) { return o.group == group; });
  return found;
}

std::vector<std::string> groups_of(const command_text& c) {
  std::vector<std::string> groups;
  for (const auto& o : c.options)
    if (std::find(groups.begin(), groups.end(), o.group) == groups.end())
      groups.push_back(o.group);
  return groups;
}

bool is_help(const option_text& o) { return o.names.back() == "--help"; }

// A command's options, without those groups that its program has alike.
void options_of_command(std::ostream& out, const command_text& c, const command_text& root) {
  for (const auto& group : groups_of(c)) {
    const auto options = of_group(c, group);
    if (group != "Options" && options == of_group(root, group)) {
      out << ".PP\nAnd the options under " << italic(group) << " above.\n";
      continue;
    }
    if (group != "Options")
      out << ".PP\n" << italic(group + ":") << '\n';
    for (const auto& o : options)
      if (!is_help(o))
        option(out, o);
  }
}

std::string synopsis(const command_text& c, const std::string& program) {
  std::string line =
      bold(program + (c.path.empty() ? "" : " " + c.path)) + " [" + italic("OPTIONS") + "]";
  for (const auto& o : c.options)
    if (o.positional) {
      const auto name = italic(o.names.front()) + (o.repeats ? "..." : "");
      line += o.required ? " " + name : " [" + name + "]";
    }
  if (c.takes_a_command_line)
    line += " [\\-\\-] " + italic("COMMAND") + " [" + italic("ARG") + "...]";
  if (!c.commands.empty())
    line += c.needs_command ? " " + italic("COMMAND") + " ..." : " [" + italic("COMMAND") + " ...]";
  return line;
}

void commands(std::ostream& out, const command_text& parent, const program_text& program) {
  for (const auto& c : parent.commands) {
    out << ".SS " << roff(program.name + " " + c.path) << '\n';
    out << synopsis(c, program.name) << "\n.PP\n";
    paragraph(out, c.about);
    options_of_command(out, c, program.root);
    for (const auto& text : c.footer) {
      out << ".PP\n";
      paragraph(out, text);
    }
    commands(out, c, program);
  }
}

// Commands that have manual pages of their own.
void programs(std::ostream& out, const command_text& root) {
  for (const auto& c : root.commands)
    out << ".TP\n" << bold(c.path) << '\n' << sentence(c.about) << '\n';
}

// "Exit codes: 0 done; 1 it failed": a line each.
void exit_status(std::ostream& out, const std::string& text) {
  const auto colon = text.find(':');
  std::string rest = text.substr(colon == std::string::npos ? 0 : colon + 1);
  std::replace(rest.begin(), rest.end(), '\n', ' ');
  if (rest.ends_with('.'))
    rest.pop_back();
  std::istringstream pieces{rest};
  for (std::string piece; std::getline(pieces, piece, ';');) {
    piece.erase(0, piece.find_first_not_of(' '));
    const auto number = piece.find_first_not_of("0123456789");
    if (number == 0 || number == std::string::npos)
      out << ".TP\nelse\n" << roff(piece.substr(piece.starts_with("else ") ? 5 : 0)) << '\n';
    else
      out << ".TP\n"
          << bold(piece.substr(0, number)) << '\n'
          << roff(piece.substr(piece.find_first_not_of(' ', number))) << '\n';
  }
}

void see_also(std::ostream& out, const program_text& program) {
  out << ".SH SEE ALSO\n";
  std::string all;
  const auto add = [&](const std::string& name) {
    if (name != program.name)
      all += (all.empty() ? ".BR " : " ,\n.BR ") + roff(name) + " (1)";
  };
  add("troupe");
  for (const auto& p : known_programs)
    add("troupe-" + std::string{p.name});
  out << all << '\n';
}

} // namespace

std::string manual_page(const program_text& program) {
  std::ostringstream out;
  const auto& root = program.root;
  out << ".\\\" Printed by " << program.name << " --describe man; changes here are lost.\n"
      << ".TH " << roff(upper(program.name)) << " 1 \"" << version_day() << "\" \"Troupe "
      << version_number() << "\" \"User Commands\"\n"
      << ".SH NAME\n"
      << roff(program.name) << " \\- " << roff(program.what) << '\n'
      << ".SH SYNOPSIS\n"
      << synopsis(root, program.name) << '\n';
  for (const auto& c : root.commands)
    if (!program.dispatches)
      out << ".br\n" << synopsis(c, program.name) << '\n';
  out << ".SH DESCRIPTION\n";
  paragraph(out, root.about);
  for (const auto& text : root.footer)
    if (!tells_exit_codes(text)) {
      out << ".PP\n";
      paragraph(out, text);
    }
  out << ".SH OPTIONS\n";
  for (const auto& group : groups_of(root)) {
    if (group != "Options")
      out << ".SS " << roff(group) << '\n';
    for (const auto& o : of_group(root, group))
      option(out, o);
  }
  if (!root.commands.empty())
    out << ".SH SUBCOMMANDS\n";
  if (program.dispatches)
    programs(out, root);
  else
    commands(out, root, program);
  out << ".SH EXIT STATUS\n";
  for (const auto& text : root.footer)
    if (tells_exit_codes(text))
      exit_status(out, text);
  see_also(out, program);
  return out.str();
}

} // namespace troupe::apps
