// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/crawl/text_blocks.hpp"
#include "domain/crawl/text_hash.hpp"

namespace troupe::crawl {

/// Names and their numbers: 0, 1, 2 ... in the order in which they came, each name once.
/// Cost: a name takes its text, about 10 bytes beside it and 11 to 23 in the table.
class host_names {
public:
  using number = std::uint32_t;

  explicit host_names(text_key key);

  /// Returns: its number, and whether it is new.
  std::pair<number, bool> number_of(std::string_view name);
  std::optional<number> find(std::string_view name) const;
  /// Returns: valid until another name comes.
  std::string_view name(number which) const { return texts_.in_memory(places_[which]); }
  number size() const { return static_cast<number>(places_.size()); }

private:
  static constexpr number none = 0xffff'ffff;
  struct slot {
    std::uint32_t hash = 0;
    number which = none;
  };
  std::size_t look(std::string_view name, std::uint32_t hash) const;
  void grow();

  text_key key_;
  text_blocks texts_;
  std::vector<text_blocks::place> places_; // by number
  std::vector<slot> slots_; // a power of two of them, linear probing, at most 7/10 in use
};

} // namespace troupe::crawl
