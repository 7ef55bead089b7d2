// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "domain/crawl/page.hpp"

namespace troupe::io {

/// Appends one row with its line end; the columns are crawl_output's.
/// Source: RFC 8259; RFC 4180 for CSV.
void put_page(std::string& out, const crawl::page_row& row);
void put_page_csv(std::string& out, const crawl::page_row& row);
void put_item_json(std::string& out, std::string_view page, const crawl::item& found);
void put_item_csv(std::string& out, std::string_view page, const crawl::item& found);

/// Takes: `rel`, "", "nofollow" or "redirect".
void put_link_csv(std::string& out, std::string_view source, std::string_view target,
                  std::string_view rel);

/// Appends text, such as stands between tags or in an attribute, as XML 1.0 has it; what XML cannot
/// hold becomes U+FFFD.
void put_xml(std::string& out, std::string_view text);

/// Returns: the text with U+FFFD for bytes that are no UTF-8; itself if there are none, else
/// `room`.
std::string_view valid_utf8(std::string_view text, std::string& room);

} // namespace troupe::io
