// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::crawl {

/// Every URL that a crawl knows, each once, numbered from 0 in the order they came: the seen set,
/// and the only place where their text is kept.
///
/// Exact: texts are compared, not only hashes. The hash is keyed, so that a page full of links made
/// to collide would have to know the key.
/// Cost: a URL takes its text, 8 bytes for its place and 11 to 23 in the hash table; a look-up
/// about 30 ns in cache. Growing the table moves 8 bytes a URL and reads no text.
class url_store {
public:
  using id = std::uint32_t;
  static constexpr std::size_t text_bytes_max = 1u << 20;
  static constexpr std::size_t urls_max = 0xffff'fffe;

  explicit url_store(std::uint64_t hash_key);

  bool contains(std::string_view text) const { return find(text, hash(text)) != none; }

  /// Takes: 1 to text_bytes_max bytes; fewer than urls_max are known.
  /// Returns: its number, and whether it is new.
  std::pair<id, bool> insert(std::string_view text);

  /// Returns: valid as long as the store is.
  std::string_view text(id which) const;
  std::size_t size() const { return places_.size(); }

private:
  static constexpr id none = 0xffff'ffff;
  struct slot {
    std::uint32_t hash = 0;
    id which = none;
  };

  std::uint32_t hash(std::string_view text) const;
  id find(std::string_view text, std::uint32_t h) const;
  void enter(slot s);
  void grow();
  std::uint64_t keep(std::string_view text);

  std::uint64_t key_;
  std::vector<slot> slots_;          // a power of two of them, linear probing, at most 7/10 in use
  std::deque<std::uint64_t> places_; // block * text_bytes_max + offset, and the size; see keep()
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = text_bytes_max; // of the last block
};

} // namespace troupe::crawl
