// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace troupe::apps {

/// A file that takes its path once it is whole: until then it is a sibling, PATH.part and our
/// process id, which is removed where it comes to nothing. What is there already and is no regular
/// file (a device, a pipe, "-") is written as it is.
class new_file {
public:
  /// Takes: `secret`, whether only its owner may read it, whatever was there before; then it is made
  /// at once. Throws: std::runtime_error with one line.
  explicit new_file(const std::string& path, bool secret = false);
  ~new_file();
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  const std::string& path() const { return write_; } ///< what to write
  /// Syncs it and lets it take its path, with the permissions of what was there if it is no secret.
  /// Throws: std::runtime_error with one line.
  void put();

private:
  std::string to_, write_;
  bool replaces_ = false;
  std::filesystem::perms permissions_ = std::filesystem::perms::unknown;
};

} // namespace troupe::apps
