// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "io/crawl/crawl_book.hpp"
#include "messages/crawl_keep.hpp"

namespace troupe::crawl {

/// Keeps one crawl's final pages in its own folder: the keeper of a process that has one crawl. It
/// waits for the disk, so it has a thread of its own.
class bookkeeper {
public:
  static constexpr const char* name = "bookkeeper";
  bookkeeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_book> book);
  keeper_actor::behavior_type make_behavior();

private:
  keeper_actor::pointer self_;
  std::shared_ptr<io::crawl_book> book_;
};

} // namespace troupe::crawl
