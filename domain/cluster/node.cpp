// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/node.hpp"

#include <array>

namespace troupe::cluster {

namespace {
constexpr std::array all_roles{role::primes, role::crawl, role::bank, role::jobs};
}

std::string_view to_string(role r) {
  switch (r) {
  case role::primes:
    return "primes";
  case role::crawl:
    return "crawl";
  case role::bank:
    return "bank";
  case role::jobs:
    return "jobs";
  }
  return "";
}

std::string role_names(role_set s) {
  std::string out;
  for (const auto r : all_roles)
    if (has(s, r))
      out += (out.empty() ? "" : ",") + std::string{to_string(r)};
  return out;
}

std::optional<role_set> read_roles(std::string_view names) {
  role_set found = 0;
  for (;;) {
    const auto comma = names.find(',');
    const auto name = names.substr(0, comma);
    role_set one = 0;
    for (const auto r : all_roles)
      if (name == to_string(r))
        one = static_cast<role_set>(r);
    if (one == 0 || (found & one) != 0)
      return std::nullopt;
    found |= one;
    if (comma == std::string_view::npos)
      return found;
    names.remove_prefix(comma + 1);
  }
}

std::string_view to_string(node_state s) {
  switch (s) {
  case node_state::up:
    return "up";
  case node_state::suspect:
    return "suspect";
  case node_state::draining:
    return "draining";
  case node_state::down:
    return "down";
  case node_state::left:
    return "left";
  }
  return "";
}

} // namespace troupe::cluster
