// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/page.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

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
  std::string encoding;          ///< name of the charset it was read in
  bool cut = false;              ///< a limit ended the pass early
};

/// Reads documents; one a thread.
/// Links: a, area, frame, iframe, link rel=next|canonical, meta refresh; base href.
class html_reader {
public:
  html_reader(const extract_spec& what, const limits& bounds);
  ~html_reader();
  html_reader(html_reader&&) noexcept;
  html_reader& operator=(html_reader&&) noexcept;

  document read(std::string_view body, const url& page, std::string_view content_type);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::crawl
