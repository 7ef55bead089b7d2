// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/archive_entry.hpp"

#include <algorithm>
#include <vector>

namespace troupe::jobs {

namespace {

// Each level is a name of its own to be known: an archive of a few kilobytes can imply gigabytes.
constexpr std::size_t depth_max = 128;

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    if (!part.empty() && part != ".")
      parts.push_back(part);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

std::string_view to_string(archive_fault fault) {
  switch (fault) {
  case archive_fault::none:
    return "good";
  case archive_fault::bad_name:
    return "its name is empty, too long or too deep, or has a control character or backslash in it";
  case archive_fault::absolute_name:
    return "its name is absolute";
  case archive_fault::climbing_name:
    return "its name has '..' in it";
  case archive_fault::beneath_symlink:
    return "it lies beneath a symbolic link";
  case archive_fault::leaving_symlink:
    return "it is a symbolic link that may lead outside";
  case archive_fault::leaving_hardlink:
    return "it is a hard link to no file before it in the archive";
  case archive_fault::special_file:
    return "it is a device, pipe or socket";
  case archive_fault::too_many_entries:
    return "there are too many entries (--entries-max)";
  case archive_fault::too_many_bytes:
    return "it comes to too many bytes (--bytes-max)";
  }
  return "?";
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const auto part : parts_of(name)) {
    if (!plain.empty())
      plain += '/';
    plain += part;
  }
  return plain;
}

bool symlink_stays_inside(std::string_view name, std::string_view target) {
  if (target.empty() || target.front() == '/' || has_control(target)
      || target.find('\\') != std::string_view::npos)
    return false;
  auto depth = parts_of(name).size(); // of the link itself; its folder is one less
  bool at_begin = true;
  for (const auto part : parts_of(target)) {
    if (part != "..") {
      at_begin = false;
      continue;
    }
    if (!at_begin || --depth == 0)
      return false;
  }
  return true;
}

archive_fault archive_check::check_name(const archive_entry& entry) const {
  const std::string_view name = entry.name;
  if (name.empty() || name.size() > limits_.name_bytes_max || has_control(name)
      || name.find('\\') != std::string_view::npos)
    return archive_fault::bad_name;
  if (name.front() == '/')
    return archive_fault::absolute_name;
  const auto parts = parts_of(name);
  if (std::find(parts.begin(), parts.end(), "..") != parts.end())
    return archive_fault::climbing_name;
  if (parts.size() > depth_max)
    return archive_fault::bad_name;
  if (parts.empty() && entry.what != archive_entry::kind::folder)
    return archive_fault::bad_name; // the top itself is a folder
  return archive_fault::none;
}

archive_fault archive_check::check_link(const archive_entry& entry, const std::string& name) const {
  if (entry.what == archive_entry::kind::symlink)
    return symlink_stays_inside(name, entry.target) ? archive_fault::none
                                                    : archive_fault::leaving_symlink;
  const auto parts = parts_of(entry.target);
  const bool climbs = std::find(parts.begin(), parts.end(), "..") != parts.end();
  const auto i = seen_.find(plain_name(entry.target));
  if (climbs || entry.target.starts_with('/') || i == seen_.end() || i->second != place::file)
    return archive_fault::leaving_hardlink;
  return archive_fault::none;
}

void archive_check::note(const std::string& name, place what) {
  if (name.empty())
    return;
  // A name that is a symbolic link once stays one, whatever else the archive says of it.
  auto& known = seen_.try_emplace(name, what).first->second;
  known = std::max(known, what);
  for (auto slash = name.rfind('/'); slash != std::string::npos;
       slash = name.rfind('/', slash - 1)) {
    if (!seen_.try_emplace(name.substr(0, slash), place::folder).second || slash == 0)
      break;
  }
}

archive_fault archive_check::take(const archive_entry& entry) {
  if (++entries_ > limits_.entries_max)
    return archive_fault::too_many_entries;
  if (const auto fault = check_name(entry); fault != archive_fault::none)
    return fault;
  const auto name = plain_name(entry.name);
  if (entry.what == archive_entry::kind::other)
    return archive_fault::special_file;
  const bool link =
      entry.what == archive_entry::kind::symlink || entry.what == archive_entry::kind::hardlink;
  if (link)
    if (const auto fault = check_link(entry, name); fault != archive_fault::none)
      return fault;
  if (entry.bytes > limits_.bytes_max || bytes_ > limits_.bytes_max - entry.bytes)
    return archive_fault::too_many_bytes;
  bytes_ += entry.bytes;
  note(name, entry.what == archive_entry::kind::symlink  ? place::symlink
             : entry.what == archive_entry::kind::folder ? place::folder
                                                         : place::file);
  if (seen_.size() / 2 > depth_max
      && seen_.size() / 2 - depth_max > limits_.entries_max) // with the folders that they imply
    return archive_fault::too_many_entries;
  return archive_fault::none;
}

// In any order: an archive may name the file before the link that it goes through.
archive_fault archive_check::finish(std::string& culprit) const {
  for (const auto& [name, what] : seen_)
    for (auto slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      const auto above = seen_.find(name.substr(0, slash));
      if (above != seen_.end() && above->second == place::symlink) {
        culprit = name;
        return archive_fault::beneath_symlink;
      }
    }
  return archive_fault::none;
}

} // namespace troupe::jobs
