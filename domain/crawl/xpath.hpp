// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/limits.hpp"

namespace troupe::crawl {

/// What an XPath selected; the reference is not resolved yet.
struct xpath_hit {
  std::string text; ///< folded, trimmed, cut to item_bytes_max
  std::string href;
  bool has_href = false;
};

/// An XPath 1.0 expression, compiled once, evaluated on the tree that libxml2 builds of a mended
/// document. Not shared between threads.
/// Elements give text and href as selectors do (html.hpp); attributes, text nodes, strings,
/// numbers and booleans give text alone.
/// Limits: element and attribute names are lower case, without namespaces; an evaluation that takes
/// too many steps (a few seconds) gives nothing.
class xpath {
public:
  /// Throws: std::invalid_argument with one line if it cannot be used.
  explicit xpath(const std::string& expression);
  ~xpath();
  xpath(xpath&&) noexcept;
  xpath& operator=(xpath&&) noexcept;

  struct result {
    std::vector<xpath_hit> hits; ///< document order
    bool cut = false;            ///< a limit ended it early
  };
  /// Takes: UTF-8 or nearly so; `xml` for XHTML.
  result evaluate(std::string_view html, bool xml, const limits& bounds);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::crawl
