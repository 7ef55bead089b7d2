// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "io/crawl/row_file.hpp"
#include "io/crawl/row_output.hpp"
#include "io/crawl/warc_record.hpp"

namespace troupe::io {

/// A web archive: what was asked and what was answered, byte by byte.
///
///     F.warc.gz  F-00001.warc.gz  F-00002.warc.gz ...      the next one once warc_bytes_max is
///     there warcinfo, then for each page:
///       response   as received: compressed and in chunks if it came so; its payload digest is that
///                  of the body without chunks (ISO 28500, 6.3.2); without one if it is truncated
///       request    as sent, but without the lines that authorize
///       metadata   fetchTimeMs, depth, error; alone if nothing was sent
/// Those of one page refer to the first of them. What was tried again shows its last try.
///
/// robots.txt is not in it. Position: "FILE:BYTES"; files of later numbers are deleted.
class warc_output final : public row_output {
public:
  /// Takes: a path in .warc.gz, or in .warc for records that are not packed; `position` as
  /// sqlite_output. Throws: std::runtime_error, one line; a file of a later number that is there
  /// already is an error too: it would look like a part of this archive.
  warc_output(const std::string& path, const output_about& about,
              const crawl::output_limits& bounds, const std::string& position);

  void write(const found_page& page) override;
  void flush() override { file_->flush(); }
  std::string position() override;
  void finish(bool) override { file_->flush(); }
  const std::string& error() const override { return error_.empty() ? file_->error() : error_; }

  /// Returns: whether a path's ending is one of the two.
  static bool takes(std::string_view path);

private:
  std::string path_of(std::uint32_t number) const;
  void begin_file();
  void put_page(const found_page& page);

  std::string stem_;
  std::string ending_;
  std::uint64_t bytes_max_;
  std::string info_; // a warcinfo's block
  warc_packer packer_;
  std::uint32_t number_ = 0;
  std::unique_ptr<row_file> file_;
  std::string error_;
};

} // namespace troupe::io
