// SPDX-License-Identifier: BSD-3-Clause
//
// A page that is final, as bytes that a crawl after this one can go on from, of another build too.
//
//   PAGE      ( 0x01 | 0x02 VALIDATORS ) JOB ROW LINKS ITEMS ALL_LINKS REDIRECT FLAGS
//   VALIDATORS  ETag Last-Modified; one that says neither begins with 0x01, as all once did
//   JOB       URL id depth redirects attempt
//   ROW       status depth bytes content_type links redirect_to fault ms; its URL is the job's
//   LINKS     count URL*            ITEMS      count (href text)*
//   ALL_LINKS count (target flag)*  REDIRECT   0 | 1 URL
//   URL       text credentials      FLAGS      1: seed, 2: cut, 4: last hop
//
// A number is LEB128 (seven bits an octet, least first; DWARF 5, 7.6), a text its size and its
// bytes, a fault its name. What needs more will begin with another octet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/crawl/page.hpp"

namespace troupe::crawl {

/// What a frontier is restored from, and a row is written from. Without the exchange's record,
/// which may be large.
struct final_page {
  page_job job;
  page_result result;
};

/// Returns: its bytes. Cost: about as many as its texts have.
std::string to_bytes(const page_job& job, const page_result& result);

/// Takes: any bytes. Returns: nothing if to_bytes() cannot have made them.
std::optional<final_page> read_final_page(std::string_view bytes);

/// Returns: the validators that it begins with, without reading further; none where it has none.
validators read_final_validators(std::string_view bytes);

/// Returns: its row alone, without reading further.
std::optional<page_row> read_final_row(std::string_view bytes);

} // namespace troupe::crawl
