// SPDX-License-Identifier: BSD-3-Clause
//
// Which archives may be unpacked. All entries are looked at before the first byte is written; one
// bad entry refuses the archive.
//
//   name      relative; no "..", no control character, no backslash (Windows' separator to some
//             tools), at most name_bytes_max long; nothing lies beneath a symbolic link of the
//             archive
//   symlink   target relative; ".." only at its begin, and not so many that they lead above the top
//   hard link names a file that came before it in the same archive, and no symbolic link
//   device, pipe, socket    refused
//   in all    at most entries_max, and bytes_max of listed sizes
//
// Why these: whoever follows a symlink "up -> .." and then writes "up/.bashrc" has left the folder.
// Nothing being beneath a link, a link's folder is a real one, so that its leading ".." count real
// folders; behind them come only names, and links among those obey the same rule. So all stays in.
// Source: CWE-22, CWE-59; "zip slip" (Snyk 2018); CVE-2001-1267 and its many successors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::jobs {

struct archive_entry {
  enum class kind : std::uint8_t { file, folder, symlink, hardlink, other };
  std::string name; ///< as in the archive, bytes
  kind what = kind::file;
  std::string target;      ///< of a link
  std::uint64_t bytes = 0; ///< of a file

  bool operator==(const archive_entry&) const = default;
};

struct archive_limits {
  std::uint64_t entries_max = 1'000'000;
  std::uint64_t bytes_max = std::uint64_t{16} << 30;
  std::size_t name_bytes_max = 4095; ///< PATH_MAX, less its zero
};

enum class archive_fault : std::uint8_t {
  none,
  bad_name,         ///< empty, too long, or with a control character or backslash in it
  absolute_name,    ///< begins with a slash
  climbing_name,    ///< has ".." in it
  beneath_symlink,  ///< lies in what the archive itself makes a symbolic link
  leaving_symlink,  ///< points outside, or might
  leaving_hardlink, ///< names nothing that came before in the archive, or a symbolic link
  special_file,     ///< device, pipe or socket
  too_many_entries,
  too_many_bytes,
};

/// Returns: the fault in words, without the entry's name.
std::string_view to_string(archive_fault fault);

/// Returns: the name with "." and doubled slashes taken out, "" for the top itself; ".." stays.
std::string plain_name(std::string_view name);

/// Looks at an archive's entries one after the other.
class archive_check {
public:
  explicit archive_check(archive_limits limits = {}) : limits_(limits) {}

  archive_fault take(const archive_entry& entry);
  /// After the last one: what only the whole list can tell. `culprit` names the entry.
  archive_fault finish(std::string& culprit) const;

  /// Whether `name`, plain, was listed, or lies above what was listed.
  bool knows(const std::string& name) const { return seen_.count(name) == 1; }
  std::uint64_t names() const { return seen_.size(); } ///< that knows() knows
  std::uint64_t entries() const { return entries_; }
  std::uint64_t bytes() const { return bytes_; }

private:
  enum class place : std::uint8_t { folder, file, symlink };
  archive_fault check_name(const archive_entry& entry) const;
  archive_fault check_link(const archive_entry& entry, const std::string& name) const;
  void note(const std::string& name, place what);

  archive_limits limits_;
  std::unordered_map<std::string, place> seen_; // plain names, and the folders that they imply
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Whether a symbolic link `name` -> `target` stays inside by the rule above.
bool symlink_stays_inside(std::string_view name, std::string_view target);

} // namespace troupe::jobs
