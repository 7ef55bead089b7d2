// SPDX-License-Identifier: BSD-3-Clause
//
// A crawl as a database to be asked (SQLite 3, WAL: it can be read while it is written).
//
//     crawl      one row: software, began, ended, complete, scope, user_agent, extract,
//     obeys_robots seeds      url_id -> urls urls       id, url                        every URL
//     that was requested or is linked to pages      id, url_id -> urls, url, status, depth, bytes,
//     content_type, links,
//                redirect_id -> urls, error, ms, canonical, duplicate_of
//                                                          id: in the order in which they came
//     links      source -> pages, target -> urls, nofollow          each pair once
//     items      id, page -> pages, href, text
//   views:
//     broken_links    page, link, status, error      links to what was no page
//     most_linked     url, pages
//     link_list       source, target, nofollow       with URLs in place of numbers
//     item_list       page, href, text
//     page_list       as pages, redirect_to in place of numbers
//
// Known limits: what was requested only after a redirect counts as itself, not as what led there.
#pragma once

#include <memory>
#include <string>

#include "domain/crawl/limits.hpp"
#include "io/crawl/row_output.hpp"

namespace troupe::io {

/// Cost: some microseconds a link; a transaction a second, or for 1,000 pages.
/// Its position counts rows: what came later is deleted in one transaction.
class sqlite_output final : public row_output {
public:
  /// Takes: `position`, "" to begin anew: then a database of an older crawl is replaced. A file of
  /// another kind is refused. Throws: std::runtime_error, one line.
  sqlite_output(const std::string& path, const output_about& about,
                const crawl::output_limits& bounds, const std::string& position);
  ~sqlite_output() override;

  void write(const found_page& page) override;
  void flush() override;
  std::string position() override;
  void finish(bool complete) override;
  const std::string& error() const override;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
