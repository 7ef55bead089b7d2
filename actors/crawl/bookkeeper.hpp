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
  static constexpr std::size_t message_bytes_max = 1u << 20; ///< of pages that are read back
  bookkeeper(keeper_actor::pointer self, std::shared_ptr<io::crawl_book> book);
  keeper_actor::behavior_type make_behavior();

private:
  kept_pages read(const kept_wanted& x);

  keeper_actor::pointer self_;
  std::shared_ptr<io::crawl_book> book_;
};

} // namespace troupe::crawl
