// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "domain/crawl/url_store.hpp"

namespace troupe::crawl {

/// A page that waits, or is in flight.
struct pending_page {
  url_store::id where = 0;
  std::uint32_t depth = 0;
  std::uint16_t redirects = 0;
  std::uint16_t attempt = 0;
  std::uint8_t lost = 0;   ///< workers that died on it
  std::uint8_t adrift = 0; ///< times it was lost with the connection to a worker
  bool seed : 1 = false;
  bool begun : 1 = false;   ///< was handed out before: it has its share of pages_max already
  bool sitemap : 1 = false; ///< see page_job
  friend bool operator==(const pending_page&, const pending_page&) = default;
};

/// Pages that wait, as nodes of lists that somebody else heads.
///
///     node: | where | how | next |     4 octets each; there may be millions
///     how:  0 | seed, 1 bit | redirects, 4 | depth, 26     a page that was never handed out
///           1 | number of a whole pending_page, 31         what does not fit: tried again, mostly,
///           or a
///                                                        sitemap
///
/// Cost: 12 bytes a page, 16 more for one that does not fit. What take() frees is used again, and
/// goes back when all of it is destroyed.
class pending_pages {
public:
  using index = std::uint32_t;
  static constexpr index none = 0xffff'ffff;

  /// Returns: a node without a next one.
  index make(const pending_page& page);
  pending_page page(index which) const;
  bool begun(index which) const;
  index next(index which) const { return at(which).next; }
  void link(index which, index next) { at(which).next = next; }
  /// Frees the node.
  pending_page take(index which);

private:
  static constexpr std::uint32_t chunk_nodes = 4096;
  struct node {
    url_store::id where;
    std::uint32_t how;
    index next;
  };
  node& at(index which) { return chunks_[which / chunk_nodes][which % chunk_nodes]; }
  const node& at(index which) const { return chunks_[which / chunk_nodes][which % chunk_nodes]; }
  std::uint32_t keep_whole(const pending_page& page);

  std::vector<std::unique_ptr<node[]>> chunks_;
  index made_ = 0;
  index free_ = none; // list of unused nodes
  std::vector<pending_page> whole_;
  std::vector<std::uint32_t> whole_free_;
};

} // namespace troupe::crawl
