// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>

#include "messages/crawl_keep.hpp"

namespace troupe::crawl {

/// Of pages that are read back, in one message.
inline constexpr std::size_t kept_message_bytes_max = 1u << 20;

/// Returns: as many pages as make a message, one at least if there is one; or why they cannot be
/// read. Takes: `read`, which gives each page to what it is called with, until that returns false.
template <class Read>
kept_pages one_message(Read read) {
  kept_pages out;
  std::size_t bytes = 0;
  try {
    read([&](std::string_view page) {
      bytes += page.size();
      if (bytes > kept_message_bytes_max && !out.pages.empty())
        return false;
      out.pages.emplace_back(page);
      return true;
    });
  } catch (const std::runtime_error& e) {
    out.error = e.what();
  }
  return out;
}

} // namespace troupe::crawl
