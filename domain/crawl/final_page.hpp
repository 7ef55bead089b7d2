// SPDX-License-Identifier: BSD-3-Clause
//
// A page that is final, as bytes that a crawl after this one can go on from, of another build too.
//
//   PAGE      0x01 BASE | 0x02 BASE MORE | 0x03 VALIDATORS BASE | 0x04 VALIDATORS BASE MORE
//   BASE      JOB ROW LINKS ITEMS ALL_LINKS REDIRECT FLAGS
//   MORE      SITEMAPS ANNOUNCED MARKS
//   VALIDATORS  ETag Last-Modified
//   JOB       URL id depth redirects attempt
//   ROW       status depth bytes content_type links redirect_to fault ms; its URL is the job's
//   LINKS     count URL*            ITEMS      count (href text)*
//   ALL_LINKS count (target flag)*  REDIRECT   0 | 1 URL
//   URL       text credentials      FLAGS      1: seed, 2: cut, 4: last hop, 8: a sitemap
//   SITEMAPS  count URL*            ANNOUNCED  count URL*
//   MARKS     canonical duplicate_of digest digest
//
// A number is LEB128 (seven bits an octet, least first; DWARF 5, 7.6), a text its size and its
// bytes, a fault its name. 0x02 is written only for what 0x01 cannot say: a page without any of it
// is one that builds which knew nothing of it can read. What needs more will begin with another
// octet.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/page.hpp"

namespace troupe::crawl {

/// What a frontier is restored from, and a row is written from. Without the exchange's record,
/// which may be large.
struct final_page {
  page_job job;
  page_result result;
  std::vector<url> announced = {}; ///< frontier::take_announced() of then
};

/// Returns: its bytes. Cost: about as many as its texts have.
std::string to_bytes(const page_job& job, const page_result& result,
                     std::span<const url> announced = {});

/// Takes: any bytes. Returns: nothing if to_bytes() cannot have made them.
std::optional<final_page> read_final_page(std::string_view bytes);

/// Returns: the validators that it begins with, without reading further; none where it has none.
validators read_final_validators(std::string_view bytes);

/// Returns: its row alone, without reading further.
std::optional<page_row> read_final_row(std::string_view bytes);

} // namespace troupe::crawl
