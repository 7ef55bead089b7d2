// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "domain/crawl/page.hpp"

namespace troupe::io {

/// Appends one row with its line end; the columns are crawl_output's.
/// Source: RFC 8259; RFC 4180 for CSV.
void put_page(std::string& out, const crawl::page_row& row);
void put_item_json(std::string& out, std::string_view page, const crawl::item& found);
void put_item_csv(std::string& out, std::string_view page, const crawl::item& found);

} // namespace troupe::io
