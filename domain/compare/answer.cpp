// SPDX-License-Identifier: BSD-3-Clause
#include "domain/compare/answer.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace troupe::compare {

namespace json = boost::json;

namespace {

constexpr std::size_t shown_characters_max = 120;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

std::string shown(std::string_view line) {
  std::string out{line.substr(0, shown_characters_max)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return "'" + out + (line.size() > shown_characters_max ? "..." : "") + "'";
}

json::value field_of(const json::object& row, std::string_view name) {
  const auto dot = name.find('.');
  const auto* found = row.if_contains(name.substr(0, dot));
  if (!found || dot == name.npos)
    return found ? *found : json::value{};
  return found->is_object() ? field_of(found->get_object(), name.substr(dot + 1)) : json::value{};
}

} // namespace

std::string sorted_lines(std::string_view text) {
  auto lines = lines_of(text);
  std::sort(lines.begin(), lines.end());
  std::string out;
  out.reserve(text.size() + 1);
  for (const auto line : lines)
    (out += line) += '\n';
  return out;
}

std::string rows_of(std::string_view json_lines, const std::vector<std::string_view>& fields) {
  std::string out;
  std::size_t number = 0;
  for (const auto line : lines_of(json_lines)) {
    ++number;
    boost::system::error_code error;
    const auto row = json::parse(line, error);
    if (error || !row.is_object())
      throw std::runtime_error("line " + std::to_string(number)
                               + " of its output is no JSON object: " + shown(line));
    json::array kept;
    for (const auto name : fields)
      kept.push_back(field_of(row.get_object(), name));
    (out += json::serialize(kept)) += '\n';
  }
  return sorted_lines(out);
}

std::string hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const unsigned char c : text)
    hash = (hash ^ c) * 0x100000001b3ULL;
  std::string out(16, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, hash >>= 4)
    *digit = "0123456789abcdef"[hash & 15];
  return out;
}

std::string first_difference(std::string_view a, std::string_view b) {
  const auto of_a = lines_of(a), of_b = lines_of(b);
  const auto both = std::min(of_a.size(), of_b.size());
  std::size_t i = 0;
  while (i < both && of_a[i] == of_b[i])
    ++i;
  if (i == of_a.size() && i == of_b.size())
    return a == b ? "" : "the last line's end";
  const auto line = [i](const auto& lines) {
    return i < lines.size() ? shown(lines[i]) : std::string{"no such line"};
  };
  return "line " + std::to_string(i + 1) + ": " + line(of_a) + " and " + line(of_b);
}

} // namespace troupe::compare
