// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/bookkeeper.hpp"

#include <stdexcept>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::crawl {

keeper_actor::behavior_type bookkeeper::make_behavior() {
  return {
      [this](const open_kept&) -> caf::result<kept_opened> {
        return kept_opened{"", book_->pages()};
      },
      [this](const kept_wanted& x) -> caf::result<kept_pages> { return read(x); },
      [this](const keep_pages& x) -> caf::result<pages_kept> {
        return pages_kept{book_->append(x.pages)};
      },
      [](const drop_kept&) {}, // whoever has the folder says when it has ended
      [](tick) {},
  };
}

bookkeeper::bookkeeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_book> book)
    : self_(self), book_(std::move(book)) {}

kept_pages bookkeeper::read(const kept_wanted& x) {
  kept_pages out;
  std::size_t bytes = 0;
  try {
    book_->read(x.skip, [&](std::string_view page) {
      bytes += page.size();
      if (bytes > message_bytes_max && !out.pages.empty())
        return false;
      out.pages.emplace_back(page);
      return true;
    });
  } catch (const std::runtime_error& e) {
    out.error = e.what();
  }
  return out;
}

} // namespace troupe::crawl
