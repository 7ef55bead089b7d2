// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::gateway {

/// The bearer tokens that open a front's guarded routes, as a file that does not give them away:
/// of each its SHA-256 alone. A plain hash is enough: a token is 256 random bits, which nobody
/// finds by trying.
///
///     file = 1*( token-line / "#" comment / "" )       ; at most tokens_max tokens
///     token-line = "sha256 " 64HEXDIG
///
/// Several lines are several tokens, so that a new one may come before the old one goes.
class token_file {
public:
  static constexpr std::size_t tokens_max = 16;
  static constexpr std::size_t file_bytes_max = 64u << 10;

  /// Reads it once; a changed file counts after a restart. Throws: std::runtime_error, one line:
  /// not to be read, others may write it, no token in it, or a line that is none.
  explicit token_file(const std::string& path);

  /// Is this "Bearer TOKEN" with one of them? Takes as long whichever it is. Threads: any.
  /// Source: RFC 6750, 2.1.
  bool opens(std::string_view authorization) const;

  /// Makes a token and a file (mode 0600) for it; the token itself is stored nowhere.
  /// Throws: std::runtime_error, one line; also if the file is there already.
  static std::string make(const std::string& path);

private:
  using digest = std::array<unsigned char, 32>;
  std::vector<digest> digests_;
};

} // namespace troupe::gateway
