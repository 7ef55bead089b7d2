// SPDX-License-Identifier: BSD-3-Clause
// bench_write_site DIR PORT [--lists N] [--list-names N] [--graph N] [--hosts N] [--seed N]
//
// Writes the site that crawlers are measured on, as files for nginx; the same arguments give the
// same bytes:
//
//   DIR/one/sitehome/p/N        list pages, 1 .. lists; names beyond are further links to them
//   DIR/one/g/AA/NNNNN.html     the graph on one host, for port PORT
//   DIR/many/g/AA/NNNNN.html    the same on several hosts, for port PORT + 2
//   DIR/{one,many}/robots.txt   and .gz twins of all pages
//   DIR/redirects.conf          nginx map: host and path to target
//   DIR/titles.jsonl            what a right reader finds in the list pages
//   DIR/expected.json           what a right crawl comes to

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <zlib.h>

#include "bench/crawl/bench_pages.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace troupe;

struct arguments {
  fs::path folder;
  std::uint32_t port = 0;
  std::map<std::string, std::uint32_t> numbers{{"--lists", 500},
                                               {"--list-names", 4'000},
                                               {"--graph", 10'000},
                                               {"--hosts", 16},
                                               {"--seed", 1}};
};

std::uint32_t to_number(const std::string& text) {
  std::size_t used = 0;
  const auto number = std::stoul(text, &used);
  if (used != text.size() || number > 1'000'000)
    throw std::invalid_argument("not a number that will do: " + text);
  return static_cast<std::uint32_t>(number);
}

arguments parse(int argc, char** argv) {
  if (argc < 3 || argc % 2 == 0)
    throw std::invalid_argument("usage: bench_write_site DIR PORT [--lists N] [--list-names N] "
                                "[--graph N] [--hosts N] [--seed N]");
  arguments a{fs::path{argv[1]}, to_number(argv[2]), arguments{}.numbers};
  for (int i = 3; i + 1 < argc; i += 2) {
    const auto known = a.numbers.find(argv[i]);
    if (known == a.numbers.end())
      throw std::invalid_argument(std::string{"unknown option "} + argv[i]);
    known->second = to_number(argv[i + 1]);
  }
  if (a.port == 0 || a.port > 65'533 || a.numbers["--hosts"] == 0 || a.numbers["--hosts"] > 250
      || a.numbers["--lists"] == 0 || a.numbers["--graph"] == 0 || a.numbers["--graph"] > 100'000)
    throw std::invalid_argument("PORT 1-65533, --hosts 1-250, --lists from 1, --graph 1-100000");
  return a;
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  if (!out)
    throw std::runtime_error("cannot write " + path.string());
}

std::string gzip(const std::string& bytes) {
  z_stream z{};
  constexpr int gzip_window = 15 + 16, memory_level = 8;
  if (deflateInit2(&z, 6, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib cannot start");
  std::string out(deflateBound(&z, bytes.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  if (result != Z_STREAM_END)
    throw std::runtime_error("zlib cannot finish");
  return out;
}

std::size_t write_page(const fs::path& path, const std::string& body) {
  write_file(path, body);
  write_file(path.string() + ".gz", gzip(body));
  return body.size();
}

// Returns: bytes of all distinct list pages.
std::size_t write_lists(const arguments& a, const fs::path& root) {
  const std::uint32_t lists = a.numbers.at("--lists"), names = a.numbers.at("--list-names");
  fs::create_directories(root / "sitehome/p");
  std::ofstream titles(a.folder / "titles.jsonl", std::ios::binary);
  std::size_t bytes = 0;
  for (std::uint32_t n = 1; n <= lists; ++n) {
    const auto page = bench::make_dense_list(a.numbers.at("--seed"), n);
    const auto path = root / "sitehome/p" / std::to_string(n);
    bytes += write_page(path, page.body);
    json::array all;
    for (const auto& t : page.titles)
      all.push_back(json::array{t.href, t.text});
    titles << json::serialize(json::object{{"page", n}, {"titles", std::move(all)}}) << '\n';
    // A run that takes long enough to be timed needs more names, not more bytes on the disk.
    for (std::uint32_t more = n + lists; more <= names; more += lists) {
      const auto other = root / "sitehome/p" / std::to_string(more);
      fs::create_hard_link(path, other);
      fs::create_hard_link(path.string() + ".gz", other.string() + ".gz");
    }
  }
  titles.close();
  if (!titles)
    throw std::runtime_error("cannot write titles.jsonl");
  return bytes;
}

struct graph_counts {
  std::size_t bytes = 0, redirects = 0, missing = 0, forbidden = 0;
};

graph_counts write_graph(const bench::graph_shape& shape, const fs::path& root,
                         std::ostream& redirects) {
  graph_counts sum;
  fs::create_directories(root / "private");
  for (std::uint32_t i = 0; i < shape.pages; ++i) {
    const auto path = root / bench::graph_path(i).substr(1);
    if (i % 1000 == 0)
      fs::create_directories(path.parent_path());
    sum.bytes += write_page(path, bench::make_graph_page(shape, i));
    const auto extras = bench::extras_of(shape, i);
    if (!extras.redirect.empty()) {
      ++sum.redirects;
      redirects << bench::graph_origin(shape, i).substr(7) << extras.redirect << ' '
                << bench::graph_origin(shape, extras.redirect_to)
                << bench::graph_path(extras.redirect_to) << ";\n";
    }
    sum.missing += !extras.missing.empty();
    if (!extras.forbidden.empty()) {
      ++sum.forbidden;
      write_file(root / extras.forbidden.substr(1), "<!DOCTYPE html><title>private</title>\n");
    }
  }
  write_file(root / "robots.txt", "# Bench site.\nUser-agent: *\nDisallow: /private/\n");
  return sum;
}

json::object to_json(const bench::graph_shape& shape, const graph_counts& sum) {
  return {{"start", bench::graph_origin(shape, 0) + bench::graph_path(0)},
          {"hosts", shape.hosts},
          {"pages", shape.pages},
          {"bytes", sum.bytes},
          {"redirects", sum.redirects},
          {"missing", sum.missing},
          {"forbidden", sum.forbidden}};
}

void write_site(const arguments& a) {
  fs::create_directories(a.folder);
  for (const char* old : {"one", "many", "expected.json"})
    fs::remove_all(a.folder / old);
  const auto seed = a.numbers.at("--seed"), graph = a.numbers.at("--graph");
  const bench::graph_shape one{seed, graph, 1, static_cast<std::uint16_t>(a.port)};
  const bench::graph_shape many{seed, graph, a.numbers.at("--hosts"),
                                static_cast<std::uint16_t>(a.port + 2)};
  const auto list_bytes = write_lists(a, a.folder / "one");
  std::ofstream redirects(a.folder / "redirects.conf", std::ios::binary);
  const auto one_sum = write_graph(one, a.folder / "one", redirects);
  const auto many_sum = write_graph(many, a.folder / "many", redirects);
  redirects.close();
  if (!redirects)
    throw std::runtime_error("cannot write redirects.conf");
  const json::object expected{{"seed", seed},
                              {"port", a.port},
                              {"lists", a.numbers.at("--lists")},
                              {"list_names", a.numbers.at("--list-names")},
                              {"list_bytes", list_bytes},
                              {"graph_one", to_json(one, one_sum)},
                              {"graph_many", to_json(many, many_sum)}};
  // Last: where this file stands the site is whole.
  write_file(a.folder / "expected.json", json::serialize(expected) + "\n");
}

} // namespace

int main(int argc, char** argv) {
  try {
    write_site(parse(argc, argv));
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_write_site: %s\n", e.what());
    return 1;
  }
}
