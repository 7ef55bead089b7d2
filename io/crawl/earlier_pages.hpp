// SPDX-License-Identifier: BSD-3-Clause
//
// A crawl that is done anew asks for pages that it knows from before only if they have changed
// (RFC 9110, 13): who fetches looks them up, and nobody else knows.
//
//     get_if_changed(url) -> previous: ETag, Last-Modified? -> get() with them
//         200: the page, as ever
//         304: the kept page goes along with the answer (fetched::earlier), and becomes its result
#pragma once

#include <memory>
#include <string>

#include "domain/crawl/fetched.hpp"
#include "domain/crawl/url.hpp"
#include "io/http/client.hpp"

namespace troupe::io {

/// The pages of the crawl before this one, in a crawl's file (crawl_book.hpp). A connection of its
/// own: it waits for nobody who writes there.
/// Cost: a lookup takes some ten microseconds where the file is in memory.
/// Threads: any, one at a time inside.
class earlier_pages {
public:
  /// Takes: crawl_book::file(). Throws: std::runtime_error with one line if there are none.
  explicit earlier_pages(const std::string& file);
  ~earlier_pages();
  earlier_pages(const earlier_pages&) = delete;
  earlier_pages& operator=(const earlier_pages&) = delete;

  /// Returns: what to ask with; nothing where the page was no 200 (or 304), or said nothing to ask
  /// with, or cannot be read.
  crawl::validators validators_of(const crawl::url& target) const;
  /// Returns: the page, as to_bytes() (final_page.hpp) made it; null if it cannot be read.
  std::shared_ptr<const std::string> page(const crawl::url& target) const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// As client.get(target, done, how). Takes: `earlier`, which is to outlive the answer. A page that
/// can no longer be read when a 304 comes is asked for again without a condition.
void get_if_changed(http_client& client, const earlier_pages& earlier, const crawl::url& target,
                    get_options how, http_client::callback done);

} // namespace troupe::io
