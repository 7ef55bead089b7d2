// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace troupe::crawl {

/// A subset of CSS selectors, compiled once and matched while the document streams by: an open
/// element costs two words, and there is no tree and no going back.
///
///     list     = complex *( "," complex )
///     complex  = compound *( ( " " / ">" ) compound )
///     compound = ( type / "*" / test ) *test
///     test     = "." name / "#" name / "[" name [ op value [ "i" / "s" ] ] "]"
///     op       = "=" / "~=" / "^=" / "$=" / "*=" / "|="
///
/// Case: element and attribute names do not matter, nor do the values of those attributes that HTML
/// lists as such (type, rel, lang, method ...); classes, ids and other values do.
/// Limits: no pseudo-classes, sibling combinators, namespaces or escapes (each is refused in
/// words); 64 compounds in all; classes and ids are compared exactly in quirks mode too.
/// Source: Selectors Level 4; HTML Standard, case-sensitivity of selectors.
class selector {
public:
  /// One attribute of an element that is looked at; name in lower case.
  struct attribute {
    std::string_view name;
    std::string_view value;
  };

  /// What an open element hands to its children. A bit is a compound: `here` those that end at this
  /// element, `above` those that end at it or at an ancestor.
  struct state {
    std::uint64_t here = 0;
    std::uint64_t above = 0;
  };

  /// Returns: why it cannot be used, in one line.
  static tl::expected<selector, std::string> compile(std::string_view text);

  /// Returns: the state of an element below `parent`.
  /// Cost: a step a compound.
  state enter(const state& parent, std::string_view name,
              std::span<const attribute> attributes) const;

  bool selects(const state& s) const { return (s.here & last_) != 0; }

  /// Returns: false only if no element of this name and this class attribute can be selected.
  /// Takes: `classes` as written in the page, references not decoded.
  bool may_select(std::string_view name, std::string_view classes) const;

  /// Returns: true if there are combinators, so that an element's ancestors matter.
  bool looks_up() const { return looks_up_; }

  /// Returns: the attributes that matching looks at, lower case, each once.
  const std::vector<std::string>& attributes() const { return attributes_; }

private:
  enum class op : std::uint8_t { present, equals, word, begins, ends, contains, dash };
  struct test {
    std::string name;
    std::string value;
    op how = op::present;
    bool any_case = false;
  };
  struct compound {
    std::string type; // "": any
    std::vector<test> tests;
    bool first = true;  // of its complex selector
    bool child = false; // joined to the one before by '>'
  };
  friend class selector_parser;
  static bool holds(const test& t, std::string_view value);
  static bool matches(const compound& c, std::string_view name,
                      std::span<const attribute> attributes);

  std::vector<compound> compounds_;
  std::vector<std::string> attributes_;
  bool looks_up_ = false;
  std::uint64_t last_ = 0; // compounds that end a complex selector
};

} // namespace troupe::crawl
