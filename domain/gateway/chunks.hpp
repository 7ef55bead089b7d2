// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A chunked body, decoded where it lies.
//
//     body  = *( size [ extension ] CRLF data CRLF ) 1*"0" [ extension ] CRLF *( field-line ) CRLF
//
// Strict: no blanks around the size, no bare LF, and nothing without a bound. What the extensions
// and trailers say is dropped. Source: RFC 9112, section 7.1.

#include <cstddef>
#include <cstdint>

#include "domain/gateway/framing.hpp"

namespace troupe::gateway {

inline constexpr std::size_t chunk_size_digits_max = 16;
inline constexpr std::size_t chunk_extension_bytes_max = 4u << 10; ///< of one body
inline constexpr std::size_t trailer_bytes_max = 4u << 10;

class chunk_reader {
public:
  explicit chunk_reader(std::uint64_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  /// Takes: the bytes behind the head, all that have come so far; the same ones again, and more,
  /// the next time. The decoded body grows at their beginning; what has been decoded is moved
  /// down there. Returns: whole, when body_bytes() are at the beginning and used() were taken.
  framing read(char* bytes, std::size_t size);

  std::size_t body_bytes() const { return body_; }
  std::size_t used() const { return at_; }
  /// Moves what was not read yet down to the end of the decoded body, so that a body in small
  /// chunks takes no more memory than it has bytes. Returns: the size that is left.
  std::size_t compact(char* bytes, std::size_t size);

private:
  enum class part : std::uint8_t { size, extension, data, data_end, trailer };
  framing size_line(const char* bytes, std::size_t size);
  framing trailer(const char* bytes, std::size_t size);

  std::uint64_t body_bytes_max_;
  std::size_t at_ = 0;         // read so far
  std::size_t body_ = 0;       // decoded so far
  std::uint64_t left_ = 0;     // of this chunk
  std::size_t extensions_ = 0; // bytes
  std::size_t trailers_ = 0;   // bytes
  std::size_t digits_ = 0;
  part part_ = part::size;
};

} // namespace troupe::gateway
