// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace troupe::io {

/// What a connection has read and not used: one piece of memory that grows by doubling, and is
/// small again when nothing is in it.
class in_buffer {
public:
  static constexpr std::size_t small_bytes = 4u << 10;
  static constexpr std::size_t kept_bytes_max = 32u << 10; ///< while nothing is in it

  char* data() { return memory_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  std::string_view view() const { return {memory_.get() + begin_, end_ - begin_}; }

  /// Makes room behind what is there. Takes: at least 1. Returns: how much there is.
  std::size_t prepare(std::size_t wanted) {
    if (size() == 0) {
      begin_ = end_ = 0;
      if (capacity_ > kept_bytes_max) {
        memory_.reset();
        capacity_ = 0;
      }
    }
    if (capacity_ - end_ >= wanted)
      return capacity_ - end_;
    const auto used = size();
    const auto need = used + wanted;
    auto to = memory_.get();
    std::unique_ptr<char[]> grown;
    if (need > capacity_) {
      const auto capacity = std::max({small_bytes, capacity_ * 2, need});
      grown.reset(new char[capacity]);
      to = grown.get();
      capacity_ = capacity;
    }
    if (used != 0)
      std::memmove(to, memory_.get() + begin_, used);
    if (grown)
      memory_ = std::move(grown);
    begin_ = 0;
    end_ = used;
    return capacity_ - end_;
  }
  char* free() { return memory_.get() + end_; }
  void commit(std::size_t n) { end_ += n; }
  void consume(std::size_t n) { begin_ += n; }
  void shrink_to(std::size_t n) { end_ = begin_ + n; }
  void clear() { begin_ = end_ = 0; }

private:
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

} // namespace troupe::io
