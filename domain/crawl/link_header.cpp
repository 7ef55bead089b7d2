// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/link_header.hpp"

#include "domain/crawl/html_directives.hpp"

namespace troupe::crawl {

namespace {

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
}

/// Takes what stands before one of `ends` off the front.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const auto word = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(word.size());
  return word;
}

/// A token, or a quoted string; escapes in one are left as they are: no relation has any.
std::string_view take_value(std::string_view& text) {
  if (!text.starts_with('"'))
    return take_until(text, " \t;,");
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"')
    end += text[end] == '\\' ? 2 : 1;
  const auto value = text.substr(1, end - 1);
  text.remove_prefix(end < text.size() ? end + 1 : text.size());
  return value;
}

} // namespace

std::optional<std::string_view> canonical_link(std::string_view text) {
  while (!text.empty()) {
    take_until(text, "<");
    if (text.empty())
      break;
    text.remove_prefix(1);
    const auto target = take_until(text, ">");
    if (text.empty())
      break;
    text.remove_prefix(1);
    bool canonical = false, related = false, of_another = false;
    for (skip_blanks(text); text.starts_with(';'); skip_blanks(text)) {
      text.remove_prefix(1);
      skip_blanks(text);
      const auto name = take_until(text, " \t=;,");
      skip_blanks(text);
      std::string_view value;
      if (text.starts_with('=')) {
        text.remove_prefix(1);
        skip_blanks(text);
        value = take_value(text);
      }
      if (equals_any_case(name, "rel") && !related) { // the first one counts
        related = true;
        canonical = has_word(value, "canonical");
      }
      of_another = of_another || equals_any_case(name, "anchor");
    }
    if (canonical && !of_another)
      return target;
    take_until(text, ",");
  }
  return std::nullopt;
}

} // namespace troupe::crawl
