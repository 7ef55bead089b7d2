// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "domain/jobs/archive_entry.hpp"

namespace troupe::io {

/// A folder that comes into being whole or not at all: a hidden sibling of it is filled, looked at,
/// and renamed. What a killed run has left is removed by the next one for the same folder; it is
/// told from what a living one is filling by a lock.
class unpack_folder {
public:
  /// Takes: `folder`, which will be in `in`; `replace`, whether it may be there already.
  /// Throws: std::runtime_error with one clear line; nothing has changed then.
  unpack_folder(std::string in, const std::string& folder, bool replace);
  ~unpack_folder(); ///< removes the sibling, if it was not renamed
  unpack_folder(const unpack_folder&) = delete;
  unpack_folder& operator=(const unpack_folder&) = delete;

  const std::string& sibling() const { return sibling_; } ///< to be filled

  /// Returns: bytes that are in it so far, with everything beneath.
  std::uint64_t bytes() const;

  /// Looks at what has been put in: nothing that was not listed, all that was, only files, folders
  /// and links that stay inside, no more than `bytes_max` bytes. Takes set-user-id bits away, and
  /// gives its owner access to every folder. Returns: "" or what is wrong.
  std::string inspect(const jobs::archive_check& listed, std::uint64_t bytes_max) const;

  /// Gives it its name. Returns: "" or why not.
  std::string publish();

private:
  void remove_leftovers() const;

  std::string in_, folder_, prefix_, sibling_;
  bool replace_;
  int lock_ = -1; // the sibling itself, locked
  bool published_ = false;
};

} // namespace troupe::io
