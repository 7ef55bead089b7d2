// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::crawl {

/// One of the web's character encodings, by the names of the Encoding Standard.
/// Not shared between threads: a converter has state. Cheap to move, not to make (about 2 us).
/// Source: WHATWG Encoding Standard (labels, decode with replacement, encode for URL queries); ICU
/// does the converting.
class charset {
public:
  charset(); ///< UTF-8
  ~charset();
  charset(charset&&) noexcept;
  charset& operator=(charset&&) noexcept;

  /// Takes: a label as pages write it ("gb2312", " Latin1 ", "utf8"). Returns: none if unknown.
  static std::optional<charset> by_label(std::string_view label);

  std::string_view name() const; ///< "UTF-8", "GBK", "Shift_JIS", "windows-1252" ...
  bool utf8() const;

  /// Decodes to valid UTF-8; each malformed sequence becomes U+FFFD. A BOM is not expected here.
  std::string decode(std::string_view bytes) const;

  /// Encodes UTF-8 for a URL's query. A code point that the charset lacks becomes "%26%23N%3B"
  /// (that is "&#N;"), as browsers do it.
  std::string encode_query(std::string_view utf8) const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// What is known about a document's encoding before it is parsed: BOM, then the Content-Type
/// header, then <meta> within the first 1024 bytes, then UTF-8 if the bytes are valid UTF-8, else
/// windows-1252.
/// Returns: the charset, and how many BOM bytes to skip.
struct sniffed {
  charset encoding;
  std::size_t bom_bytes = 0;
};
sniffed sniff_charset(std::string_view body, std::string_view content_type);

/// Returns: true if `bytes` is well-formed UTF-8. Cost: about a byte a cycle on non-ASCII text, many on ASCII.
bool is_valid_utf8(std::string_view bytes);

} // namespace troupe::crawl
