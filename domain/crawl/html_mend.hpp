// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "domain/crawl/html_tags.hpp"

namespace troupe::crawl {

/// Takes the mended document, piece by piece.
class mend_sink {
public:
  virtual ~mend_sink() = default;
  /// Takes: whole tags and text; valid UTF-8 without NUL.
  virtual void take(std::string_view html) = 0;
  virtual std::size_t depth() const = 0; ///< open elements, after what was taken
  virtual bool wants_text() const = 0;   ///< an item is open
  /// Returns: false only if the element can be no item.
  /// Takes: its name in lower case, its class attribute as written.
  virtual bool may_want_text(std::string_view name, std::string_view classes) const = 0;
  virtual bool full() const = 0; ///< a limit is reached: take no more
};

/// How much of a document a sink has use for; the rest need not be parsed.
struct mend_spec {
  enum class keep : std::uint8_t {
    links,    ///< elements that bear links, each as an empty one
    items,    ///< besides, what may be an item, and all that is inside one
    elements, ///< all elements, the attributes named below, text where it is wanted
    all,      ///< all but comments and what is inside <template>
  };
  keep what = keep::links;
  std::vector<std::string> attributes;         ///< besides those of links; lower case
  std::size_t depth_max = 512;                 ///< deeper elements become leaves
  std::size_t attribute_bytes_max = 64u << 10; ///< a longer value counts as no attribute
};

/// Rewrites a document so that libxml2's HTML parser, which reads HTML 4 as it was once written,
/// sees what a browser sees: one pass over the bytes that finds tags, comments and text as the HTML
/// Standard does, and hands on ordinary tags alone, quoted, with &amp; &lt; &gt; &quot; as the only
/// references. What the sink has no use for is left out, which is most of a page and more than pays
/// for the pass.
///
/// What it mends: comments, <! and <? junk, CDATA, text elements (textarea, title, xmp, iframe,
/// noembed, noframes, script with "<!--", plaintext), templates, odd bytes in tags, attributes
/// given twice, NUL, references (all 2,125 names, with the attribute rule; windows-1252 numbers),
/// malformed UTF-8, content behind </body> and </html>, head and body that are not written,
/// self-closing tags and <a> inside <svg> and <math>, nesting beyond `depth_max`. Cost: about a
/// nanosecond a byte of tags, less of text; memory: one piece.
class html_mender {
public:
  explicit html_mender(mend_spec spec);

  /// Takes: bytes in UTF-8 or nearly so; `xml` for application/xhtml+xml, where <a/> is empty and
  /// script is no special element.
  void run(std::string_view html, bool xml, mend_sink& sink);

private:
  struct attribute {
    std::string_view name;
    std::string_view value;
  };
  struct foreign_element {
    std::uint32_t name_hash = 0;
    bool math = false;        // or SVG
    bool html_inside = false; // <foreignObject> and the like
  };
  enum class foreign_end : std::uint8_t {
    closed,  // of an element of SVG or MathML
    of_html, // of an HTML element, inside or around them
    nothing, // of none that is open
  };
  using mask = std::uint64_t;

  // html_mend.cpp: finding
  void read_markup();
  void read_declaration();
  void read_start_tag();
  void read_end_tag();
  std::size_t read_name(std::size_t at);
  bool read_attributes(std::size_t at, mask wanted);
  void keep_attribute(std::string_view name, std::string_view value, mask wanted);
  mask wanted_of(const tag_info& t, bool foreign) const;
  void skip_text(const tag_info& t);
  std::size_t xml_text_end(std::string_view name) const;
  void disguise(const tag_info& t);
  bool in_foreign() const;
  bool enter_foreign(const tag_info& t);
  foreign_end leave_foreign(const tag_info& t);
  void hear(std::string_view text, bool refs);
  void skip_to(std::size_t end) { at_ = end; }

  // html_put.cpp: handing on
  void put_start(const tag_info& t, bool empty);
  bool put_structure(const tag_info& t);
  bool put_table_part(const tag_info& t);
  void put_tag(bool empty);
  void put_opening(const tag_info& t, bool empty);
  void put_end(const tag_info& t);
  void put_end_name(std::string_view name);
  void end_item_feed();
  void count_opened(const tag_info& t);
  bool count_closed(const tag_info& t);
  std::uint32_t& count_of_name();
  void put_body_text(std::string_view text, bool refs);
  void put_text(std::string_view text, bool refs) { put_escaped(text, refs, false); }
  void put_script_text(std::string_view text);
  void put_escaped(std::string_view text, bool refs, bool in_attribute);
  void flush();
  void ask_for_text();

  mend_spec spec_;
  std::vector<std::string> names_; // attributes to keep; the first ones are those of links
  std::uint64_t lengths_ = 0;      // bit n: one of them has n bytes
  mask selected_ = 0;              // those of spec_.attributes

  // the document
  std::string_view html_;
  std::size_t at_ = 0;
  mend_sink* sink_ = nullptr;
  bool xml_ = false;

  // the tag that was read last
  char name_buffer_[64];
  std::string_view name_;
  std::vector<attribute> attributes_;
  mask seen_ = 0;
  std::string_view classes_;
  bool self_closing_ = false;

  // where we are
  std::vector<std::uint32_t> templates_; // open <template>: size of foreign_ outside
  std::vector<foreign_element> foreign_; // open elements since <svg> or <math>
  std::vector<bool> tables_;             // open <table>: a <tbody> or the like is open in it
  bool html_seen_ = false;
  bool head_open_ = false;
  bool body_seen_ = false;
  bool frameset_ = false;
  bool text_on_ = false;
  bool stopped_ = false;

  // what was handed on
  std::string out_;
  std::size_t depth_bound_ = 0; // no more elements are open than this
  std::size_t hidden_ = 0;      // open elements that were handed on as leaves
  std::array<std::uint32_t, tag_numbers> open_tags_{};                 // by number: opened - closed
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> open_names_; // unknown ones, by hash
  boost::unordered_flat_map<std::uint32_t, bool> attribute_names_;     // with keep::all
  std::vector<std::string> inside_; // with keep::items: names of what is open since the item
};

} // namespace troupe::crawl
