// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/robots.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/crawl/percent.hpp"
#include "domain/crawl/robots_pattern.hpp"

namespace troupe::crawl {

namespace {

using std::chrono::milliseconds;

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\0'; }

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_blank(s.front()))
    s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back()))
    s.remove_suffix(1);
  return s;
}

bool is_token_char(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '_'; }

enum class key : unsigned char { other, user_agent, allow, disallow, crawl_delay, sitemap };

key key_of(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, key>, 14> words{{
      {"user-agent", key::user_agent},
      {"useragent", key::user_agent},
      {"user agent", key::user_agent},
      {"disallow", key::disallow},
      {"dissallow", key::disallow},
      {"dissalow", key::disallow},
      {"disalow", key::disallow},
      {"diasllow", key::disallow},
      {"disallaw", key::disallow},
      {"allow", key::allow},
      {"crawl-delay", key::crawl_delay},
      {"crawldelay", key::crawl_delay},
      {"sitemap", key::sitemap},
      {"site-map", key::sitemap},
  }};
  for (const auto& [text, which] : words)
    if (same_word(word, text))
      return which;
  return key::other;
}

/// "key: value", or "key value" where there is no colon and the value is one word.
std::pair<key, std::string_view> split_line(std::string_view text) {
  text = trim(text.substr(0, text.find('#')));
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    // A colon inside a value ("Disallow /a:b") must not make its first half a key.
    if (const key found = key_of(trim(text.substr(0, colon))); found != key::other)
      return {found, trim(text.substr(colon + 1))};
  }
  const auto gap = text.find_first_of(" \t");
  if (gap == std::string_view::npos)
    return {key::other, {}};
  const auto value = trim(text.substr(gap));
  if (value.find_first_of(" \t") != std::string_view::npos)
    return {key::other, {}};
  return {key_of(text.substr(0, gap)), value};
}

/// Decimal seconds ("10", "0.5", ".5"); what is no number, or negative, is no delay.
std::optional<milliseconds> parse_seconds(std::string_view s) {
  constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
  std::int64_t ms = 0;
  std::int64_t digit_ms = 1000; // what the next digit is worth: less and less behind the point
  bool digits = false;
  bool fraction = false;
  for (const char c : s) {
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9')
      return std::nullopt;
    digits = true;
    if (fraction)
      digit_ms /= 10;
    else
      ms *= 10;
    ms = std::min(ms + (c - '0') * digit_ms, day_ms);
  }
  if (!digits)
    return std::nullopt;
  return milliseconds{ms};
}

/// The part of a file that counts, without its byte order mark.
std::string_view counting_part(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    const bool whole = text[bytes_max] == '\n' || text[bytes_max] == '\r';
    text = text.substr(0, bytes_max);
    if (!whole) {
      const auto last = text.find_last_of("\r\n");
      text = text.substr(0, last == std::string_view::npos ? 0 : last);
    }
  }
  if (text.starts_with("\xEF\xBB\xBF"))
    text.remove_prefix(3);
  return text;
}

} // namespace

/// Reads the lines in order and keeps those of the groups that name the agent, and those of "*".
class robots_parser {
public:
  explicit robots_parser(std::string_view agent) : agent_(product_token(agent)) {}

  void read_line(std::string_view text) {
    const auto [which, value] = split_line(text);
    switch (which) {
    case key::user_agent:
      return read_agent(value);
    case key::allow:
      return read_rule(true, value);
    case key::disallow:
      return read_rule(false, value);
    case key::crawl_delay:
      return read_delay(value);
    case key::sitemap:
      result_.sitemaps_.emplace_back(value);
      return;
    case key::other:
      return;
    }
  }

  robots_rules finish() {
    auto& chosen = named_ ? ours_ : everyones_;
    result_.lines_ = std::move(chosen.lines);
    result_.crawl_delay_ = chosen.delay;
    std::stable_sort(
        result_.lines_.begin(), result_.lines_.end(), [](const auto& a, const auto& b) {
          return std::pair(a.pattern.size(), a.allow) > std::pair(b.pattern.size(), b.allow);
        });
    return std::move(result_);
  }

private:
  struct group {
    std::vector<robots_rules::line> lines;
    std::optional<milliseconds> delay;
  };

