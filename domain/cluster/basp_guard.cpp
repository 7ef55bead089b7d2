// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/basp_guard.hpp"

#include <algorithm>
#include <cstring>

namespace troupe::cluster {

basp_guard::basp_guard(std::string_view carrier, std::uint32_t message_bytes_max)
    : on_(carrier.starts_with("caf 0.17.")), message_bytes_max_(message_bytes_max) {}

std::string basp_guard::look(std::string_view bytes) {
  while (on_ && !bytes.empty()) {
    if (left_ > 0) {
      const auto skip = std::min<std::size_t>(left_, bytes.size());
      left_ -= static_cast<std::uint32_t>(skip);
      bytes.remove_prefix(skip);
      continue;
    }
    const auto take = std::min(bytes.size(), header_bytes - have_);
    std::memcpy(header_.data() + have_, bytes.data(), take);
    have_ += take;
    bytes.remove_prefix(take);
    if (have_ < header_bytes)
      break;
    have_ = 0;
    if (auto why = check_header(); !why.empty())
      return why;
  }
  return {};
}

std::string basp_guard::check_header() {
  constexpr unsigned last_handshake = 1, heartbeat = 6;
  const unsigned operation = header_[0];
  if (operation > heartbeat)
    return "a message of unknown operation " + std::to_string(operation);
  if (first_ && operation > last_handshake)
    return "a message before the handshake";
  first_ = false;
  for (std::size_t i = 4; i < 8; ++i)
    left_ = left_ << 8 | header_[i];
  if (left_ > message_bytes_max_)
    return "a message of " + std::to_string(left_) + " bytes, above "
           + std::to_string(message_bytes_max_);
  if (operation == heartbeat && left_ > 0)
    return "a heartbeat with a payload";
  return {};
}

} // namespace troupe::cluster
