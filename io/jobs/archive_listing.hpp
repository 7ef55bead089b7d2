// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

#include "domain/jobs/archive_entry.hpp"
#include "domain/jobs/archive_kind.hpp"

namespace troupe::io {

/// Reads the list of an archive's entries, of a zip archive its central directory, and writes
/// nothing. By libarchive, since what programs print for people cannot be read back for sure: a
/// name may have a line feed or an arrow in it.
/// Takes: `take`, called for each; it returns false to end the listing.
/// Returns: "" or what is wrong with the archive, in one line without its name: not of that kind,
/// encrypted, cut, damaged.
/// Cost: a tar archive is read and decompressed from end to end.
std::string list_archive(const std::string& path, jobs::archive_kind::form what,
                         const std::function<bool(const jobs::archive_entry&)>& take);

} // namespace troupe::io
