// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/pending_pages.hpp"

#include <cassert>

namespace troupe::crawl {

namespace {

constexpr std::uint32_t depth_bits = 26, redirect_bits = 4;
constexpr std::uint32_t depth_mask = (1u << depth_bits) - 1;
constexpr std::uint32_t redirect_mask = (1u << redirect_bits) - 1;
constexpr std::uint32_t seed_bit = 1u << (depth_bits + redirect_bits);
constexpr std::uint32_t whole_bit = 1u << 31;

bool fits(const pending_page& p) {
  return !p.begun && !p.sitemap && p.attempt == 0 && p.lost == 0 && p.adrift == 0
         && p.depth <= depth_mask && p.redirects <= redirect_mask;
}

} // namespace

pending_pages::index pending_pages::make(const pending_page& page) {
  index n = free_;
  if (n != none) {
    free_ = at(n).next;
  } else {
    n = made_++;
    if (n / chunk_nodes == chunks_.size())
      chunks_.push_back(std::make_unique_for_overwrite<node[]>(chunk_nodes));
  }
  const std::uint32_t how =
      fits(page)
          ? (page.seed ? seed_bit : 0u) | std::uint32_t{page.redirects} << depth_bits | page.depth
          : whole_bit | keep_whole(page);
  at(n) = {page.where, how, none};
  return n;
}

std::uint32_t pending_pages::keep_whole(const pending_page& page) {
  if (whole_free_.empty()) {
    whole_.push_back(page);
    assert(whole_.size() < whole_bit);
    return static_cast<std::uint32_t>(whole_.size() - 1);
  }
  const std::uint32_t number = whole_free_.back();
  whole_free_.pop_back();
  whole_[number] = page;
  return number;
}

pending_page pending_pages::page(index which) const {
  const node& n = at(which);
  if (n.how & whole_bit)
    return whole_[n.how & ~whole_bit];
  pending_page p;
  p.where = n.where;
  p.depth = n.how & depth_mask;
  p.redirects = static_cast<std::uint16_t>(n.how >> depth_bits & redirect_mask);
  p.seed = (n.how & seed_bit) != 0;
  return p;
}

bool pending_pages::begun(index which) const {
  const node& n = at(which);
  return (n.how & whole_bit) != 0 && whole_[n.how & ~whole_bit].begun;
}

pending_page pending_pages::take(index which) {
  const pending_page p = page(which);
  node& n = at(which);
  if (n.how & whole_bit)
    whole_free_.push_back(n.how & ~whole_bit);
  n.next = free_;
  free_ = which;
  return p;
}

} // namespace troupe::crawl
