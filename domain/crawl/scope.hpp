// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// How far from its seeds a crawl may go. http and https never make a difference.
enum class scope_kind : unsigned char {
  host,   ///< the seeds' host:port; the two default ports count as one
  prefix, ///< URLs on a seed's host:port that begin with its directory: its path up to the last '/'
  domain, ///< the seeds' registrable domain (public suffix list), any port
  any,
};

/// Decides which links belong to the crawl. Seeds widen it as they are added.
///
/// An IP address, a name without dots and a name that is itself a public suffix ("github.io") are
/// domains of their own.
/// Cost: contains() is one look-up; for `domain` about a microsecond more; for `prefix` O(log
/// seeds). Source: the public suffix list that libpsl was built with.
class scope {
public:
  explicit scope(scope_kind kind) : kind_(kind) {}
  void add_seed(const url& seed);
  bool contains(const url& u) const;

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };

  bool has_suffix_key(std::string_view host) const;

  scope_kind kind_;
  boost::unordered_flat_set<std::string, text_hash, std::equal_to<>> keys_; // hosts or domains
  // No member begins with another, so that only the greatest one not above a URL can be its prefix.
  std::set<std::string> prefixes_;
};

} // namespace troupe::crawl
