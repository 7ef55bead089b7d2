// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/html_parser.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/page.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// Bounds of one document besides those in `limits`: they keep a small page from making much of
/// itself (a long <base> before short links, an item inside an item inside an item).
inline constexpr std::size_t page_link_bytes_max = 16u << 20; ///< all URLs of a page together
inline constexpr std::size_t page_item_bytes_max = 16u << 20; ///< all items of a page together
inline constexpr std::size_t open_elements_max = 512; ///< deeper ones are leaves, as in browsers
inline constexpr std::size_t attribute_bytes_max = 64u << 10; ///< longer values are left out
inline constexpr std::size_t xpath_nodes_max = 500'000;       ///< of the tree that an XPath sees

/// One http(s) link of a document.
struct found_link {
  url target;
  bool nofollow = false; ///< rel=nofollow on every place it stands at
};

/// What one pass over an HTML document gives.
struct document {
  url base;                      ///< the page's URL, or what <base href> made of it
  std::vector<found_link> links; ///< each URL once, at its first place
  std::vector<item> items;       ///< document order
  bool nofollow = false;         ///< <meta name=robots content="nofollow|none">
  bool noindex = false;
  std::string canonical; ///< <link rel=canonical>, absolute; "" if there is none
  std::string encoding;  ///< name of the charset it was read in
  bool cut = false;      ///< a limit ended the pass early
  html_parser parser = html_parser::scanner; ///< who read it at last
};

/// Reads documents; one a thread.
/// Links: a, area, frame, iframe, link rel=next|canonical, meta refresh; base href.
///
///     bytes -> sniff_charset, decode -> html_mender --> html_scanner ------> links, items
///                                       (as a browser   (the same events; or, where it is not
///                                       tokenizes;      sure, once more from the beginning with
///                                       drops what      libxml2's push parser)
///                                       nobody asks
///                                       for)
///
/// Items: text is the element's without that of script and style, white space folded; href is its
/// own, else that of the first <a> inside, else of the closest <a> around, else "".
///
/// Limits, that is, where it differs from a browser without scripts:
/// - Links that scripts would add are not there; <noscript> is read.
/// - <select> keeps the elements inside it, as the Standard says since 2025.
/// - <frameset> counts only before any element or text of the body.
/// - In SVG and MathML: HTML elements left open inside <foreignObject> and the like end with it;
///   <font> never ends them; <annotation-xml> holds no HTML; 200 levels.
/// - XHTML is read by HTML's rules but for empty elements, CDATA and script; it never ends at an
///   error.
/// - What holds what matters for items, not for links, and is libxml2's opinion: <b>, <i>, <u>,
///   <small> and headings end at a <p> inside them, <a> at a <table>; what stands in a <table>
///   outside of cells stays there; formatting elements that are closed in the wrong order are not
///   opened again; classes and ids are compared exactly in quirks mode too.
/// - A tag keeps its first 100 attributes for XPath; names that hold other characters than
///   letters, digits, "-_.:" are not visible to it, nor to selectors.
/// - Attribute values above attribute_bytes_max, URLs above url_bytes_max, and those of other
///   schemes than http and https, are left out.
class html_reader {
public:
  /// Takes: `first`, who is to read a document first: libxml2, to compare the two.
  /// Throws: std::invalid_argument if the expression cannot be used.
  html_reader(const extract_spec& what, const limits& bounds,
              html_parser first = html_parser::scanner);
  ~html_reader();
  html_reader(html_reader&&) noexcept;
  html_reader& operator=(html_reader&&) noexcept;

  /// Takes: any bytes; `content_type`, the header as sent.
  /// Cost: one pass; about twice the time of finding the tags. Memory: the references, and the
  /// document once more if it is not UTF-8; with an XPath, its tree.
  document read(std::string_view body, const url& page, std::string_view content_type);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::crawl
