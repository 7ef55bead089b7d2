// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/text_output.hpp"

#include <utility>

#include "io/crawl/row_text.hpp"

namespace troupe::io {

text_format pages_as_json() {
  return {"", [](row_file& file, const found_page& page) {
            put_page(file.buffer(), page.row);
            file.row_done();
          }};
}

text_format pages_as_csv() {
  return {
      "url,status,depth,bytes,content_type,links,redirect_to,error,ms,canonical,duplicate_of\r\n",
      [](row_file& file, const found_page& page) {
        put_page_csv(file.buffer(), page.row);
        file.row_done();
      }};
}

text_format items_as_json() {
  return {"", [](row_file& file, const found_page& page) {
            for (const auto& found : page.items) {
              put_item_json(file.buffer(), page.row.url, found);
              file.row_done();
            }
          }};
}

text_format items_as_csv() {
  return {"page,href,text\r\n", [](row_file& file, const found_page& page) {
            for (const auto& found : page.items) {
              put_item_csv(file.buffer(), page.row.url, found);
              file.row_done();
            }
          }};
}

text_format links_as_csv() {
  return {"source,target,rel\r\n", [](row_file& file, const found_page& page) {
            if (!page.row.redirect_to.empty()) {
              put_link_csv(file.buffer(), page.row.url, page.row.redirect_to, "redirect");
              file.row_done();
            }
            for (const auto& link : page.links) {
              put_link_csv(file.buffer(), page.row.url, link.target,
                           link.nofollow ? "nofollow" : "");
              file.row_done();
            }
          }};
}

text_output::text_output(std::shared_ptr<row_file> file, text_format format, bool goes_on)
    : file_(std::move(file)), format_(format) {
  if (goes_on || format_.header.empty())
    return;
  file_->buffer() += format_.header;
  file_->row_done();
}

std::string text_output::position() {
  const auto at = file_->sync();
  return at ? std::to_string(*at) : std::string{};
}

} // namespace troupe::io
