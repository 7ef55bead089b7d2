// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace troupe::crawl {

/// Returns: whether it begins as a gzip file does, whatever its name or header say.
bool looks_like_gzip(std::string_view bytes);

enum class gunzip_end : std::uint8_t {
  whole,
  stopped, ///< by whoever took the pieces
  full,    ///< there is more than bytes_max
  broken,  ///< no gzip, damaged, or it ends in its middle
};

/// Unpacks a gzip file, of several members too, piece by piece. What is damaged gives what is
/// readable of it first. Bytes behind the last member are ignored.
/// Takes: `bytes_max`, unpacked; `take`, which is given at most 64 KiB at a time and returns false
/// to end it.
/// Cost: about 3 ns a byte unpacked, 100 KB of memory; a bomb costs no more than bytes_max.
/// Source: RFC 1952.
gunzip_end gunzip(std::string_view bytes, std::uint64_t bytes_max,
                  const std::function<bool(std::string_view)>& take);

} // namespace troupe::crawl
