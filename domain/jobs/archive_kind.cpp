// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/archive_kind.hpp"

#include <algorithm>

namespace troupe::jobs {

namespace {

struct ending {
  std::string_view text;
  archive_kind::form what;
  std::string_view decompress;
};

using form = archive_kind::form;
constexpr ending endings[] = {
    {".tar", form::tar, ""},         {".tar.gz", form::tar, "gzip"},
    {".tgz", form::tar, "gzip"},     {".tar.bz2", form::tar, "bzip2"},
    {".tbz2", form::tar, "bzip2"},   {".tbz", form::tar, "bzip2"},
    {".tar.xz", form::tar, "xz"},    {".txz", form::tar, "xz"},
    {".tar.zst", form::tar, "zstd"}, {".tzst", form::tar, "zstd"},
    {".zip", form::zip, ""},         {".7z", form::seven_zip, ""},
};

// unzip takes the last part of its archive's name for a pattern, if there is any of *?[ in all of
// it; so what it means there has to be a pattern too: a class of one character. A backslash alone
// would stay in the name.
std::string without_pattern(const std::string& path) {
  const auto name = path.rfind('/') + 1; // npos + 1 is 0
  auto out = path.substr(0, name);
  for (const char c : path.substr(name)) {
    if (c == '\\')
      out += "[\\\\]";
    else if (c == '*' || c == '?' || c == '[')
      out += std::string{"["} + c + "]";
    else
      out += c;
  }
  return out;
}

} // namespace

std::optional<archive_kind> archive_kind_of(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1); // npos + 1 is 0
  std::string lower{name};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const auto& e : endings)
    if (lower.ends_with(e.text)) {
      name.remove_suffix(e.text.size());
      if (name.empty() || name == "." || name == "..")
        return {};
      return archive_kind{e.what, std::string{name}, std::string{e.decompress}};
    }
  return {};
}

std::vector<unpack_tool> unpack_tools(archive_kind::form what, const std::string& archive,
                                      const std::string& into) {
  const unpack_tool bsdtar{
      "bsdtar",
      {"bsdtar", "-x", "-f", archive, "-C", into, "--no-same-owner", "--no-same-permissions"}};
  std::vector<unpack_tool> seven;
  for (const char* name : {"7zz", "7z", "7za"})
    // -spd: a star in the archive's name is a star.
    seven.push_back({name, {name, "x", "-y", "-spd", "-bd", "-bso0", "-o" + into, archive}});
  std::vector<unpack_tool> tools;
  switch (what) {
  case form::tar:
    // --force-local: a colon in the name is no host.
    tools.push_back({"tar",
                     {"tar", "--extract", "--force-local", "--file", archive, "--directory", into,
                      "--no-same-owner", "--no-same-permissions"}});
    tools.push_back(bsdtar);
    break;
  case form::zip:
    tools.push_back({"unzip", {"unzip", "-q", "-o", without_pattern(archive), "-d", into}});
    tools.push_back(bsdtar);
    tools.insert(tools.end(), seven.begin(), seven.end());
    break;
  case form::seven_zip:
    tools = seven;
    tools.push_back(bsdtar);
    break;
  }
  return tools;
}

std::string_view unpack_packages(archive_kind::form what) {
  switch (what) {
  case form::tar:
    return "tar";
  case form::zip:
    return "unzip or libarchive-tools";
  case form::seven_zip:
    return "p7zip-full or libarchive-tools";
  }
  return "";
}

std::string decompress_package(std::string_view program) {
  return program == "xz" ? "xz-utils" : std::string{program};
}

} // namespace troupe::jobs
