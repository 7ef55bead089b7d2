// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "io/gateway/embedded.hpp"

namespace troupe::compare {

/// Returns: the files of web/compare/; defined by a source that cmake/Embed.cmake makes.
std::span<const gateway::embedded_file> page_files();

/// Returns: the page that shows a report, as one HTML file that needs no other.
/// Takes: what report_json() returns (domain/compare/report.hpp).
std::string report_page(std::string_view json);

} // namespace troupe::compare
