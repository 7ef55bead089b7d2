// SPDX-License-Identifier: BSD-3-Clause
// Inside of sitemap.hpp: the XML formats.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::crawl {

/// Finds the references in sitemaps and feeds, which may come in pieces.
class sitemap_xml {
public:
  /// Takes a reference as it stands there, decoded; `of_index`, whether it is to a sitemap.
  /// Returns: false if no more are wanted.
  using taker = std::function<bool(std::string_view ref, bool of_index)>;

  explicit sitemap_xml(taker take);
  ~sitemap_xml();
  sitemap_xml(const sitemap_xml&) = delete;
  sitemap_xml& operator=(const sitemap_xml&) = delete;

  /// Returns: false if what follows makes no difference any more: a fault, or enough.
  bool read(std::string_view piece);
  void finish(); ///< that was all
  /// Returns: "" or the first fault, "line 3: ...". Not what `take` had enough of.
  const std::string& wrong() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::crawl
