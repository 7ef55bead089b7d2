// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/text_spill.hpp"

namespace troupe::crawl {

/// Texts by their place, the newest in memory and the older ones spilled.
///
///     blocks of 1 MiB:  | size, 4 octets | text | 0 to 3 octets 0 | size | text | ... | zeroes |
///     place: where a text is, counted in 4 octets from the first block on; places only grow
///
///     block 0   1   2   3   4   5   6     the oldest goes when more are in memory than
///     [ spilled  ] [ in memory      ]     memory_bytes_max; it is read again in pieces of 4 KiB
///
/// A place is the same whether texts are spilled or not.
/// Cost: memory is memory_bytes_max and, once something is spilled, 4 MiB of pieces. Spilling is
/// one write of 1 MiB for each that is kept; reading a spilled text is a look at a piece, or a
/// read.
class text_blocks {
public:
  using place = std::uint32_t;
  static constexpr std::size_t text_bytes_max = (1u << 20) - 4;

  /// Takes: `memory_bytes_max`, at least a block whatever it says; without a spill it counts for
  /// nothing. `bytes_max`: of all texts, 16 GiB at most.
  text_blocks(std::uint64_t memory_bytes_max, std::uint64_t bytes_max,
              std::unique_ptr<text_spill> spill);

  /// Takes: at most text_bytes_max bytes; not when full().
  place keep(std::string_view text);
  /// Returns: whether more is in memory than memory_bytes_max.
  bool over() const {
    return blocks_.size() - first_in_memory_ > blocks_in_memory_max_ && failure_.empty();
  }
  /// Spills the oldest texts until it is not over().
  void spill();
  /// Returns: true once there may be no room for another text.
  bool full() const { return blocks_.size() >= blocks_max_ || !failure_.empty(); }

  /// Returns: the text; "", and there is a failure(), if it could not be read.
  std::string text(place where);
  /// Takes: a place of a text in memory. Returns: valid until spill().
  std::string_view in_memory(place where) const;
  void prepare(place where) const { __builtin_prefetch(address(where)); }
  /// Takes: any number. Returns: whether that text was kept there.
  bool holds(place where, std::string_view text);
  /// Calls `visit` for all that are in memory.
  void each_in_memory(const std::function<void(std::string_view)>& visit) const;

  /// Returns: "" or why a text could not be spilled (it is in memory still) or read, in one line.
  const std::string& failure() const { return failure_; }
  std::uint64_t spilled_bytes() const { return first_in_memory_ * std::uint64_t{block_bytes}; }

private:
  static constexpr std::size_t block_bytes = 1u << 20;
  static constexpr std::size_t unit_bytes = 4;
  static constexpr std::size_t piece_bytes = 4096;
  static constexpr std::size_t pieces = 1024;

  void new_block();
  const char* address(place where) const;
  bool copy(std::uint64_t offset, char* to, std::size_t bytes);
  const char* piece(std::uint64_t number);

  std::unique_ptr<text_spill> spill_;
  std::size_t blocks_in_memory_max_;
  std::size_t blocks_max_;
  std::vector<std::unique_ptr<char[]>> blocks_; // spilled ones are null
  std::unique_ptr<char[]> spare_;               // a spilled one's memory, for the next
  std::size_t first_in_memory_ = 0;
  std::size_t used_ = block_bytes;           // of the last block
  std::vector<std::uint64_t> piece_numbers_; // by place in the cache, plus one; 0: none
  std::unique_ptr<char[]> piece_texts_;
  std::string failure_;
};

} // namespace troupe::crawl
