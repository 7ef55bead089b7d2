// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "domain/crawl/page.hpp"

namespace troupe::crawl {
struct crawl_plan;
}

namespace troupe::io {

/// Of which crawl the outputs are, for those that say so.
struct output_about {
  std::string software = "troupe";
  const crawl::crawl_plan* plan = nullptr; ///< only looked at while outputs are made; may be null
};

/// One page that is final, as outputs see it.
struct found_page {
  const crawl::page_row& row;
  const std::vector<crawl::item>& items;
  const std::vector<crawl::page_link>& links;     ///< empty unless the plan asks for them
  const crawl::exchange_record* record = nullptr; ///< likewise the client's options
};

/// One output of a crawl, of rows that are in it whole or not at all.
/// Threads: one at a time.
class row_output {
public:
  virtual ~row_output() = default;

  /// After an error nothing more is written; what was, stays.
  virtual void write(const found_page& page) = 0;
  virtual void flush() = 0; ///< everything is with the system, and others can see it

  /// Everything is on the disk, too.
  /// Returns: where it ends, as one word; whoever makes this output again with it goes on behind
  /// the pages that are there now, and what came later is gone. "" where there is no such thing (a
  /// pipe) or after an error.
  virtual std::string position() = 0;

  /// Nothing more will come. Takes: `complete`, whether the crawl came to its own end.
  virtual void finish(bool complete) = 0;

  virtual const std::string& error() const = 0; ///< "" or one line, for good
};

} // namespace troupe::io
