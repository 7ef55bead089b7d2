// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::crawl {

/// Every URL that a crawl knows, each once: the seen set, and the only place where their text is
/// kept.
///
/// Exact: texts are compared, not only hashes. The hash is keyed, so that a page full of links made
/// to collide would have to know the key.
///
///     blocks of 1 MiB:  | size, 4 octets | text | 0 to 3 unused | size | text | ...
///     id: a text's place, counted in 4 octets from the first block on; places only grow
///
/// Cost: a URL takes its text, about 6 bytes beside it and 11 to 23 in the hash table. A look-up
/// touches two places in memory: where many are due, prepare() them together, and they wait for
/// memory together. Growing the table moves 8 bytes a URL and reads no text.
class url_store {
public:
  using id = std::uint32_t;
  using hash_value = std::uint32_t;
  static constexpr std::size_t text_bytes_max = (1u << 20) - 4;

  explicit url_store(std::uint64_t hash_key);

  hash_value hash(std::string_view text) const;

  /// Begins to bring what look-ups of these will need into the cache. Changes nothing.
  void prepare(std::span<const hash_value> hashes) const;

  /// Takes: `h`, the text's hash().
  bool contains(std::string_view text, hash_value h) const { return find(text, h) != none; }
  bool contains(std::string_view text) const { return contains(text, hash(text)); }

  /// Takes: at most text_bytes_max bytes, into a store that is not full().
  /// Returns: its id, and whether it is new.
  std::pair<id, bool> insert(std::string_view text, hash_value h);
  std::pair<id, bool> insert(std::string_view text) { return insert(text, hash(text)); }

  /// Returns: valid as long as the store is.
  std::string_view text(id which) const;
  std::size_t size() const { return size_; }
  /// Returns: true once there may be no room for another text: after 16 GiB of them.
  bool full() const { return blocks_.size() >= blocks_max; }

private:
  static constexpr id none = 0xffff'ffff;
  static constexpr std::size_t block_bytes = 1u << 20;
  static constexpr std::size_t unit_bytes = 4;
  static constexpr std::size_t blocks_max = (std::uint64_t{1} << 32) * unit_bytes / block_bytes - 1;
  struct slot {
    hash_value hash = 0;
    id which = none;
  };

  id find(std::string_view text, hash_value h) const;
  void enter(slot s);
  void grow();
  id keep(std::string_view text);
  const char* place(id which) const;

  std::uint64_t key_;
  std::vector<slot> slots_; // a power of two of them, linear probing, at most 7/10 in use
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = block_bytes; // of the last block
  std::size_t size_ = 0;
};

} // namespace troupe::crawl
