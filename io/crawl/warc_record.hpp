// SPDX-License-Identifier: BSD-3-Clause
//
// One record of a WARC file.
//
//     warc-record = "WARC/1.1" CRLF *( named-field CRLF ) CRLF block CRLF CRLF    (ISO 28500, 4)
//     block       = Content-Length octets
//
// Source: ISO 28500:2017 (WARC 1.1).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::io {

/// A record's fields; what is empty is left out.
struct warc_fields {
  std::string_view type; ///< "warcinfo", "response", "request", "metadata"
  std::string_view id;   ///< "<urn:uuid:...>"
  std::string_view date;
  std::string_view content_type;
  std::string_view target_uri;
  std::string_view concurrent_to; ///< an id
  std::string_view ip_address;
  std::string_view truncated;
  std::string_view payload_digest;
  std::string_view file_name; ///< of the file itself: of a warcinfo
};

/// Makes records, each with its block digest and packed as one gzip member.
class warc_packer {
public:
  /// Takes: `packed`, false for records as they are.
  explicit warc_packer(bool packed);
  ~warc_packer();

  /// Appends a record whose block is these parts, one after the other.
  /// Cost: two copies of the block, SHA-1, deflate.
  void put(std::string& out, const warc_fields& fields,
           std::initializer_list<std::string_view> block);

  /// Returns: "sha1:" and 32 letters of RFC 4648, 6.
  static std::string digest(std::initializer_list<std::string_view> parts);
  static std::string make_id();                  ///< a random one (RFC 9562, 5.4)
  static std::string date(std::int64_t unix_ms); ///< "2026-01-31T12:00:00.123Z"

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
