// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "domain/crawl/text_hash.hpp"

namespace troupe::crawl {

/// Where a frontier puts what memory is not to hold: bytes by their offset, written once, read
/// often, and gone with the frontier. What it really is (a file, in a crawl) is its maker's affair.
class text_spill {
public:
  virtual ~text_spill() = default;
  /// Returns: "" or why not, in one line; so does the other.
  virtual std::string write(std::uint64_t offset, std::span<const char> bytes) = 0;
  /// Takes: a range that was written.
  virtual std::string read(std::uint64_t offset, std::span<char> bytes) = 0;
  /// Returns: always the same, and nothing that pages' authors could know.
  virtual text_key key() const = 0;
};

} // namespace troupe::crawl
