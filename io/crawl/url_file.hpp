// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "domain/crawl/text_spill.hpp"

namespace troupe::io {

/// The texts that a frontier has no memory for, in a file that has no name: nothing is left of it
/// when the process ends, however it ends. It is made when the first text comes: a crawl that fits
/// into memory needs no disk.
///
/// What was written last is mostly read from the system's own cache, which gives its memory back
/// where others need it.
/// Threads: one at a time.
class url_file final : public crawl::text_spill {
public:
  /// Takes: the folder; "": $TMPDIR, else /var/tmp, which is a disk where /tmp may be memory.
  explicit url_file(std::string folder = "");
  ~url_file() override;
  url_file(const url_file&) = delete;
  url_file& operator=(const url_file&) = delete;

  std::string write(std::uint64_t offset, std::span<const char> bytes) override;
  std::string read(std::uint64_t offset, std::span<char> bytes) override;
  /// Drawn when this was made.
  crawl::text_key key() const override { return key_; }

private:
  std::string folder_;
  crawl::text_key key_;
  int fd_ = -1;
};

} // namespace troupe::io
