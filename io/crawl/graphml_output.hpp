// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/text_hash.hpp"
#include "io/crawl/row_file.hpp"
#include "io/crawl/row_output.hpp"

namespace troupe::io {

/// Links as a directed graph, GraphML 1.0:
///
///     <node id="n4"><data key="url">http://...</data></node>       each URL once, before its edges
///     <edge source="n4" target="n9"><data key="rel">nofollow</data></edge>      "redirect"
///     likewise
///
/// The file is XML only once finish() has ended it. Position: where the last edge ends, in bytes.
/// Cost: a look-up a link. Memory: each URL's text and about 60 bytes, up to graph_nodes_max; then
/// it ends with an error.
class graphml_output final : public row_output {
public:
  /// Throws: std::runtime_error, one line.
  graphml_output(const std::string& path, const crawl::output_limits& bounds,
                 std::optional<std::uint64_t> go_on_at);

  void write(const found_page& page) override;
  void flush() override { file_.flush(); }
  std::string position() override;
  void finish(bool complete) override;
  const std::string& error() const override { return error_.empty() ? file_.error() : error_; }

private:
  using node_id = std::uint32_t; // numbered as they come
  // Keyed, so that no page can have links made to collide.
  struct keyed_hash {
    crawl::text_key key;
    std::size_t operator()(const std::string& url) const { return crawl::fingerprint(url, key); }
  };
  bool put_node(std::string_view url, node_id& which);
  bool put_edge(node_id from, std::string_view to, std::string_view rel);
  void read_nodes(std::uint64_t until);

  row_file file_;
  std::uint64_t nodes_max_;
  boost::unordered_flat_map<std::string, node_id, keyed_hash> nodes_;
  std::string error_;
  bool finished_ = false;
};

} // namespace troupe::io