  /// Whom the lines that follow are for.
  struct audience {
    bool ours = false;
    bool everyones = false;
    bool closed = false; // an agent line now begins a new one
  };

  void read_agent(std::string_view value) {
    const bool everyone = value.starts_with('*') && (value.size() == 1 || is_blank(value[1]));
    const auto token = product_token(value);
    const bool us = !everyone && !token.empty() && same_word(token, agent_);
    named_ = named_ || us;
    for (audience* a : {&of_rules_, &of_delay_}) {
      if (a->closed)
        *a = {};
      a->ours = a->ours || us;
      a->everyones = a->everyones || everyone;
    }
  }

  void read_rule(bool allow, std::string_view value) {
    of_rules_.closed = of_delay_.closed = true;
    if (value.empty())
      return; // matches nothing: "Disallow:" forbids nothing, "Allow:" adds nothing
    if (of_rules_.ours)
      ours_.lines.push_back({allow, comparable_pattern(value), std::string(value)});
    if (of_rules_.everyones && !named_)
      everyones_.lines.push_back({allow, comparable_pattern(value), std::string(value)});
  }

  void read_delay(std::string_view value) {
    of_delay_.closed = true;
    const auto delay = parse_seconds(value);
    if (!delay)
      return;
    if (of_delay_.ours)
      ours_.delay = std::max(ours_.delay.value_or(*delay), *delay);
    if (of_delay_.everyones)
      everyones_.delay = std::max(everyones_.delay.value_or(*delay), *delay);
  }

  std::string_view agent_;
  robots_rules result_;
  group ours_;
  group everyones_;
  bool named_ = false; // some group names us
  audience of_rules_;
  audience of_delay_;
};

robots_rules robots_rules::parse(std::string_view text, std::string_view agent,
                                 std::size_t bytes_max) {
  text = counting_part(text, bytes_max);
  robots_parser parser{agent};
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    parser.read_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size())); // CRLF leaves a blank line behind
  }
  return parser.finish();
}

robots_rules robots_rules::allow_all() { return {}; }

robots_rules robots_rules::disallow_all(std::string why) {
  robots_rules rules;
  rules.why_ = std::move(why);
  rules.lines_.push_back({false, "/", ""});
  return rules;
}

const robots_rules::line* robots_rules::deciding_line(std::string_view target) const {
  if (lines_.empty() || target == "/robots.txt")
    return nullptr;
  std::string path = comparable_target(target);
  if (!path.starts_with('/'))
    path.insert(path.begin(), '/');
  for (const auto& l : lines_)
    if (matches_pattern(l.pattern, path))
      return &l;
  return nullptr;
}

robots_rules::verdict robots_rules::check(std::string_view target) const {
  const line* l = deciding_line(target);
  if (!l)
    return {};
  if (l->written.empty())
    return {l->allow, ""}; // disallow_all(): nobody wrote that line
  return {l->allow, (l->allow ? "Allow: " : "Disallow: ") + l->written};
}

bool robots_rules::allows(std::string_view target) const {
  const line* l = deciding_line(target);
  return !l || l->allow;
}

robots_rules rules_from_answer(int status, std::string_view body, std::string_view agent,
                               std::size_t bytes_max) {
  if (status >= 200 && status < 300)
    return robots_rules::parse(body, agent, bytes_max);
  if (status >= 300 && status < 500 && status != 429)
    return robots_rules::allow_all();
  return robots_rules::disallow_all();
}

std::string_view product_token(std::string_view user_agent) {
  user_agent = trim(user_agent);
  const auto end = std::find_if_not(user_agent.begin(), user_agent.end(), is_token_char);
  return user_agent.substr(0, static_cast<std::size_t>(end - user_agent.begin()));
}

} // namespace troupe::crawl
