// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "io/gateway/embedded.hpp"

namespace troupe::race {

/// Returns: the files of web/race/; defined by a source that cmake/Embed.cmake makes.
std::span<const gateway::embedded_file> page_files();

/// Returns: the page that shows a story step by step, as one HTML file that needs no other and asks
/// no server for anything.
/// Takes: what report_json() returns (domain/race/report.hpp).
std::string race_page(std::string_view json);

} // namespace troupe::race
