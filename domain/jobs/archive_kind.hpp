// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::jobs {

/// What an archive is by its name.
struct archive_kind {
  enum class form : std::uint8_t { tar, zip, seven_zip };
  form what = form::tar;
  std::string folder;     ///< what it is unpacked into: its name without folders and ending
  std::string decompress; ///< the program that tar needs for it: "xz"; "" for none
};

/// Takes: a path. Returns: what it is, by .tar .tar.gz .tgz .tar.bz2 .tbz .tbz2 .tar.xz .txz
/// .tar.zst .tzst .zip .7z, in any case; none if its name has no such ending, or nothing before it.
std::optional<archive_kind> archive_kind_of(std::string_view path);

/// One way to unpack: a program to be found on the PATH, and what to call it with.
struct unpack_tool {
  std::string program;
  std::vector<std::string> argv;
};

/// Takes: `archive`, an absolute path; `into`, one without a star, for which 7z would put a name.
/// Returns: the ways to unpack, the best one first.
/// None asks questions, restores owners or set-user-id bits, or follows links out (as far as it can
/// be told so; whoever runs one looks at what it left all the same).
std::vector<unpack_tool> unpack_tools(archive_kind::form what, const std::string& archive,
                                      const std::string& into);

/// Returns: the Debian packages that have a program for it: "p7zip-full or libarchive-tools".
std::string_view unpack_packages(archive_kind::form what);
/// Returns: the Debian package of a program that tar calls: "xz-utils" of "xz".
std::string decompress_package(std::string_view program);

} // namespace troupe::jobs
