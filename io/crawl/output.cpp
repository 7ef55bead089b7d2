// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/output.hpp"

#include <stdexcept>
#include <string_view>
#include <utility>

#include "io/crawl/row_file.hpp"
#include "io/crawl/row_text.hpp"

namespace troupe::io {

namespace {

bool ends_in_csv(std::string_view path) {
  if (path.size() < 4)
    return false;
  path.remove_prefix(path.size() - 4);
  auto low = [&](std::size_t i) { return static_cast<char>(path[i] | 0x20); };
  return path[0] == '.' && low(1) == 'c' && low(2) == 's' && low(3) == 'v';
}

} // namespace

struct crawl_output::impl {
  std::unique_ptr<row_file> pages;
  std::unique_ptr<row_file> own_items; // null where both go to standard output
  row_file* items = nullptr;
  bool csv = false;
  row_taker elsewhere; // in place of files
  std::string refused; // what it said, once it did

  std::string error() const {
    for (const auto* file :
         {static_cast<const row_file*>(pages.get()), static_cast<const row_file*>(items)})
      if (file && !file->error().empty())
        return file->error();
    return {};
  }
};

crawl_output::crawl_output(const std::string& pages_path, const std::string& items_path)
    : impl_(std::make_unique<impl>()) {
  if (!pages_path.empty())
    impl_->pages = std::make_unique<row_file>(pages_path);
  if (items_path.empty())
    return;
  if (items_path == "-" && pages_path == "-") {
    impl_->items = impl_->pages.get(); // one buffer, so that rows do not cut into each other
    return;
  }
  impl_->own_items = std::make_unique<row_file>(items_path);
  impl_->items = impl_->own_items.get();
  if (impl_->pages && impl_->pages->regular() && impl_->pages->same_file(*impl_->items))
    throw std::runtime_error(items_path + ": pages and items cannot go to one file");
  impl_->csv = ends_in_csv(items_path);
  if (impl_->csv) {
    impl_->items->buffer() += "page,href,text\r\n";
    impl_->items->row_done();
  }
}

crawl_output::crawl_output(row_taker elsewhere) : impl_(std::make_unique<impl>()) {
  impl_->elsewhere = std::move(elsewhere);
}

crawl_output::~crawl_output() = default;
crawl_output::crawl_output(crawl_output&&) noexcept = default;
crawl_output& crawl_output::operator=(crawl_output&&) noexcept = default;

std::string crawl_output::write(const crawl::page_row& row, const std::vector<crawl::item>& items) {
  if (impl_->elsewhere) {
    if (impl_->refused.empty())
      impl_->refused = impl_->elsewhere(row, items);
    return impl_->refused;
  }
  if (impl_->pages) {
    put_page(impl_->pages->buffer(), row);
    impl_->pages->row_done();
  }
  if (impl_->items) {
    for (const auto& found : items) {
      if (impl_->csv)
        put_item_csv(impl_->items->buffer(), row.url, found);
      else
        put_item_json(impl_->items->buffer(), row.url, found);
      impl_->items->row_done();
    }
  }
  return impl_->error();
}

std::string crawl_output::flush() {
  if (impl_->elsewhere)
    return impl_->refused;
  if (impl_->pages)
    impl_->pages->flush();
  if (impl_->items)
    impl_->items->flush();
  return impl_->error();
}

} // namespace troupe::io
