// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/site/pages.hpp"

namespace troupe::bench {

/// Which links a graph page may hold besides those to other graph pages.
struct graph_shape {
  std::uint64_t seed = 1;
  std::uint32_t pages = 10'000; ///< all are reached from page 0
  std::uint32_t hosts = 1;      ///< page i lives on 127.0.1.(1 + i mod hosts)
  std::uint16_t port = 8480;
};

/// Returns: "http://127.0.1.3:8480", the origin that page `number` lives on.
std::string graph_origin(const graph_shape& shape, std::uint32_t number);

/// Returns: "/g/04/04711.html"; a folder holds a thousand pages.
std::string graph_path(std::uint32_t number);

/// What one graph page leads to besides other graph pages; each on 2 % of the pages, on the page's
/// own host: "" where this page has none.
struct graph_extras {
  std::string redirect; ///< path that is answered with a redirect
  std::uint32_t redirect_to = 0;
  std::string missing;   ///< path that is answered with 404
  std::string forbidden; ///< path that robots.txt forbids
};
graph_extras extras_of(const graph_shape& shape, std::uint32_t number);

/// Writes a page of 4 to 8 KB, 6 on average, with about 12 links: absolute, with and without the
/// host, relative, and with fragments that a crawler must not take for other pages.
std::string make_graph_page(const graph_shape& shape, std::uint32_t number);

/// Writes a list page of 70 KB with 20 titles in all the ways that HTML allows, and traps between
/// them. The demo site's list pages are mostly prose; this one has the tags of a real blog's front
/// page (about 1,100 elements, 300 links), because it is tags that cost a parser its time.
site::page make_dense_list(std::uint64_t seed, std::uint32_t number);

} // namespace troupe::bench
