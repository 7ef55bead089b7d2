// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/job_results.hpp"

#include "io/crawl/row_text.hpp"

namespace troupe::io {

job_results::job_results(const std::string& folder, std::uint64_t bytes_max, bool with_items)
    : bytes_max_(bytes_max), pages_(folder),
      items_(with_items ? std::make_unique<row_spill>(folder) : nullptr) {}

crawl_output job_results::output() {
  return crawl_output{[this](const crawl::page_row& row, const std::vector<crawl::item>& found) {
    return write(row, found);
  }};
}

void job_results::end() {
  pages_.end();
  if (items_)
    items_->end();
}

void job_results::cut() {
  pages_.cut();
  if (items_)
    items_->cut();
}

std::string job_results::write(const crawl::page_row& row, const std::vector<crawl::item>& found) {
  page_text_.clear();
  item_text_.clear();
  put_page(page_text_, row);
  if (items_)
    for (const auto& x : found)
      put_item_json(item_text_, row.url, x);
  if (page_text_.size() + item_text_.size() > bytes_max_ - bytes()) {
    full_ = true;
    return "more rows than may be kept of one crawl: results_bytes_max is "
           + std::to_string(bytes_max_);
  }
  std::string error;
  if (!item_text_.empty())
    error = items_->append(item_text_);
  return error.empty() ? pages_.append(page_text_) : error;
}

} // namespace troupe::io
