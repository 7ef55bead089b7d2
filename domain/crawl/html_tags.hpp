// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::crawl {

/// The elements that the reading of HTML treats apart; all others are `other`.
enum class tag : std::uint8_t {
  other,
  a,
  area,
  base,
  frame,
  iframe,
  link,
  meta, // may hold a link
  script,
  style,
  textarea,
  title,
  xmp,
  noembed,
  noframes,
  plaintext, // hold text, not elements
  html,
  head,
  body,
  frameset,
  table,
  table_part, // thead, tbody, tfoot
  tr,
  template_,
  svg,
  math,
  svg_text,
  math_text, // in SVG and MathML: HTML stands inside
};

enum tag_trait : std::uint8_t {
  bears_links = 1,
  is_void = 2,        ///< has neither content nor end tag
  stands_in_head = 4, ///< does not begin the body
  ends_foreign = 8,   ///< inside <svg> or <math> it closes them
  holds_text = 16,    ///< its content is text up to its end tag
  decodes_refs = 32,  ///< ... in which character references count
};

struct tag_info {
  std::string_view name;
  tag id = tag::other;
  std::uint8_t traits = 0;
  std::uint8_t number = 0; ///< below `tag_numbers`; 0: unknown

  bool has(tag_trait t) const { return (traits & t) != 0; }
};

inline constexpr std::size_t tag_numbers = 160;

/// Takes: a name in lower case. Returns: what is known of it; for an unknown name an info without
/// name and traits.
/// Cost: one hash look-up.
/// Source: HTML Standard, parsing HTML documents.
const tag_info& find_tag(std::string_view name);

/// What libxml2 gets to read for the <script> and <style> of SVG.
inline constexpr std::string_view svg_script = "svg-script";
inline constexpr std::string_view svg_style = "svg-style";

/// Returns: a hash of a name, in whatever case it is written.
std::uint32_t hash_name(std::string_view name);

} // namespace troupe::crawl
