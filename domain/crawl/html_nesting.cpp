// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_nesting.hpp"

#include <array>
#include <initializer_list>

#include "domain/crawl/html_tags.hpp"

namespace troupe::crawl {

namespace {

enum : std::uint32_t {
  anchor = 1u << 0,
  address = 1u << 1,
  bold = 1u << 2, // or italic
  small = 1u << 3,
  underlined = 1u << 4,
  caption = 1u << 5,
  columns = 1u << 6,
  definition = 1u << 7, // dd
  menu = 1u << 8,
  definitions = 1u << 9, // dl
  term = 1u << 10,       // dt
  font = 1u << 11,
  form = 1u << 12,
  heading = 1u << 13,
  legend = 1u << 14,
  list_item = 1u << 15,
  preformatted = 1u << 16,
  numbered = 1u << 17, // ol
  option = 1u << 18,
  paragraph = 1u << 19,
  span = 1u << 20,
  table_body = 1u << 21,
  table_foot = 1u << 22,
  table_head = 1u << 23,
  cell = 1u << 24,
  row = 1u << 25,
  bullets = 1u << 26, // ul
};

constexpr std::uint32_t before_group = caption | columns;
constexpr std::uint32_t before_lists = address | menu | preformatted | paragraph;

struct written {
  std::initializer_list<std::string_view> names;
  nesting how;
};

const written table[] = {
    {{"a"}, {anchor, anchor}},
    {{"address"}, {address, paragraph | bullets}},
    {{"b", "i"}, {bold, 0}},
    {{"big", "s", "small", "strike", "tt"}, {small, 0}},
    {{"u"}, {underlined, 0}},
    {{"font"}, {font, 0}},
    {{"span"}, {span, 0}},
    {{"blockquote", "title"}, {0, paragraph}},
    {{"hr"}, {0, paragraph, 10, true}},
    {{"area", "base", "basefont", "br", "img", "input", "link", "meta", "param"}, {0, 0, 10, true}},
    {{"div"}, {0, paragraph, 15}},
    {{"center"}, {0, bold | font | paragraph}},
    {{"h1", "h2", "h3", "h4", "h5", "h6"}, {heading, paragraph}},
    {{"p"}, {paragraph, bold | small | underlined | heading | paragraph}},
    {{"pre"}, {preformatted, paragraph | bullets}},
    {{"listing", "xmp"}, {preformatted, paragraph}},
    {{"ul"}, {bullets, before_lists | numbered}},
    {{"ol"}, {numbered, paragraph | bullets}},
    {{"menu"}, {menu, paragraph | bullets}},
    {{"dir"}, {menu, paragraph}},
    {{"li"}, {list_item, address | definitions | heading | list_item | preformatted | paragraph}},
    {{"dl"}, {definitions, before_lists | term}},
    {{"dt"}, {term, before_lists | definition}},
    {{"dd"}, {definition, before_lists | term}},
    {{"form"}, {form, before_lists | definitions | form | heading | numbered | bullets}},
    {{"fieldset"}, {0, anchor | heading | legend | preformatted | paragraph}},
    {{"legend"}, {legend, 0}},
    {{"option"}, {option, option}},
    {{"optgroup"}, {0, option}},
    {{"table"}, {0, anchor | heading | preformatted | paragraph, 19}},
    {{"caption"}, {caption, paragraph}},
    {{"col"}, {0, caption | paragraph, 10, true}},
    {{"colgroup"}, {columns, before_group | paragraph}},
    {{"thead"}, {table_head, before_group, 18}},
    {{"tbody"},
     {table_body, before_group | paragraph | table_body | table_foot | table_head | cell | row,
      18}},
    {{"tfoot"}, {table_foot, before_group | paragraph | table_body | table_head | cell | row, 18}},
    {{"tr"}, {row, before_group | paragraph | cell | row, 17}},
    {{"td", "th"}, {cell, anchor | bold | underlined | font | span | paragraph | cell, 16}},
    {{"html"}, {0, 0, 22, false, true}},
    {{"head", "body"}, {0, 0, 20, false, true}},
    {{"frameset", "frame", "noframes"}, {0, 0, 10, false, true}},
};

using by_number = std::array<nesting, tag_numbers>;

by_number make_numbered() {
  by_number out{};
  for (const written& w : table)
    for (const std::string_view name : w.names)
      out[find_tag(name).number] = w.how;
  out[0] = {};
  return out;
}

} // namespace

const nesting& nesting_of(std::string_view name) {
  static const by_number numbered_tags = make_numbered();
  static constexpr nesting isindex{0, 0, 10, true}; // no tag of today's HTML
  const auto number = find_tag(name).number;
  return number == 0 && name == "isindex" ? isindex : numbered_tags[number];
}

} // namespace troupe::crawl
