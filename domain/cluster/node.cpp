// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/node.hpp"

#include <array>

namespace troupe::cluster {

namespace {

struct named_role {
  std::string_view name;
  role bit;
};
constexpr std::array<named_role, 4> known{
    {{"crawl", crawl}, {"primes", primes}, {"bank", bank}, {"jobs", jobs}}};

} // namespace

std::optional<std::uint32_t> read_roles(std::string_view names) {
  std::uint32_t found = 0;
  for (;;) {
    const auto comma = names.find(',');
    const auto name = names.substr(0, comma);
    std::uint32_t one = 0;
    for (const auto& r : known)
      if (name == r.name)
        one = r.bit;
    if (one == 0 || (found & one) != 0)
      return std::nullopt;
    found |= one;
    if (comma == std::string_view::npos)
      return found;
    names.remove_prefix(comma + 1);
  }
}

bool is_here(std::string_view address) {
  const auto host = address.substr(0, address.rfind(':'));
  return host == "localhost" || host == "[::1]"
         || (host.starts_with("127.")
             && host.find_first_not_of("0123456789.") == std::string_view::npos);
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
