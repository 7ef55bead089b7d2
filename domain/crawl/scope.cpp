// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/scope.hpp"

#include <libpsl.h>

namespace troupe::crawl {

namespace {

bool is_address(std::string_view host) {
  // A normalized host whose last label is a number is always an IPv4 address.
  return host.starts_with('[')
         || (!host.empty() && host.back() >= '0' && host.back() <= '9'
             && host.find_first_not_of("0123456789.") == host.npos);
}

std::string registrable_domain(std::string_view host) {
  if (is_address(host))
    return std::string(host);
  if (host.ends_with('.')) // the root's dot: the same name
    host.remove_suffix(1);
  std::string name(host);
  const psl_ctx_t* list = psl_builtin();
  const char* domain = list ? psl_registrable_domain(list, name.c_str()) : nullptr;
  return domain ? std::string(domain) : name;
}

std::string place(const url& u) {
  std::string s(u.authority());
  s += u.path();
  return s;
}

} // namespace

void scope::add_seed(const url& seed) {
  switch (kind_) {
  case scope_kind::host:
    keys_.emplace(seed.authority());
    break;
  case scope_kind::domain:
    keys_.insert(registrable_domain(seed.host()));
    break;
  case scope_kind::prefix: {
    if (contains(seed))
      break;
    std::string prefix = place(seed);
    prefix.resize(prefix.rfind('/') + 1);
    // Narrower ones that it covers now stand right behind it.
    auto at = prefixes_.lower_bound(prefix);
    while (at != prefixes_.end() && at->starts_with(prefix))
      at = prefixes_.erase(at);
    prefixes_.insert(at, std::move(prefix));
    break;
  }
  case scope_kind::any:
    break;
  }
}

/// The public suffix list is slow to ask, and most foreign links can do without: whatever a host's
/// domain is, it is one of the host's endings.
bool scope::has_suffix_key(std::string_view host) const {
  if (host.ends_with('.'))
    host.remove_suffix(1);
  for (;;) {
    if (keys_.contains(host))
      return true;
    const auto dot = host.find('.');
    if (dot == host.npos)
      return false;
    host.remove_prefix(dot + 1);
  }
}

bool scope::contains(const url& u) const {
  switch (kind_) {
  case scope_kind::host:
    return keys_.contains(u.authority());
  case scope_kind::domain:
    return has_suffix_key(u.host()) && keys_.contains(registrable_domain(u.host()));
  case scope_kind::prefix: {
    const std::string where = place(u);
    const auto after = prefixes_.upper_bound(where);
    return after != prefixes_.begin() && where.starts_with(*std::prev(after));
  }
  case scope_kind::any:
    return true;
  }
  return false;
}

} // namespace troupe::crawl
