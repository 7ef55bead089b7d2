// SPDX-License-Identifier: BSD-3-Clause
//
// A spill that is no file: what was written can be looked at, and it fails when it is told to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/crawl/text_spill.hpp"

namespace troupe::crawl {

struct memory_spill final : text_spill {
  std::string write(std::uint64_t offset, std::span<const char> from) override {
    if (offset + from.size() > bytes_max)
      return "the spill is full";
    if (offset != bytes.size())
      return "it is not written in order";
    bytes.insert(bytes.end(), from.begin(), from.end());
    return "";
  }
  std::string read(std::uint64_t offset, std::span<char> into) override {
    ++reads;
    if (unreadable)
      return "the spill cannot be read";
    if (offset + into.size() > bytes.size())
      return "what was not written is read";
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return "";
  }
  text_key key() const override { return {0x1234, 0x5678}; }

  std::vector<char> bytes;
  std::uint64_t bytes_max = ~std::uint64_t{0};
  std::uint64_t reads = 0;
  bool unreadable = false;
};

} // namespace troupe::crawl
