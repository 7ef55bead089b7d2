// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/bookkeeper.hpp"

#include <utility>

#include "actors/crawl/kept_message.hpp"
#include "messages/type_ids.hpp"

namespace troupe::crawl {

keeper_actor::behavior_type bookkeeper::make_behavior() {
  return {
      [this](const open_kept&) -> caf::result<kept_opened> {
        return kept_opened{"", book_->pages()};
      },
      [this](const kept_wanted& x) -> caf::result<kept_pages> {
        return one_message([&](const auto& page) { book_->read(x.skip, page); });
      },
      [this](const keep_pages& x) -> caf::result<pages_kept> {
        return pages_kept{book_->append(x.pages)};
      },
      [](const drop_kept&) {}, // whoever has the folder says when it has ended
      [](tick) {},
  };
}

bookkeeper::bookkeeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_book> book)
    : self_(self), book_(std::move(book)) {}

} // namespace troupe::crawl
