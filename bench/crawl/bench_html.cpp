// SPDX-License-Identifier: BSD-3-Clause
// What reading a page costs: with the scanner in front, and with libxml2 alone, in turns.
//
//   bench_html [FOLDER]     FOLDER: .html files to read besides the bench site's pages
//
// One row a kind of page and a thing to extract: CPU microseconds a page for both, least of the
// rounds, and their ratio. Both must have found the same.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/crawl/bench_pages.hpp"
#include "domain/crawl/html.hpp"

namespace fs = std::filesystem;
using namespace troupe;
using namespace troupe::crawl;

namespace {

constexpr int rounds = 7;

struct kind_of_pages {
  std::string name;
  std::vector<std::string> bodies;
};

double cpu_us() { return static_cast<double>(std::clock()) * 1e6 / CLOCKS_PER_SEC; }

struct outcome {
  double us = 1e18; // all pages
  std::size_t found = 0, scanned = 0;
};

void read_all(const kind_of_pages& pages, html_reader& reader, outcome& out) {
  static const url base = *parse_url("http://127.0.1.1:8480/g/00/00000.html");
  outcome now;
  const double begun = cpu_us();
  for (const auto& body : pages.bodies) {
    const auto d = reader.read(body, base, "text/html; charset=utf-8");
    now.found += d.links.size() + 1'000'000 * d.items.size();
    now.scanned += d.parser == html_parser::scanner ? 1 : 0;
  }
  out = {std::min(out.us, cpu_us() - begun), now.found, now.scanned};
}

void compare(const kind_of_pages& pages, const std::string& css) {
  const extract_spec what{css.empty() ? extract_kind::none : extract_kind::css, css};
  html_reader scanner(what, {}), library(what, {}, html_parser::libxml2);
  outcome a, b;
  for (int n = 0; n < rounds; ++n) {
    read_all(pages, scanner, a);
    read_all(pages, library, b);
  }
  if (a.found != b.found)
    throw std::runtime_error(pages.name + ", " + css + ": the two found different things");
  const auto n = static_cast<double>(pages.bodies.size());
  std::printf("%s,\"%s\",%zu,%zu,%.1f,%.1f,%.2f\n", pages.name.c_str(),
              css.empty() ? "links" : css.c_str(), pages.bodies.size(), a.scanned, a.us / n,
              b.us / n, a.us / b.us);
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

kind_of_pages pages_of(const fs::path& folder) {
  kind_of_pages out{folder.filename().string(), {}};
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".html")
      out.bodies.push_back(read_file(entry.path()));
  return out;
}

} // namespace

int main(int argc, char** argv) {
  try {
    kind_of_pages list{"list", {}}, graph{"graph", {}};
    for (std::uint32_t n = 1; n <= 200; ++n)
      list.bodies.push_back(bench::make_dense_list(1, n).body);
    for (std::uint32_t n = 0; n < 2'000; ++n)
      graph.bodies.push_back(bench::make_graph_page({}, n));
    std::vector<kind_of_pages> kinds{std::move(list), std::move(graph)};
    if (argc > 1)
      kinds.push_back(pages_of(argv[1]));
    std::puts("pages,extract,n,by the scanner alone,CPU us a page,libxml2 alone,ratio");
    for (const auto& kind : kinds)
      for (const char* css : {"", "a.post-item-title", "h1, .t-dcl", "div a"})
        compare(kind, css);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_html: %s\n", e.what());
    return 1;
  }
}
