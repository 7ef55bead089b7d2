// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_spans.hpp"

#include <algorithm>
#include <cstring>

#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t npos = std::string_view::npos;

/// Returns: true if `name` stands at `at`, and something behind it that ends a tag name.
bool name_at(std::string_view html, std::size_t at, std::string_view name) {
  if (html.size() <= at + name.size())
    return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (ascii_lower(html[at + i]) != name[i])
      return false;
  }
  const char behind = html[at + name.size()];
  return html_space(behind) || behind == '/' || behind == '>';
}

} // namespace

std::size_t comment_end(std::string_view html, std::size_t at) {
  const std::string_view begin = html.substr(at);
  if (begin.starts_with('>'))
    return at + 1;
  if (begin.starts_with("->"))
    return at + 2;
  for (std::size_t gt = html.find('>', at); gt != npos; gt = html.find('>', gt + 1)) {
    const std::string_view before = html.substr(at, gt - at);
    if (before.ends_with("--") || before.ends_with("--!"))
      return gt + 1;
  }
  return html.size();
}

std::size_t end_tag_begin(std::string_view html, std::size_t at, std::string_view name) {
  for (std::size_t lt = html.find('<', at); lt != npos; lt = html.find('<', lt + 1)) {
    if (lt + 1 < html.size() && html[lt + 1] == '/' && name_at(html, lt + 2, name))
      return lt;
  }
  return html.size();
}

std::size_t script_end(std::string_view html, std::size_t at) {
  // "plain" until "<!--"; then "escaped" until "-->"; in there "<script" makes it "hidden" until
  // "</script" or "-->". Only hidden text does not end at "</script".
  enum class mode { plain, escaped, hidden } now = mode::plain;
  std::size_t dashes = 0; // where the dashes of "-->" may begin
  while (at < html.size()) {
    const std::size_t next = now == mode::plain ? html.find('<', at) : html.find_first_of("<>", at);
    if (next == npos)
      break;
    at = next + 1;
    if (html[next] == '>') {
      if (html.substr(dashes, next - dashes).ends_with("--"))
        now = mode::plain;
    } else if (at < html.size() && html[at] == '/' && name_at(html, at + 1, "script")) {
      if (now != mode::hidden)
        return next;
      now = mode::escaped;
    } else if (now == mode::plain && html.substr(at).starts_with("!--")) {
      now = mode::escaped;
      dashes = at + 1;
      at += 3;
    } else if (now == mode::escaped && name_at(html, at, "script")) {
      now = mode::hidden;
    }
  }
  return html.size();
}

} // namespace troupe::crawl
