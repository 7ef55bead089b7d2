// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::crawl {

/// One of the web's character encodings, by the names of the Encoding Standard.
/// Cheap to move and to make. What decodes or encodes first in an encoding loads its tables: 0.3 ms
/// for all single-byte ones, about a millisecond and 100 KB for a double-byte one, once a process.
/// Threads: const members may be called by several threads at a time.
/// Source: WHATWG Encoding Standard: labels, decoders with replacement, encoders. The tables are
/// ICU's, mended where browsers use others.
class charset {
public:
  charset(); ///< UTF-8
  ~charset();
  charset(charset&&) noexcept;
  charset& operator=(charset&&) noexcept;

  /// Takes: a label as pages write it ("gb2312", " Latin1 ", "utf8"). Returns: none if unknown.
  /// Cost: UTF-8 none, the others one allocation.
  static std::optional<charset> by_label(std::string_view label);

  std::string_view name() const; ///< "UTF-8", "GBK", "Shift_JIS", "windows-1252" ...
  bool utf8() const;

  /// Decodes to valid UTF-8; each malformed sequence becomes U+FFFD. A BOM is not expected here.
  std::string decode(std::string_view bytes) const;

  /// Encodes UTF-8 for a URL's query, and percent-encodes what cannot stand there. A code point
  /// that the charset lacks becomes "%26%23N%3B" (that is "&#N;"), as browsers do it; UTF-16 pages
  /// have their queries in UTF-8.
  /// Cost: single-byte encodings 100 ns a character, double-byte ones some microseconds.
  std::string encode_query(std::string_view utf8) const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// What is known about a document's encoding before it is parsed: BOM, then the Content-Type
/// header, then <meta> (or an XML declaration) within the first 1024 bytes, then UTF-8 if the
/// bytes are valid UTF-8, else windows-1252.
/// Takes: `content_type`, the header's value, or "". The body may be cut off inside a character.
/// Source: WHATWG HTML Standard, determining the character encoding. Unlike browsers, which guess
/// by language and top-level domain, nothing else is tried.
struct sniffed {
  charset encoding;
  std::size_t bom_bytes = 0; ///< how many bytes to skip before decoding
};

sniffed sniff_charset(std::string_view body, std::string_view content_type);

/// Returns: true if `bytes` is well-formed UTF-8: no overlong forms, no surrogates.
/// Cost: eight bytes a step on ASCII, some cycles a character elsewhere.
bool is_valid_utf8(std::string_view bytes);

} // namespace troupe::crawl
