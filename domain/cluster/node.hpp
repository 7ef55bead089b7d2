// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/cluster/hello.hpp"

namespace troupe::cluster {

/// Takes: names of roles with commas between them. Returns: their bits, or none if one of them is
/// no role, or comes twice.
std::optional<std::uint32_t> read_roles(std::string_view names);

inline constexpr std::size_t address_bytes_max = 300; ///< of a HOST:PORT that another process names

/// Whether HOST:PORT names the machine that it is said on: 127.x.y.z, [::1] or localhost. Other
/// names may do so too; this looks nothing up.
bool is_here(std::string_view address);

enum class node_state : std::uint8_t {
  up,
  suspect,  ///< silent for longer than it should be
  draining, ///< it finishes what it has, and gets no more
  down,     ///< silent for too long, or its connection ended
  left,     ///< it said that it goes
};
/// Returns: "up" and so on.
std::string_view to_string(node_state s);

/// What a node says of itself.
struct node_facts {
  std::string name;
  std::uint64_t instance = 0; ///< drawn anew by each start of a process
  std::uint32_t roles = 0;
  std::uint32_t processors = 0;
  std::string address; ///< the peer's, as its connection has it
  bool operator==(const node_facts&) const = default;
};

/// What the coordinator knows of it.
struct node_report {
  node_facts facts;
  node_state state = node_state::up;
  std::string why;                ///< of `suspect` and `down`, for a person
  std::int64_t since_unix_ms = 0; ///< it has been in this state
  std::uint32_t joins = 1;        ///< how often a node of that name has come
  bool operator==(const node_report&) const = default;
};

} // namespace troupe::cluster
