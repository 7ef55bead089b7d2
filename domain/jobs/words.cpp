// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/words.hpp"

#include <algorithm>

namespace troupe::jobs {

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || std::string_view{"_-+=./:,@%^"}.find(c) != std::string_view::npos;
}

// Takes: `i` behind the opening quote. Returns: false if there is no closing one.
bool take_quoted(std::string_view line, std::size_t& i, char quote, std::string& word) {
  for (; i < line.size(); ++i) {
    if (line[i] == quote) {
      ++i;
      return true;
    }
    const bool escapes = quote == '"' && line[i] == '\\' && i + 1 < line.size()
                         && std::string_view{"\\\"$`"}.find(line[i + 1]) != std::string_view::npos;
    if (escapes)
      ++i;
    word += line[i];
  }
  return false;
}

} // namespace

tl::expected<std::vector<std::string>, std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (blank(c)) {
      if (in_word)
        words.push_back(std::exchange(word, {}));
      in_word = false;
      ++i;
      continue;
    }
    if (c == '#' && !in_word)
      return words;
    in_word = true;
    ++i;
    if (c == '\'' || c == '"') {
      if (!take_quoted(line, i, c, word))
        return tl::unexpected(std::string{"a "} + c + " has no end");
    } else if (c == '\\') {
      if (i == line.size())
        return tl::unexpected(std::string{"a backslash has nothing behind it"});
      word += line[i++];
    } else {
      word += c;
    }
  }
  if (in_word)
    words.push_back(std::move(word));
  return words;
}

std::string shell_quote(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain))
    return std::string{word};
  std::string quoted = "'";
  for (const char c : word)
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words)
    line += (line.empty() ? "" : " ") + shell_quote(word);
  return line;
}

} // namespace troupe::jobs
