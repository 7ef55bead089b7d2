// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::test {

/// One record of a WARC file, as a strict reader finds it.
struct warc_entry {
  std::uint64_t offset = 0; ///< of its member in the file
  std::uint64_t bytes = 0;  ///< that the member takes there
  std::map<std::string, std::string> fields;
  std::string block;

  const std::string& field(const std::string& name) const; ///< "" if there is none
  std::string http_header() const;  ///< of a block with one, to the empty line
  std::string http_body() const;    ///< as it is in the block
  std::string http_payload() const; ///< chunks joined
};

/// Reads a .warc.gz as ISO 28500 has it and takes nothing for granted: each gzip member is unpacked
/// on its own and holds one record, with CRLF, known and unrepeated fields, a length that is right;
/// digests are computed again; an id is there once, and what is concurrent to something, to a
/// record before it.
/// Throws: std::runtime_error, what is wrong and at which offset.
std::vector<warc_entry> read_warc(const std::string& path);

} // namespace troupe::test
