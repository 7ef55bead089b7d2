// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include <zlib.h>

namespace troupe::test {

/// Returns: `text` as one member of a gzip file. Link with zlib.
inline std::string gzipped(std::string_view text, int level = 9) {
  constexpr int gzip_window = 15 + 16, memory_level = 8;
  z_stream z{};
  deflateInit2(&z, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

} // namespace troupe::test
