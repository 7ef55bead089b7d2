// SPDX-License-Identifier: BSD-3-Clause
#include "apps/describe.hpp"

#include <cctype>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/description.hpp"
#include "apps/programs.hpp"

namespace troupe::apps {

namespace {

// What is being gathered; none while the program does its work.
command_text* gathered = nullptr;

std::vector<std::string> split(const std::string& text, const std::string& between) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const auto end = text.find(between, begin);
    parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos)
      return parts;
    begin = end + between.size();
  }
}

// In small letters or not, and not as a part of another word.
bool has_word(const std::string& text, const std::string& word) {
  const auto low = CLI::detail::to_lower(text);
  const auto in_word = [&low](std::size_t at) {
    return at < low.size() && std::isalpha(static_cast<unsigned char>(low[at])) != 0;
  };
  for (std::size_t at = 0; (at = low.find(word, at)) != std::string::npos; at += word.size())
    if ((at == 0 || !in_word(at - 1)) && !in_word(at + word.size()))
      return true;
  return false;
}

// CLI11 tells a type and its checks as "TEXT:{a,b}", "UINT:UINT in [1 - 9]", "TEXT:FILE".
void read_type(const CLI::Option& option, option_text& to) {
  const auto told = option.get_type_name();
  const auto colon = told.find(':');
  const auto type = told.substr(0, colon);
  const auto check = colon == std::string::npos ? "" : told.substr(colon + 1);
  to.value = type == "UINT" || type == "INT" || type == "FLOAT" ? "NUMBER" : type;
  if (check.size() > 2 && check.front() == '{')
    to.choices = split(check.substr(1, check.find('}') - 1), ",");
  else if (const auto in = check.find(" in ["); in != std::string::npos)
    to.range = check.substr(in + 5, check.find(']') - in - 5);
  else if (check == "NONNEGATIVE")
    to.range = "0 or more";
  else if (check == "POSITIVE")
    to.range = "above 0";
  if (const auto dash = to.range.find(" - "); dash != std::string::npos)
    to.range.replace(dash, 3, " to ");
  if (to.value != "TEXT" || !to.choices.empty())
    return;
  const auto& words = option.get_description();
  const bool folder = has_word(words, "folder");
  to.takes_files = folder || check == "FILE" || has_word(words, "file") || has_word(words, "pem")
                   || words.starts_with("Files") || option.get_name(true) == "ARCHIVE";
  if (to.takes_files && option.nonpositional())
    to.value = folder ? "FOLDER" : "FILE";
}

option_text text_of(const CLI::Option& option) {
  option_text to;
  to.positional = !option.nonpositional();
  if (to.positional)
    to.names.push_back(option.get_name(true));
  for (const auto& name : option.get_snames())
    to.names.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    to.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0)
    read_type(option, to);
  to.default_value = option.get_default_str();
  to.words = option.get_description();
  to.group = option.get_group();
  to.required = option.get_required();
  to.repeats = option.get_items_expected_max() > 1;
  return to;
}

command_text text_of(const CLI::App& app, const std::string& path) {
  command_text to;
  to.path = path;
  to.names.push_back(app.get_name());
  for (const auto& alias : app.get_aliases())
    to.names.push_back(alias);
  to.about = app.get_description();
  if (!app.get_footer().empty())
    to.footer = split(app.get_footer(), "\n\n");
  for (const auto* option : app.get_options())
    if (!option->get_group().empty())
      to.options.push_back(text_of(*option));
  to.takes_parents_options = app.get_fallthrough();
  to.takes_a_command_line = app.get_prefix_command();
  to.needs_command = app.get_require_subcommand_min() > 0;
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    to.commands.push_back(text_of(*sub, (path.empty() ? "" : path + " ") + sub->get_name()));
  return to;
}

// Takes: a command's description, and the whole one's, where a line of words may stand for it.
void put_in_place(command_text part, command_text& root) {
  for (auto& known : root.commands)
    if (known.path == part.path) {
      known = std::move(part);
      return;
    }
  root.commands.push_back(std::move(part));
}

int print(const program_text& program, std::string_view format) {
  if (format != "man" && format != "bash" && format != "zsh") {
    std::fprintf(stderr, "%s: --describe takes man, bash or zsh\n", program.name.c_str());
    return 2;
  }
  const auto text = format == "man"    ? manual_page(program)
                    : format == "bash" ? bash_completion(program)
                                       : zsh_completion(program);
  const bool whole = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  if (!whole)
    std::fprintf(stderr, "%s: standard output cannot be written\n", program.name.c_str());
  return whole ? 0 : 1;
}

// Returns: what the line declares; its path is its name.
command_text gather(const described_parser& line, std::string_view program) {
  command_text part;
  part.path = line.name;
  std::string name{line.name.empty() ? program : line.name};
  char* argv[] = {name.data(), nullptr};
  gathered = &part;
  line.run(1, argv);
  gathered = nullptr;
  if (part.names.empty())
    throw std::logic_error("what parses '" + name + "' does not call describe_here()");
  part.names.front() = name;
  return part;
}

std::optional<int> describe(int argc, char** argv, program_text program,
                            std::initializer_list<described_parser> lines) {
  if (argc < 2 || std::string_view{argv[1]} != "--describe")
    return std::nullopt;
  for (const auto& line : lines) {
    auto part = gather(line, program.name);
    if (line.name.empty())
      program.root = std::move(part);
    else
      put_in_place(std::move(part), program.root);
  }
  return print(program, argc == 3 ? argv[2] : "");
}

} // namespace

std::optional<int> describe_program(int argc, char** argv, std::string_view program,
                                    std::initializer_list<described_parser> lines) {
  return describe(argc, argv,
                  {.name = std::string{program}, .what = std::string{words_about(program)}}, lines);
}

std::optional<int> describe_dispatcher(int argc, char** argv, described_parser line) {
  return describe(argc, argv,
                  {.name = "troupe", .what = "run Troupe's programs", .dispatches = true}, {line});
}

void describe_here(const CLI::App& app) {
  if (!gathered)
    return;
  *gathered = text_of(app, gathered->path);
  throw CLI::Success{};
}

} // namespace troupe::apps
