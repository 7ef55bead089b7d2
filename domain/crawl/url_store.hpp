// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/fingerprint_set.hpp"
#include "domain/crawl/text_blocks.hpp"
#include "domain/crawl/text_hash.hpp"
#include "domain/crawl/text_spill.hpp"

namespace troupe::crawl {

/// Every URL that a crawl knows, each once: the seen set, and the only place where their text is
/// kept.
///
///     all texts in memory   exact: a table of hashes and ids; texts are compared
///     some are spilled      a set of 64-bit hashes alone: nothing is read to know what is known;
///                           the odds that any of 10 million URLs is taken for known, though it is
///                           new, are 2.7e-6 (fingerprint_set)
///
/// It goes from the first to the second once, in settle(), when a spill was given and the texts are
/// more than memory is to hold. Ids are the same either way. Hashes are keyed: a page full of links
/// made to collide would have to know the key.
///
/// Cost: in memory a URL takes its text, about 6 bytes beside it and 11 to 23 in the table, and a
/// look-up touches two places; once spilled 9 to 12 bytes in all, and one place. Where many
/// look-ups are due, prepare() them together, and they wait for memory together. Going over reads
/// all texts once: about 100 ns for each.
class url_store {
public:
  using id = text_blocks::place;
  using hash_value = std::uint64_t;
  static constexpr std::size_t text_bytes_max = text_blocks::text_bytes_max;

  /// Takes: as text_blocks. `key`: without a spill; with one it is the spill's.
  explicit url_store(text_key key, std::uint64_t memory_bytes_max = 0,
                     std::uint64_t bytes_max = ~std::uint64_t{0},
                     std::unique_ptr<text_spill> spill = nullptr);

  /// Spills what memory is not to hold. To be called before a page's URLs are hashed: what is
  /// inserted between two calls stays in memory, and hashes of before count no more.
  void settle() {
    if (texts_.over())
      spill();
  }

  hash_value hash(std::string_view text) const {
    return exact_ ? table_hash(text, key_) : fingerprint(text, key_);
  }

  /// Begins to bring what look-ups of these will need into the cache. Changes nothing.
  void prepare(std::span<const hash_value> hashes) const;

  /// Takes: `h`, the text's hash().
  bool contains(std::string_view text, hash_value h) const {
    return exact_ ? find(text, h) : seen_.contains(h);
  }
  bool contains(std::string_view text) const { return contains(text, hash(text)); }

  /// Takes: 1 to text_bytes_max bytes, into a store that is not full().
  /// Returns: its id if it is new.
  std::optional<id> insert(std::string_view text, hash_value h);
  std::optional<id> insert(std::string_view text) { return insert(text, hash(text)); }

  /// Takes: any number. Returns: whether that text has this id.
  bool holds(id which, std::string_view text) { return texts_.holds(which, text); }
  /// Returns: "", and there is a failure(), if it was spilled and cannot be read.
  std::string text(id which) { return texts_.text(which); }
  std::size_t size() const { return size_; }
  /// Returns: true once there may be no room for another text: after 16 GiB of them, or bytes_max.
  bool full() const { return texts_.full(); }
  /// Returns: "" or why a text cannot be spilled or read, in one line.
  const std::string& failure() const { return texts_.failure(); }
  const text_key& key() const { return key_; }

private:
  struct slot {
    std::uint32_t hash = 0; // the low half
    id which = none;
  };
  static constexpr id none = 0xffff'ffff;

  bool find(std::string_view text, hash_value h) const;
  void enter(slot s);
  void grow();
  void spill();

  text_key key_;
  text_blocks texts_;
  std::size_t size_ = 0;
  bool exact_ = true;
  std::vector<slot> slots_; // a power of two of them, linear probing, at most 7/10 in use
  fingerprint_set seen_;    // instead of slots_, once not exact
};

} // namespace troupe::crawl
