// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "io/crawl/output.hpp"
#include "io/crawl/row_spill.hpp"

namespace troupe::io {

/// The rows of one crawl, kept for whoever reads them, up to a bound. A row shows as soon as it is
/// written: about two microseconds each, for the call to the system.
/// Threads: any; one writes at a time.
class job_results {
public:
  /// Takes: `with_items`, whether the crawl takes items out of its pages.
  /// Throws: std::runtime_error, one line, if the folder takes no file.
  job_results(const std::string& folder, std::uint64_t bytes_max, bool with_items);

  /// Returns: what a crawl writes into; it must not outlive this. Its write() fails at bytes_max,
  /// before the row that would be too much.
  crawl_output output();
  void end(); ///< the crawl has ended
  void cut(); ///< it will not end: whoever follows it has to know

  row_spill& pages() { return pages_; }
  /// What the crawl is about: its items, or its pages if it takes none out.
  row_spill& rows() { return items_ ? *items_ : pages_; }
  bool full() const { return full_; } ///< bytes_max was reached
  std::uint64_t bytes() const { return pages_.size() + (items_ ? items_->size() : 0); }

private:
  std::string write(const crawl::page_row& row, const std::vector<crawl::item>& found);

  const std::uint64_t bytes_max_;
  row_spill pages_;
  std::unique_ptr<row_spill> items_;
  std::atomic<bool> full_{false};
  std::string page_text_, item_text_; // the writer's, kept for their memory
};

} // namespace troupe::io
