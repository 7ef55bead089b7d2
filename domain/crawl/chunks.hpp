// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace troupe::crawl {

/// A vector that only grows, and never moves what is in it: in chunks so large that whatever else
/// is allocated meanwhile lies together, and not between its elements.
template <class T, std::size_t ChunkElements>
class chunks {
public:
  T& emplace_back() {
    if (size_ == chunks_.size() * ChunkElements)
      chunks_.push_back(std::make_unique<T[]>(ChunkElements));
    return (*this)[size_++];
  }
  T& operator[](std::size_t at) { return chunks_[at / ChunkElements][at % ChunkElements]; }
  const T& operator[](std::size_t at) const {
    return chunks_[at / ChunkElements][at % ChunkElements];
  }
  std::size_t size() const { return size_; }

private:
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t size_ = 0;
};

} // namespace troupe::crawl
