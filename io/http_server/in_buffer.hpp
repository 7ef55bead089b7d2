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

  /// What it has beyond the piece that each connection may have.
  std::size_t extra_bytes() const { return extra_of(capacity_); }
  /// What prepare(wanted) would add to that.
  std::size_t growth(std::size_t wanted) const {
    const auto need = size() + wanted;
    return size() == 0 || need <= capacity_ ? 0 : extra_of(grown_to(need)) - extra_bytes();
  }
  char* data() { return memory_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  std::string_view view() const { return {memory_.get() + begin_, end_ - begin_}; }

  /// Makes room behind what is there. Takes: at least 1. Returns: how much there is.
  std::size_t prepare(std::size_t wanted) {
    if (size() == 0) {
      begin_ = end_ = 0;
      if (capacity_ > small_bytes) {
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
      const auto capacity = grown_to(need);
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
  static std::size_t extra_of(std::size_t capacity) {
    return capacity > small_bytes ? capacity - small_bytes : 0;
  }
  std::size_t grown_to(std::size_t need) const {
    return std::max({small_bytes, capacity_ * 2, need});
  }

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

} // namespace troupe::io
