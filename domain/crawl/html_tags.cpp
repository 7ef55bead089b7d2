// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_tags.hpp"

#include <array>
#include <iterator>

#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

constexpr std::uint8_t head_void = stands_in_head | is_void;
constexpr std::uint8_t head_text = stands_in_head | holds_text;

constexpr tag_info written[] = {
    {"a", tag::a, bears_links},
    {"area", tag::area, bears_links | is_void},
    {"base", tag::base, bears_links | head_void},
    {"frame", tag::frame, bears_links | is_void},
    {"iframe", tag::iframe, bears_links | holds_text},
    {"link", tag::link, bears_links | head_void},
    {"meta", tag::meta, bears_links | head_void | ends_foreign},
    {"script", tag::script, head_text},
    {"style", tag::style, head_text},
    {"textarea", tag::textarea, holds_text | decodes_refs},
    {"title", tag::title, head_text | decodes_refs},
    {"xmp", tag::xmp, holds_text},
    {"noembed", tag::noembed, holds_text},
    {"noframes", tag::noframes, head_text},
    {"plaintext", tag::plaintext, holds_text},
    {"html", tag::html, stands_in_head},
    {"head", tag::head, stands_in_head | ends_foreign},
    {"body", tag::body, ends_foreign},
    {"frameset", tag::frameset, 0},
    {"template", tag::template_, stands_in_head},
    {"svg", tag::svg, 0},
    {"math", tag::math, 0},
    {"foreignobject", tag::svg_text, 0},
    {"desc", tag::svg_text, 0},
    {"mi", tag::math_text, 0},
    {"mo", tag::math_text, 0},
    {"mn", tag::math_text, 0},
    {"ms", tag::math_text, 0},
    {"mtext", tag::math_text, 0},
    {"noscript", tag::other, stands_in_head},
    {"basefont", tag::other, head_void},
    {"bgsound", tag::other, head_void},
    {"br", tag::other, is_void | ends_foreign},
    {"col", tag::other, is_void},
    {"embed", tag::other, is_void | ends_foreign},
    {"hr", tag::other, is_void | ends_foreign},
    {"img", tag::other, is_void | ends_foreign},
    {"input", tag::other, is_void},
    {"keygen", tag::other, is_void},
    {"param", tag::other, is_void},
    {"source", tag::other, is_void},
    {"track", tag::other, is_void},
    {"wbr", tag::other, is_void},
    {"b", tag::other, ends_foreign},
    {"big", tag::other, ends_foreign},
    {"blockquote", tag::other, ends_foreign},
    {"center", tag::other, ends_foreign},
    {"code", tag::other, ends_foreign},
    {"dd", tag::other, ends_foreign},
    {"div", tag::other, ends_foreign},
    {"dl", tag::other, ends_foreign},
    {"dt", tag::other, ends_foreign},
    {"em", tag::other, ends_foreign},
    {"h1", tag::other, ends_foreign},
    {"h2", tag::other, ends_foreign},
    {"h3", tag::other, ends_foreign},
    {"h4", tag::other, ends_foreign},
    {"h5", tag::other, ends_foreign},
    {"h6", tag::other, ends_foreign},
    {"i", tag::other, ends_foreign},
    {"li", tag::other, ends_foreign},
    {"listing", tag::other, ends_foreign},
    {"menu", tag::other, ends_foreign},
    {"nobr", tag::other, ends_foreign},
    {"ol", tag::other, ends_foreign},
    {"p", tag::other, ends_foreign},
    {"pre", tag::other, ends_foreign},
    {"ruby", tag::other, ends_foreign},
    {"s", tag::other, ends_foreign},
    {"small", tag::other, ends_foreign},
    {"span", tag::other, ends_foreign},
    {"strong", tag::other, ends_foreign},
    {"strike", tag::other, ends_foreign},
    {"sub", tag::other, ends_foreign},
    {"sup", tag::other, ends_foreign},
    {"table", tag::table, ends_foreign},
    {"tt", tag::other, ends_foreign},
    {"u", tag::other, ends_foreign},
    {"ul", tag::other, ends_foreign},
    {"var", tag::other, ends_foreign},
    // Nothing is special about these, but that they are worth counting.
    {"abbr"},
    {"acronym"},
    {"address"},
    {"applet"},
    {"article"},
    {"aside"},
    {"audio"},
    {"bdi"},
    {"bdo"},
    {"button"},
    {"canvas"},
    {"caption"},
    {"cite"},
    {"colgroup"},
    {"data"},
    {"del"},
    {"details"},
    {"dfn"},
    {"dialog"},
    {"dir"},
    {"fieldset"},
    {"figcaption"},
    {"figure"},
    {"font"},
    {"footer"},
    {"form"},
    {"header"},
    {"hgroup"},
    {"ins"},
    {"kbd"},
    {"label"},
    {"legend"},
    {"main"},
    {"map"},
    {"mark"},
    {"marquee"},
    {"meter"},
    {"nav"},
    {"object"},
    {"optgroup"},
    {"option"},
    {"output"},
    {"picture"},
    {"progress"},
    {"q"},
    {"samp"},
    {"search"},
    {"section"},
    {"select"},
    {"slot"},
    {"summary"},
    {"tbody", tag::table_part},
    {"td"},
    {"tfoot", tag::table_part},
    {"th"},
    {"thead", tag::table_part},
    {"time"},
    {"tr", tag::tr},
    {"video"},
};

constexpr auto make_known() {
  std::array<tag_info, std::size(written)> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = written[i];
    out[i].number = static_cast<std::uint8_t>(i + 1);
  }
  return out;
}

constexpr auto known = make_known();
static_assert(known.size() < tag_numbers);

constexpr std::size_t slots = 512; // a power of two, sparse enough for short probes
constexpr std::size_t name_bytes_max = 13;

constexpr std::size_t slot_of(std::string_view name) {
  std::uint64_t h = name.size();
  for (const char c : name)
    h = h * 31 + static_cast<unsigned char>(c);
  return (h * 0x9e3779b97f4a7c15u) >> 55;
}

constexpr std::array<std::uint8_t, slots> make_index() {
  std::array<std::uint8_t, slots> index{};
  std::uint8_t number = 0;
  for (const tag_info& t : known) {
    std::size_t at = slot_of(t.name);
    while (index[at] != 0)
      at = (at + 1) % slots;
    index[at] = ++number;
  }
  return index;
}

constexpr auto tag_index = make_index();
constexpr tag_info unknown{};

} // namespace

const tag_info& find_tag(std::string_view name) {
  if (name.size() > name_bytes_max)
    return unknown;
  for (std::size_t at = slot_of(name); tag_index[at] != 0; at = (at + 1) % slots) {
    if (const tag_info& t = known[tag_index[at] - 1]; t.name == name)
      return t;
  }
  return unknown;
}

std::uint32_t hash_name(std::string_view name) {
  std::uint32_t h = 2'166'136'261u;
  for (const char c : name)
    h = (h ^ static_cast<unsigned char>(ascii_lower(c))) * 16'777'619u;
  return h;
}

} // namespace troupe::crawl
