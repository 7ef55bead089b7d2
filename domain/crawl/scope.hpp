// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// How far from its seeds a crawl may go.
enum class scope_kind : unsigned char {
  host,   ///< the seeds' host:port, http and https alike
  prefix, ///< URLs that begin with a seed's directory
  domain, ///< the seeds' registrable domain (public suffix list), any port
  any,
};

/// Decides which links belong to the crawl. Seeds widen it as they are added.
class scope {
public:
  explicit scope(scope_kind kind) : kind_(kind) {}
  void add_seed(const url& seed);
  bool contains(const url& u) const;

private:
  scope_kind kind_;
  boost::unordered_flat_set<std::string> keys_;
  std::vector<std::string> prefixes_;
};

} // namespace troupe::crawl
