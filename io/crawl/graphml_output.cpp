// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/graphml_output.hpp"

#include <fstream>
#include <random>
#include <stdexcept>

#include "io/crawl/row_text.hpp"

namespace troupe::io {

namespace {

constexpr std::string_view head = R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="url" for="node" attr.name="url" attr.type="string"/>
<key id="rel" for="edge" attr.name="rel" attr.type="string"/>
<graph id="links" edgedefault="directed">
)";
constexpr std::string_view tail = "</graph>\n</graphml>\n";
constexpr std::string_view node_begin = "<node id=\"n";
constexpr std::string_view url_begin = "\"><data key=\"url\">";
constexpr std::string_view node_end = "</data></node>";

crawl::text_key random_key() {
  std::random_device source;
  const auto half = [&source] { return (std::uint64_t{source()} << 32) | source(); };
  return {half(), half()};
}

// Undoes put_xml.
std::string plain_text(std::string_view xml) {
  static constexpr std::pair<std::string_view, char> names[] = {
      {"&amp;", '&'}, {"&lt;", '<'},   {"&gt;", '>'},  {"&quot;", '"'},
      {"&#9;", '\t'}, {"&#10;", '\n'}, {"&#13;", '\r'}};
  std::string out;
  while (!xml.empty()) {
    std::size_t used = 1;
    char c = xml.front();
    for (const auto& [name, meant] : names)
      if (c == '&' && xml.starts_with(name)) {
        used = name.size();
        c = meant;
        break;
      }
    out += c;
    xml.remove_prefix(used);
  }
  return out;
}

} // namespace

graphml_output::graphml_output(const std::string& path, const crawl::output_limits& bounds,
                               std::optional<std::uint64_t> go_on_at)
    : file_(path, go_on_at), nodes_max_(bounds.graph_nodes_max),
      nodes_(0, keyed_hash{random_key()}) {
  if (go_on_at) {
    read_nodes(*go_on_at);
    return;
  }
  file_.buffer() += head;
  file_.row_done();
}

void graphml_output::write(const found_page& page) {
  if (finished_ || !error().empty())
    return;
  node_id from = 0;
  bool fits = put_node(page.row.url, from);
  if (fits && !page.row.redirect_to.empty())
    fits = put_edge(from, page.row.redirect_to, "redirect");
  for (const auto& link : page.links)
    fits = fits && put_edge(from, link.target, link.nofollow ? "nofollow" : "");
  file_.row_done(); // an edge and its nodes are never apart
  if (!fits)
    error_ = file_.path() + ": more than " + std::to_string(nodes_max_)
             + " URLs are too many for one GraphML file: a .csv takes any number";
}

bool graphml_output::put_node(std::string_view url, node_id& which) {
  std::string name{url};
  if (nodes_.size() >= nodes_max_ && !nodes_.contains(name))
    return false;
  const auto [at, fresh] = nodes_.try_emplace(std::move(name), static_cast<node_id>(nodes_.size()));
  which = at->second;
  if (!fresh)
    return true;
  auto& out = file_.buffer();
  out += node_begin;
  out += std::to_string(which);
  out += url_begin;
  put_xml(out, url);
  out += node_end;
  out += '\n';
  return true;
}

bool graphml_output::put_edge(node_id from, std::string_view to, std::string_view rel) {
  node_id target = 0;
  if (!put_node(to, target))
    return false;
  auto& out = file_.buffer();
  out += "<edge source=\"n" + std::to_string(from) + "\" target=\"n" + std::to_string(target);
  if (rel.empty()) {
    out += "\"/>\n";
    return true;
  }
  out += "\"><data key=\"rel\">";
  out += rel;
  out += "</data></edge>\n";
  return true;
}

// A node's number follows from the URLs before it, so that reading them in order gives each its
// own again.
void graphml_output::read_nodes(std::uint64_t until) {
  std::ifstream in(file_.path(), std::ios::binary);
  std::uint64_t at = 0;
  for (std::string line; at < until && std::getline(in, line); at += line.size() + 1) {
    std::string_view rest = line;
    if (!rest.starts_with(node_begin) || !rest.ends_with(node_end))
      continue;
    rest.remove_prefix(node_begin.size());
    const auto number = rest.substr(0, rest.find('"'));
    rest.remove_prefix(number.size());
    if (!rest.starts_with(url_begin))
      continue;
    rest.remove_prefix(url_begin.size());
    rest.remove_suffix(node_end.size());
    const auto next = static_cast<node_id>(nodes_.size());
    if (std::to_string(next) != number || !nodes_.try_emplace(plain_text(rest), next).second)
      throw std::runtime_error(file_.path() + ": is not the GraphML file that was begun");
  }
  if (at != until)
    throw std::runtime_error(file_.path() + ": cannot be read");
}

std::string graphml_output::position() {
  const auto at = finished_ ? std::nullopt : file_.sync();
  return at && error_.empty() ? std::to_string(*at) : std::string{};
}

void graphml_output::finish(bool) {
  if (!finished_ && file_.error().empty()) {
    file_.buffer() += tail;
    file_.row_done();
  }
  finished_ = true;
  file_.flush();
}

} // namespace troupe::io
