// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/page.hpp"
#include "io/crawl/row_output.hpp"

namespace troupe::io {

/// The files that a crawl writes, any number of each kind; what a name ends in says how.
///   items     .jsonl: page, href, text; .csv: the same columns, RFC 4180; .sqlite, .db: a database
///             of pages, links and items (sqlite_output.hpp); any other as .jsonl
///   pages     .jsonl: url, status, depth, bytes, content_type, links, redirect_to, error, ms,
///             canonical, duplicate_of;
///             .csv: the same columns
///   graphs    .csv: source, target, rel; .graphml (graphml_output.hpp)
///   archives  .warc.gz, .warc (warc_output.hpp)
/// "-" is standard output: .jsonl, and of a graph .csv. redirect_to, error, canonical and
/// duplicate_of are null, in CSV empty, where there is none. Bytes that are no UTF-8 become U+FFFD.
/// A CSV cell is what the page said: a spreadsheet may take one that begins with "=" for a formula.
struct output_files {
  std::vector<std::string> items, pages, graphs, archives;

  bool to_standard_output() const;
  /// Returns: all of them, in the order of crawl_output::positions().
  std::vector<std::string> names() const;
  bool want_links() const;   ///< the plan's extract_spec::links has to be set
  bool want_records() const; ///< the client's http_options::record has to be set

  static bool is_database(const std::string& path);

  /// Returns: "" or what cannot be: a file that is named twice, an ending that says nothing.
  std::string check() const;
};

/// Where a crawl's rows go. Files are buffered; a row is written whole or not at all.
class crawl_output {
public:
  /// Takes: `go_on_at`, what positions() said at an earlier time, of the same files: what came
  /// later is cut off, and rows go behind it; empty to begin anew.
  /// Throws: std::runtime_error with one clear line if a file cannot be made.
  explicit crawl_output(const output_files& files, const output_about& about = {},
                        const crawl::output_limits& bounds = {},
                        const std::vector<std::string>& go_on_at = {});

  /// Takes: "" for "not wanted".
  crawl_output(const std::string& pages_path, const std::string& items_path);

  /// Takes a row and its items at once, whole or not at all. Returns: "" or why not.
  using row_taker =
      std::function<std::string(const crawl::page_row&, const std::vector<crawl::item>&)>;
  /// Rows go there and not into files; no more of them once it has said why not.
  explicit crawl_output(row_taker elsewhere);
  ~crawl_output(); ///< as finish(), in silence
  crawl_output(crawl_output&&) noexcept;
  crawl_output& operator=(crawl_output&&) noexcept;

  /// Returns: "" or the error as one clear line (path, reason); from then on nothing more is
  /// written to that file, and what was written before stays whole up to its last row. The error
  /// is returned by every later call too; the other files go on.
  /// Cost: about half a microsecond a row of text, and a write to the system for every 64 KB.
  std::string write(const found_page& page);
  std::string write(const crawl::page_row& row, const std::vector<crawl::item>& items);

  /// Hands everything buffered to the system. Returns: as write().
  std::string flush();

  /// Hands everything to the disk. Returns: row_output::position() of each file, in a fixed order.
  std::vector<std::string> positions();

  /// No more will come: ends what has an end. Takes: `complete`, whether the crawl came to its own.
  /// Returns: as write().
  std::string finish(bool complete = false);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
