// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/gunzip.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <zlib.h>

namespace troupe::crawl {

namespace {

struct inflater {
  z_stream stream{};
  bool ready = false;

  inflater() {
    constexpr int gzip_only = 15 + 16;
    ready = inflateInit2(&stream, gzip_only) == Z_OK;
  }
  ~inflater() {
    if (ready)
      inflateEnd(&stream);
  }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;

  /// Returns: whether another member follows the one that has ended; it is begun then.
  bool begin_next() {
    return stream.avail_in >= 2 && stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b
           && inflateReset(&stream) == Z_OK;
  }
};

} // namespace

bool looks_like_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b\x08"); }

gunzip_end gunzip(std::string_view bytes, std::uint64_t bytes_max,
                  const std::function<bool(std::string_view)>& take) {
  constexpr std::size_t piece_bytes = 64u << 10;
  inflater z;
  if (!z.ready || bytes.size() > std::numeric_limits<uInt>::max())
    return gunzip_end::broken;
  z.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.stream.avail_in = static_cast<uInt>(bytes.size());
  std::vector<char> piece(piece_bytes);
  for (std::uint64_t left = bytes_max;;) {
    z.stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.stream.avail_out = static_cast<uInt>(piece.size());
    const int code = inflate(&z.stream, Z_NO_FLUSH);
    const std::size_t got = piece.size() - z.stream.avail_out;
    const auto fits = static_cast<std::size_t>(std::min<std::uint64_t>(got, left));
    if (fits > 0 && !take({piece.data(), fits}))
      return gunzip_end::stopped;
    if (got > left)
      return gunzip_end::full;
    left -= got;
    if (code == Z_STREAM_END) {
      if (!z.begin_next())
        return gunzip_end::whole;
    } else if (code != Z_OK || (z.stream.avail_in == 0 && z.stream.avail_out != 0)) {
      return gunzip_end::broken;
    }
  }
}

} // namespace troupe::crawl
