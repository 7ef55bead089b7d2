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

/// Takes: "a:1,b:2"; the folder of certificates, "" for none: then an address that is known to be
/// another machine's is refused. Returns: "", or what is wrong with it.
std::string read_addresses(const std::string& text, const std::string& tls_dir,
                           std::vector<std::string>& to);

} // namespace troupe::apps
