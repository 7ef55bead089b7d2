// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "io/gateway/embedded.hpp"

namespace troupe::io {

/// Returns: NAME.html with NAME.css, NAME.js and data put into it: one file that needs no other and
/// asks no server for anything.
/// Takes: the files; their common name; JSON for the element with the id "data".
/// Throws: std::logic_error if a file, or its place in the page, is missing.
std::string one_file_page(std::span<const gateway::embedded_file> files, const std::string& name,
                          std::string_view json);

} // namespace troupe::io
