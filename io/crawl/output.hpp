// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/crawl/page.hpp"

namespace troupe::io {

/// Where a crawl's rows go. Files are buffered; a row is written whole or not at all.
///   pages.jsonl: url, status, depth, bytes, content_type, links, redirect_to, error, ms
///   items.jsonl: page, href, text;  items.csv (by its ending): the same columns, RFC 4180
/// "-" is standard output. redirect_to and error are null where there is none. Bytes that are no
/// UTF-8 become U+FFFD. A CSV cell is what the page said: a spreadsheet may take one that
/// begins with "=" for a formula.
class crawl_output {
public:
  /// Takes: "" for "not wanted".
  /// Throws: std::runtime_error with one clear line if a file cannot be made.
  crawl_output(const std::string& pages_path, const std::string& items_path);

  /// Takes a row and its items at once, whole or not at all. Returns: "" or why not.
  using row_taker =
      std::function<std::string(const crawl::page_row&, const std::vector<crawl::item>&)>;
  /// Rows go there and not into files; no more of them once it has said why not.
  explicit crawl_output(row_taker elsewhere);
  ~crawl_output(); ///< flushes, in silence
  crawl_output(crawl_output&&) noexcept;
  crawl_output& operator=(crawl_output&&) noexcept;

  /// Returns: "" or the error as one clear line (path, reason); from then on nothing more is
  /// written to that file, and what was written before stays whole up to its last row. The error
  /// is returned by every later call too; the other file goes on.
  /// Cost: about half a microsecond a row, and a write to the system for every 64 KB.
  std::string write(const crawl::page_row& row, const std::vector<crawl::item>& items);

  /// Hands everything buffered to the system. Returns: as write().
  std::string flush();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
