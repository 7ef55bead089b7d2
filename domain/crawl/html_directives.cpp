// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_directives.hpp"

#include <algorithm>
#include <array>

#include "domain/crawl/html_spans.hpp"
#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && html_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && html_space(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string_view trim_left(std::string_view text) {
  while (!text.empty() && html_space(text.front()))
    text.remove_prefix(1);
  return text;
}

void add_word(robots_words& out, std::string_view word) {
  const bool none = equals_any_case(word, "none");
  out.nofollow = out.nofollow || none || equals_any_case(word, "nofollow");
  out.noindex = out.noindex || none || equals_any_case(word, "noindex");
}

} // namespace

bool equals_any_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char c, char l) { return ascii_lower(c) == l; });
}

bool has_word(std::string_view text, std::string_view word) {
  while (!(text = trim_left(text)).empty()) {
    const auto end = std::find_if(text.begin(), text.end(), html_space);
    const auto bytes = static_cast<std::size_t>(end - text.begin());
    if (equals_any_case(text.substr(0, bytes), word))
      return true;
    text.remove_prefix(bytes);
  }
  return false;
}

std::optional<std::string_view> read_refresh(std::string_view content) {
  std::string_view rest = trim_left(content);
  if (rest.empty() || (!ascii_digit(rest[0]) && rest[0] != '.'))
    return std::nullopt;
  while (!rest.empty() && (ascii_digit(rest[0]) || rest[0] == '.'))
    rest.remove_prefix(1);
  if (rest.empty())
    return rest;
  if (rest[0] != ';' && rest[0] != ',' && !html_space(rest[0]))
    return std::nullopt;
  rest = trim_left(rest);
  if (!rest.empty() && (rest[0] == ';' || rest[0] == ','))
    rest = trim_left(rest.substr(1));
  // "url" and '=' may be left out; with only a part of them there, all of it is the reference.
  if (rest.size() >= 3 && equals_any_case(rest.substr(0, 3), "url")) {
    const std::string_view behind = trim_left(rest.substr(3));
    if (!behind.starts_with('='))
      return rest;
    rest = trim_left(behind.substr(1));
  } else if (!rest.empty() && ascii_lower(rest[0]) == 'u') {
    return rest;
  }
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    const char quote = rest[0];
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find(quote));
  }
  return rest;
}

robots_words read_robots_words(std::string_view content) {
  robots_words out;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find_first_of(", \t\r\n\f"), content.size());
    add_word(out, content.substr(0, end));
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return out;
}

robots_words read_robots_tag(std::string_view header) {
  // Directives that have a ':' of their own; any other word before one is a crawler's name.
  static constexpr std::array<std::string_view, 4> with_value = {
      "unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"};
  robots_words out;
  bool to_us = true;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(','), header.size());
    std::string_view part = trim(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    if (const std::size_t colon = part.find(':'); colon != std::string_view::npos) {
      const std::string_view name = trim(part.substr(0, colon));
      if (std::any_of(with_value.begin(), with_value.end(),
                      [name](std::string_view v) { return equals_any_case(name, v); }))
        continue;
      if (std::any_of(name.begin(), name.end(), html_space))
        continue; // the rest of a date
      to_us = name == "*";
      part = trim(part.substr(colon + 1));
    }
    if (to_us)
      add_word(out, part);
  }
  return out;
}

} // namespace troupe::crawl
