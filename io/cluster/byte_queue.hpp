// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::cluster {

/// Bytes on their way out: what is being written stays where it is while more comes in behind it.
/// Cost: each byte is copied once, and what has gathered goes out as one.
class byte_queue {
public:
  std::size_t size() const { return sending_.size() - sent_ + waiting_.size(); }
  bool empty() const { return size() == 0; }

  /// Where to append; valid until next().
  std::string& tail() { return waiting_; }

  /// What is to be written now; stays in place until all of it was taken().
  std::string_view next() {
    if (sent_ == sending_.size()) {
      sending_.clear();
      sent_ = 0;
      sending_.swap(waiting_);
    }
    return std::string_view(sending_).substr(sent_);
  }
  void taken(std::size_t bytes) { sent_ += bytes; }

  /// Gives back memory that a burst took, if nothing waits or is being written.
  void trim() {
    if (empty() && sending_.capacity() + waiting_.capacity() > trim_bytes) {
      sending_ = {};
      waiting_ = {};
      sent_ = 0;
    }
  }

private:
  static constexpr std::size_t trim_bytes = 64u << 10;
  std::string sending_, waiting_;
  std::size_t sent_ = 0;
};

} // namespace troupe::cluster
