// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::crawl {

inline constexpr char32_t replacement_character = 0xfffd;

/// One step through text that claims to be UTF-8.
struct utf8_step {
  char32_t code_point = 0;
  std::uint8_t bytes = 0; ///< consumed; at least 1
  bool valid = false;     ///< false: `bytes` is a maximal malformed part, worth one U+FFFD
};

/// Reads the code point at `at`.
/// Takes: `at` below text.size(). Overlong forms, surrogates and values above U+10FFFF are
/// malformed; a malformed part ends before the first byte that could not continue it.
/// Source: Unicode 15, 3.9, table 3-7; Encoding Standard, UTF-8 decoder.
utf8_step read_utf8(std::string_view text, std::size_t at);

/// Appends `code_point` in one to four bytes.
/// Takes: a scalar value (no surrogate, at most U+10FFFF).
void append_utf8(std::string& out, char32_t code_point);

/// Returns: how many of the first bytes are plain ASCII. Cost: eight bytes a step.
std::size_t ascii_prefix(std::string_view text);

/// Returns: `text` with every malformed part replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

} // namespace troupe::crawl
