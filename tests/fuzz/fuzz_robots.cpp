// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a robots.txt, and any targets against it. The verdicts must agree with a second
// reading of the rules that is as simple as it can be: symbols instead of spellings, and a table of
// all prefixes instead of a greedy search.
//
//     input = file [ %xFF target *( LF target ) ]

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/robots.hpp"
#include "domain/crawl/robots_pattern.hpp"

using namespace troupe::crawl;

namespace {

constexpr std::size_t reference_bytes_max = 200; // the table is quadratic
constexpr std::size_t lines_max = 400;

void require(bool holds, const char* what, std::string_view a = {}, std::string_view b = {}) {
  if (holds)
    return;
  std::cerr << what << ": '" << a << "' '" << b << "'\n";
  std::abort();
}

// -- the reference

constexpr int escaped = 256; // escaped + octet: that octet in an escape
constexpr int any_octets = 1000;
constexpr int the_end = 1001;

bool is_one_of(int c, std::string_view set) {
  return c > 0 && c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_unreserved(int c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || is_one_of(c, "-._~");
}

int digit(char c) {
  const std::string_view all = "0123456789abcdef0123456789ABCDEF";
  const auto at = all.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at % 16);
}

std::vector<int> symbols(std::string_view text, bool is_pattern) {
  std::vector<int> out;
  bool query = false;
  while (!text.empty()) {
    int symbol = static_cast<unsigned char>(text[0]);
    std::size_t used = 1;
    if (symbol == '%' && text.size() >= 3 && digit(text[1]) >= 0 && digit(text[2]) >= 0) {
      const int octet = digit(text[1]) * 16 + digit(text[2]);
      used = 3;
      const bool plain = is_unreserved(octet) || (query && is_one_of(octet, ":/?@'"));
      symbol = plain ? octet : escaped + octet;
    } else if (is_pattern && symbol == '*') {
      symbol = any_octets;
    } else if (is_pattern && symbol == '$' && text.size() == 1) {
      symbol = the_end;
    } else if (!is_unreserved(symbol) && !is_one_of(symbol, ":/?#[]@!&'()+,;=")) {
      symbol += escaped;
    }
    query = query || text[0] == '?';
    if (symbol >= escaped && symbol < any_octets) {
      // The RFC compares octets, and those of an escape are three: "*D" does match "%D9".
      const std::string_view digits = "0123456789ABCDEF";
      const auto octet = static_cast<std::size_t>(symbol - escaped);
      out.insert(out.end(), {'%', digits[octet / 16], digits[octet % 16]});
    } else {
      out.push_back(symbol);
    }
    text.remove_prefix(used);
  }
  return out;
}

/// reach[i]: the part of the pattern read so far can match the first i symbols of the target.
bool reference_matches(const std::vector<int>& pattern, const std::vector<int>& target) {
  std::vector<char> reach(target.size() + 1, 0);
  reach[0] = 1;
  for (const int symbol : pattern) {
    std::vector<char> then(reach.size(), 0);
    if (symbol == any_octets) {
      for (std::size_t i = 0; i < reach.size(); ++i)
        then[i] = reach[i] || (i > 0 && then[i - 1]);
    } else if (symbol == the_end) {
      then.back() = reach.back();
    } else {
      for (std::size_t i = 0; i < target.size(); ++i)
        then[i + 1] = reach[i] && target[i] == symbol;
    }
    reach = then;
  }
  return std::find(reach.begin(), reach.end(), 1) != reach.end();
}

struct rule {
  bool allow;
  std::string value;
};

bool reference_allows(const std::vector<rule>& rules, std::string_view target) {
  if (target == "/robots.txt")
    return true;
  auto path = symbols(target, false);
  if (path.empty() || path[0] != '/')
    path.insert(path.begin(), '/');
  std::size_t longest = 0;
  bool allowed = true;
  for (const auto& r : rules) {
    const auto pattern = symbols(r.value, true);
    if (pattern.empty() || pattern.size() < longest || !reference_matches(pattern, path))
      continue;
    allowed = r.allow || (pattern.size() == longest && allowed);
    longest = pattern.size();
  }
  return allowed;
}

// -- the checks

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < lines_max) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The lines' second halves as rules, alternately of both kinds.
std::vector<rule> rules_of(const std::vector<std::string_view>& lines) {
  constexpr std::string_view blanks{" \t\v\f\0", 5};
  std::vector<rule> rules;
  for (auto line : lines) {
    line = line.substr(0, line.find('#'));
    line.remove_prefix(std::min(line.find(':') + 1, line.size()));
    while (!line.empty() && blanks.find(line.front()) != blanks.npos)
      line.remove_prefix(1);
    while (!line.empty() && blanks.find(line.back()) != blanks.npos)
      line.remove_suffix(1);
    if (line.size() <= reference_bytes_max && rules.size() < 8)
      rules.push_back({rules.size() % 2 == 0, std::string(line)});
  }
  return rules;
}

void check_file(std::string_view text, const std::vector<std::string_view>& targets) {
  const auto rules = robots_rules::parse(text, "troupe");
  const auto again = robots_rules::parse(std::string(text) + "\n# the end", "TROUPE/2");
  robots_rules::parse(text, "troupe", text.size() / 2);
  require(rules.allows("/robots.txt"), "robots.txt is forbidden");
  require(rules.crawl_delay() == again.crawl_delay(), "a comment changed the delay");
  require(!rules.crawl_delay() || rules.crawl_delay()->count() >= 0, "a negative delay");
  require(rules.sitemaps() == again.sitemaps(), "a comment changed the sitemaps");
  for (const auto target : targets) {
    const auto verdict = rules.check(target);
    require(verdict.allowed == rules.allows(target), "check and allows disagree", target);
    require(verdict.allowed || !verdict.rule.empty(), "forbidden by nothing", target);
    require(verdict.rule.empty() || verdict.rule.starts_with("Allow: ") == verdict.allowed,
            "the rule says the contrary", verdict.rule, target);
    require(again.check(target).rule == verdict.rule, "a comment changed a verdict", target);
  }
}

void check_rules(const std::vector<rule>& rules, const std::vector<std::string_view>& targets) {
  std::string file = "user-agent: *\n";
  for (const auto& r : rules)
    file += (r.allow ? "allow:" : "disallow:") + r.value + "\n";
  const auto parsed = robots_rules::parse(file, "troupe", file.size());
  for (const auto target : targets) {
    if (target.size() > reference_bytes_max)
      continue;
    const std::string path = comparable_target(target);
    require(comparable_target(path) == path, "spelled again, a target changes", target);
    for (const auto& r : rules) {
      const std::string pattern = comparable_pattern(r.value);
      require(comparable_pattern(pattern) == pattern, "spelled again, a pattern changes", r.value);
      require(matches_pattern(pattern, path)
                  == reference_matches(symbols(r.value, true), symbols(target, false)),
              "a match is disputed", r.value, target);
    }
    require(parsed.allows(target) == reference_allows(rules, target), "a verdict is disputed", file,
            target);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto border = std::min(input.find('\xFF'), input.size());
  const std::string_view text = input.substr(0, border);
  const auto lines = lines_of(text);
  const auto rules = rules_of(lines);

  auto targets = lines_of(input.substr(std::min(border + 1, input.size())));
  if (targets.size() > 6)
    targets.resize(6);
  targets.push_back("/");
  for (const auto& r : rules) // what is likely to match
    targets.push_back(r.value);

  check_file(text, targets);
  check_rules(rules, targets);
  return 0;
}
