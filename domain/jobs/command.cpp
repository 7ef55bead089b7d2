// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/command.hpp"

#include <utility>

#include "domain/jobs/shell_context.hpp"
#include "domain/jobs/words.hpp"

namespace troupe::jobs {

namespace {

std::string_view base_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos)
    return ".";
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

// A dot that begins a name (.profile) begins no extension.
std::string_view without_extension(std::string_view path) {
  const auto base = base_of(path);
  const auto dot = base.rfind('.');
  if (dot == std::string_view::npos || dot == 0)
    return path;
  return path.substr(0, path.size() - base.size() + dot);
}

} // namespace

// Takes: `i` at a "{". Returns: whether a place for an argument begins there; then `i` is behind
// it.
bool command::take_place(std::string_view text, std::size_t& i, piece& into) {
  const auto end = text.find('}', i);
  if (end == std::string_view::npos || end - i > 8)
    return false;
  auto inside = text.substr(i + 1, end - i - 1);
  std::size_t group = 0;
  std::size_t digits = 0;
  for (; digits < inside.size() && inside[digits] >= '0' && inside[digits] <= '9'; ++digits)
    group = group * 10 + static_cast<std::size_t>(inside[digits] - '0');
  if (digits > 0 && (group == 0 || group > 99))
    return false;
  inside.remove_prefix(digits);
  const std::pair<std::string_view, form> forms[] = {
      {"", form::whole},    {".", form::no_extension},       {"/", form::base},
      {"//", form::folder}, {"/.", form::base_no_extension},
  };
  for (const auto& [name, how] : forms)
    if (inside == name) {
      into.puts = true;
      into.how = how;
      into.group = group;
      i = end + 1;
      return true;
    }
  if (inside != "#" || digits > 0)
    return false;
  into.puts = true;
  into.how = form::number;
  i = end + 1;
  return true;
}

tl::expected<command, std::string> command::parse(const std::vector<std::string>& words,
                                                  std::size_t groups, bool shell) {
  command made;
  made.shell_ = shell;
  bool takes_arguments = false;
  shell_context context;
  const auto trouble = [&](std::string_view place) {
    const auto where = shell ? context.trouble() : std::string_view{};
    return where.empty() ? ""
                         : std::string{place} + " stands " + std::string{where}
                               + ", where it is not safe: arguments come quoted for the shell";
  };
  for (const auto& text : words) {
    auto& pieces = made.words_.emplace_back();
    piece current;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] != '{' || !take_place(text, i, current)) {
        context.take(text[i]);
        current.text += text[i++];
        continue;
      }
      if (current.how != form::number)
        if (auto wrong = trouble("the place in '" + text + "'"); !wrong.empty())
          return tl::unexpected(std::move(wrong));
      if (current.group > groups)
        return tl::unexpected("{" + std::to_string(current.group) + "} in '" + text
                              + "' has no argument: a job has " + std::to_string(groups));
      context.take('x'); // what is put in is a part of a word
      takes_arguments = takes_arguments || current.how != form::number;
      pieces.push_back(std::exchange(current, {}));
    }
    pieces.push_back(std::move(current));
    context.take(' ');
  }
  if (!takes_arguments && groups > 0)
    if (auto wrong = trouble("the argument at its end"); !wrong.empty())
      return tl::unexpected(std::move(wrong));
  if (!takes_arguments)
    for (std::size_t group = 1; group <= groups; ++group)
      made.words_.push_back({piece{"", true, form::whole, group}});
  return made;
}

std::string command::put(const piece& where, const std::vector<std::string>& arguments,
                         std::uint64_t seq) const {
  if (where.how == form::number)
    return std::to_string(seq);
  std::string all;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (where.group != 0 && where.group != i + 1)
      continue;
    std::string_view value = arguments[i];
    switch (where.how) {
    case form::whole:
    case form::number:
      break;
    case form::no_extension:
      value = without_extension(value);
      break;
    case form::base:
      value = base_of(value);
      break;
    case form::folder:
      value = folder_of(value);
      break;
    case form::base_no_extension:
      value = without_extension(base_of(value));
      break;
    }
    if (where.group == 0 && i > 0)
      all += ' ';
    all += shell_ ? shell_quote(value) : std::string{value};
  }
  return all;
}

std::vector<std::string> command::expand(const std::vector<std::string>& arguments,
                                         std::uint64_t seq) const {
  std::vector<std::string> argv;
  for (const auto& pieces : words_) {
    std::string text;
    for (const auto& p : pieces) {
      text += p.text;
      if (p.puts)
        text += put(p, arguments, seq);
    }
    argv.push_back(std::move(text));
  }
  if (!shell_)
    return argv;
  std::string line;
  for (std::size_t i = 0; i < argv.size(); ++i)
    line += (i ? " " : "") + argv[i];
  return {"sh", "-c", std::move(line)};
}

} // namespace troupe::jobs
