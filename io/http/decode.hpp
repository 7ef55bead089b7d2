// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "domain/crawl/fault.hpp"

namespace troupe::io {

/// Undoes content codings: gzip (x-gzip, several members), deflate (zlib, and the raw form that
/// some servers mean by it), br, identity, and lists of up to three of them.
///
/// A bomb costs no more than `bytes_max` of memory: decoding stops at the first byte above it.
/// Bytes behind the end of the compressed data are ignored, as browsers do (padding).
/// Source: RFC 9110, 8.4; RFC 1950-1952; RFC 7932.
class body_decoder {
public:
  struct bounds {
    std::size_t bytes_max = 0;
    bool cut = false;  ///< a longer body is cut at bytes_max, and no fault
    bool part = false; ///< `wire` is the beginning of more: its end in mid-data is no fault
  };
  struct verdict {
    crawl::fault error = crawl::fault::none;
    std::string detail;
  };

  body_decoder();
  ~body_decoder();
  body_decoder(const body_decoder&) = delete;
  body_decoder& operator=(const body_decoder&) = delete;

  /// Takes: `codings`, the Content-Encoding value ("gzip", "br, gzip"), not empty; `wire`, the body
  /// as received. Returns: in `out` the decoded body.
  /// Faults: bad_encoding (unknown coding, corrupt or unfinished data), body_too_large.
  /// Cost: about 1 ns a byte of output for gzip; one allocation where gzip's length field is
  /// honest.
  verdict decode(std::string_view codings, std::string_view wire, bounds limit, std::string& out);

private:
  verdict decode_one(std::string_view coding, std::string_view wire, bounds limit,
                     std::string& out);
  bool fast_gzip(std::string_view wire, bounds limit, std::string& out);

  struct fast_state;
  std::unique_ptr<fast_state> fast_;
};

} // namespace troupe::io
