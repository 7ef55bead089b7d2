// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/selector.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t compounds_max = 64; // the bits of a state

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

constexpr bool is_name_char(char c) {
  return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '_'
         || static_cast<unsigned char>(c) >= 0x80;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

bool same(std::string_view a, std::string_view b, bool any_case) {
  if (!any_case)
    return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

/// The attributes whose values HTML compares without case in selectors.
bool html_ignores_case_of(std::string_view attribute) {
  static constexpr std::array<std::string_view, 46> names = {
      "accept",     "accept-charset", "align",     "alink",    "axis",     "bgcolor", "charset",
      "checked",    "clear",          "codetype",  "color",    "compact",  "declare", "defer",
      "dir",        "direction",      "disabled",  "enctype",  "face",     "frame",   "hreflang",
      "http-equiv", "lang",           "language",  "link",     "media",    "method",  "multiple",
      "nohref",     "noresize",       "noshade",   "nowrap",   "readonly", "rel",     "rev",
      "rules",      "scope",          "scrolling", "selected", "shape",    "target",  "text",
      "type",       "valign",         "valuetype", "vlink"};
  return std::find(names.begin(), names.end(), attribute) != names.end();
}

} // namespace

/// Reads the grammar in selector.hpp, left to right.
class selector_parser {
public:
  explicit selector_parser(std::string_view text) : text_(text) {}

  tl::expected<selector, std::string> run() {
    skip_space();
    if (done())
      return tl::unexpected(std::string("the selector is empty"));
    while (error_.empty() && !done())
      read_complex();
    if (error_.empty() && out_.compounds_.size() > compounds_max)
      error_ = "the selector has more than 64 parts";
    if (!error_.empty())
      return tl::unexpected(error_);
    return std::move(out_);
  }

private:
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  bool skip_space() {
    const std::size_t from = at_;
    while (!done() && is_space(text_[at_]))
      ++at_;
    return at_ != from;
  }
  void fail(std::string what) {
    if (error_.empty())
      error_ = std::move(what) + " (at character " + std::to_string(at_ + 1) + ")";
  }

  void read_complex() {
    bool first = true;
    bool child = false;
    for (;;) {
      selector::compound c;
      c.first = first;
      c.child = child;
      if (!read_compound(c))
        return;
      out_.looks_up_ = out_.looks_up_ || !first;
      out_.compounds_.push_back(std::move(c));
      if (out_.compounds_.size() > compounds_max)
        return fail("the selector has more than 64 parts");
      first = false;
      const bool space = skip_space();
      child = peek() == '>';
      if (child) {
        ++at_;
        skip_space();
      } else if (done() || peek() == ',') {
        break;
      } else if (!space || peek() == '+' || peek() == '~' || peek() == '|') {
        return refuse();
      }
    }
    out_.last_ |= std::uint64_t{1} << (out_.compounds_.size() - 1);
    if (peek() == ',') {
      ++at_;
      skip_space();
      if (done())
        fail("a selector is missing after the last ','");
    }
  }

  bool read_compound(selector::compound& c) {
    const std::size_t from = at_;
    if (peek() == '*') {
      ++at_;
    } else if (is_name_char(peek())) {
      const auto name = read_name("an element");
      if (!name)
        return false;
      c.type = to_lower(*name);
    }
    for (;;) {
      bool ok = true;
      if (peek() == '.')
        ok = read_test(c, "class", selector::op::word, "a class");
      else if (peek() == '#')
        ok = read_test(c, "id", selector::op::equals, "an id");
      else if (peek() == '[')
        ok = read_attribute(c);
      else
        break;
      if (!ok)
        return false;
    }
    if (at_ == from || peek() == ':' || peek() == '\\' || peek() == '|') {
      refuse();
      return false;
    }
    return true;
  }

  std::optional<std::string> read_name(const char* of) {
    const std::size_t from = at_;
    while (!done() && is_name_char(text_[at_]))
      ++at_;
    const std::string_view name = text_.substr(from, at_ - from);
    const std::string_view bare = name.substr(!name.empty() && name[0] == '-' ? 1 : 0);
    if (peek() == '\\') {
      fail("escapes (\\) are not supported; use [class~=\"...\"] or [id=\"...\"]");
    } else if (name.empty()) {
      fail(std::string(of) + "'s name is missing");
    } else if (bare.empty() || ascii_digit(bare[0])) {
      at_ = from;
      fail(std::string(of)
           + "'s name cannot begin with a digit; use [class~=\"...\"] or "
             "[id=\"...\"]");
    } else {
      return std::string(name);
    }
    return std::nullopt;
  }

  void look_at(const std::string& attribute) {
    auto& all = out_.attributes_;
    if (std::find(all.begin(), all.end(), attribute) == all.end())
      all.push_back(attribute);
  }

  bool read_test(selector::compound& c, const char* attribute, selector::op how, const char* of) {
    ++at_;
    auto value = read_name(of);
    if (!value)
      return false;
    look_at(attribute);
    c.tests.push_back({attribute, std::move(*value), how, false});
    return true;
  }

  bool read_attribute(selector::compound& c) {
    ++at_;
    skip_space();
    const auto name = read_name("an attribute");
    if (!name)
      return false;
    selector::test t{to_lower(*name), {}, selector::op::present, false};
    t.any_case = html_ignores_case_of(t.name);
    skip_space();
    if (peek() != ']' && (!read_operator(t) || !read_value(t)))
      return false;
    if (peek() != ']') {
      fail("']' is missing");
      return false;
    }
    ++at_;
    look_at(t.name);
    c.tests.push_back(std::move(t));
    return true;
  }

  bool read_operator(selector::test& t) {
    using op = selector::op;
    switch (peek()) {
    case '=':
      t.how = op::equals;
      break;
    case '~':
      t.how = op::word;
      break;
    case '^':
      t.how = op::begins;
      break;
    case '$':
      t.how = op::ends;
      break;
    case '*':
      t.how = op::contains;
      break;
    case '|':
      t.how = op::dash;
      break;
    default:
      fail("an attribute test needs =, ~=, ^=, $=, *= or |=");
      return false;
    }
    if (t.how != op::equals)
      ++at_;
    if (peek() != '=') {
      fail("an attribute test needs =, ~=, ^=, $=, *= or |=");
      return false;
    }
    ++at_;
    skip_space();
    return true;
  }

  bool read_value(selector::test& t) {
    if (const char quote = peek(); quote == '"' || quote == '\'') {
      const std::size_t end = text_.find(quote, at_ + 1);
      if (end == std::string_view::npos) {
        fail("a quote is not closed");
        return false;
      }
      t.value = text_.substr(at_ + 1, end - at_ - 1);
      if (t.value.find('\\') != std::string::npos) {
        fail("escapes (\\) are not supported");
        return false;
      }
      at_ = end + 1;
    } else {
      const std::size_t from = at_;
      while (!done() && is_name_char(text_[at_]))
        ++at_;
      t.value = text_.substr(from, at_ - from);
      if (t.value.empty() || (!done() && peek() != ']' && !is_space(peek()))) {
        fail("an attribute's value with other characters than letters, digits, - and _ needs "
             "quotes");
        return false;
      }
    }
    skip_space();
    if (const char flag = ascii_lower(peek()); flag == 'i' || flag == 's') {
      t.any_case = flag == 'i';
      ++at_;
      skip_space();
    }
    return true;
  }

  /// Words for what the grammar has no place for.
  void refuse() {
    const char c = peek();
    if (c == ':') {
      std::size_t end = at_ + 1;
      while (end < text_.size() && (is_name_char(text_[end]) || text_[end] == ':'))
        ++end;
      fail("\"" + std::string(text_.substr(at_, end - at_))
           + "\" is not supported; use names, .class, #id, [attr=value], ' ' and '>', or an XPath");
    } else if (c == '+' || c == '~') {
      fail(std::string("the combinator '") + c + "' is not supported; use ' ' or '>', or an XPath");
    } else if (c == '|') {
      fail("namespaces (|) are not supported");
    } else if (c == '\\') {
      fail("escapes (\\) are not supported; use [class~=\"...\"] or [id=\"...\"]");
    } else if (done() || c == ',' || c == '>') {
      fail("an element, .class, #id or [attr] is missing");
    } else {
      fail(std::string("'") + c + "' is not expected");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
  selector out_;
};

tl::expected<selector, std::string> selector::compile(std::string_view text) {
  return selector_parser(text).run();
}

selector::state selector::enter(const state& parent, std::string_view name,
                                std::span<const attribute> attributes) const {
  state s;
  std::uint64_t bit = 1;
  for (const compound& c : compounds_) {
    const std::uint64_t before = c.child ? parent.here : parent.above;
    if ((c.first || (before & (bit >> 1)) != 0) && matches(c, name, attributes))
      s.here |= bit;
    bit <<= 1;
  }
  s.above = parent.above | s.here;
  return s;
}

bool selector::may_select(std::string_view name, std::string_view classes) const {
  for (std::size_t i = 0; i < compounds_.size(); ++i) {
    const compound& c = compounds_[i];
    if ((last_ >> i & 1) == 0 || (!c.type.empty() && c.type != name))
      continue;
    const auto is_class = [](const test& t) { return t.how == op::word && t.name == "class"; };
    const auto wanted = std::find_if(c.tests.begin(), c.tests.end(), is_class);
    if (wanted == c.tests.end() || wanted->any_case || classes.find('&') != std::string_view::npos
        || classes.find(wanted->value) != std::string_view::npos)
      return true;
  }
  return false;
}

bool selector::matches(const compound& c, std::string_view name,
                       std::span<const attribute> attributes) {
  if (!c.type.empty() && c.type != name)
    return false;
  for (const test& t : c.tests) {
    const auto at = std::find_if(attributes.begin(), attributes.end(),
                                 [&t](const attribute& a) { return a.name == t.name; });
    if (at == attributes.end() || !holds(t, at->value))
      return false;
  }
  return true;
}

bool selector::holds(const test& t, std::string_view value) {
  const std::size_t n = t.value.size();
  switch (t.how) {
  case op::present:
    return true;
  case op::equals:
    return same(value, t.value, t.any_case);
  case op::begins:
    return n != 0 && same(value.substr(0, n), t.value, t.any_case);
  case op::ends:
    return n != 0 && value.size() >= n && same(value.substr(value.size() - n), t.value, t.any_case);
  case op::dash:
    return same(value.substr(0, n), t.value, t.any_case) && (value.size() == n || value[n] == '-');
  case op::contains:
    return n != 0
           && std::search(value.begin(), value.end(), t.value.begin(), t.value.end(),
                          [&t](char a, char b) {
                            return t.any_case ? ascii_lower(a) == ascii_lower(b) : a == b;
                          })
                  != value.end();
  case op::word:
    break;
  }
  if (n == 0)
    return false;
  for (std::size_t at = 0; at < value.size();) {
    std::size_t end = at;
    while (end < value.size() && !is_space(value[end]))
      ++end;
    if (same(value.substr(at, end - at), t.value, t.any_case))
      return true;
    at = end + 1;
  }
  return false;
}

} // namespace troupe::crawl
