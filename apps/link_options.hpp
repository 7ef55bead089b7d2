// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "actors/cluster/process.hpp"

namespace CLI {
class App;
} // namespace CLI

namespace troupe::apps {

/// The options by which any program of a cluster connects to others.
void declare_link_bounds(CLI::App& app, cluster::process_options& process);

/// Takes: "a:1,b:2". Returns: "", or what is wrong with it.
std::string read_addresses(const std::string& text, std::vector<std::string>& to);

} // namespace troupe::apps
