// SPDX-License-Identifier: BSD-3-Clause
//
//   list (libarchive) -> every entry judged -> a tool unpacks into a hidden sibling, watched
//                     -> what it left is compared with the list -> the sibling gets its name
//
// Known limits: a tool is looked at five times a second, so that an archive which lies about its
// sizes may take more than bytes_max of disk for so long; one file alone cannot (RLIMIT_FSIZE).
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "domain/jobs/archive_entry.hpp"

namespace troupe::io {

struct unpack_options {
  std::string to = "."; ///< the folder that the archive's own folder is put into
  bool force = false;   ///< replace a folder that is there
  jobs::archive_limits limits;
};

struct unpack_result {
  std::string error; ///< "" or one line, without the archive's name
  std::string folder;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
};

/// Unpacks one archive into a folder of its own, whole or not at all.
/// Changes the process: its locale (names need one), and how large a file it may write. So it is
/// for a process that does nothing else.
unpack_result unpack_archive(const std::string& archive, const unpack_options& options,
                             std::stop_token stop);

} // namespace troupe::io
