// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/archive_listing.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace troupe::io {

namespace {

using form = jobs::archive_kind::form;
using kind = jobs::archive_entry::kind;

constexpr std::size_t block_bytes = 64u << 10;

struct closer {
  void operator()(archive* a) const { archive_read_free(a); }
};

std::unique_ptr<archive, closer> make_reader(form what) {
  std::unique_ptr<archive, closer> a{archive_read_new()};
  switch (what) {
  case form::tar:
    archive_read_support_format_tar(a.get());
    archive_read_support_format_gnutar(a.get());
    archive_read_support_filter_gzip(a.get());
    archive_read_support_filter_bzip2(a.get());
    archive_read_support_filter_xz(a.get());
    archive_read_support_filter_zstd(a.get());
    break;
  case form::zip:
    archive_read_support_format_zip_seekable(a.get());
    break;
  case form::seven_zip:
    archive_read_support_format_7zip(a.get());
    break;
  }
  return a;
}

std::string text_or_nothing(const char* local, const char* utf8) {
  return local ? local : utf8 ? utf8 : "";
}

jobs::archive_entry entry_of(archive_entry* e) {
  jobs::archive_entry entry;
  entry.name = text_or_nothing(archive_entry_pathname(e), archive_entry_pathname_utf8(e));
  if (archive_entry_hardlink(e) || archive_entry_hardlink_utf8(e)) {
    entry.what = kind::hardlink;
    entry.target = text_or_nothing(archive_entry_hardlink(e), archive_entry_hardlink_utf8(e));
    return entry;
  }
  switch (archive_entry_filetype(e)) {
  case AE_IFREG:
  case 0: // archives from systems without file types
    entry.what = kind::file;
    if (archive_entry_size_is_set(e) && archive_entry_size(e) > 0)
      entry.bytes = static_cast<std::uint64_t>(archive_entry_size(e));
    break;
  case AE_IFDIR:
    entry.what = kind::folder;
    break;
  case AE_IFLNK:
    entry.what = kind::symlink;
    entry.target = text_or_nothing(archive_entry_symlink(e), archive_entry_symlink_utf8(e));
    break;
  default:
    entry.what = kind::other;
  }
  return entry;
}

std::string complaint(archive* a) {
  const char* text = archive_error_string(a);
  return text ? text : "cannot be read";
}

} // namespace

std::string list_archive(const std::string& path, form what,
                         const std::function<bool(const jobs::archive_entry&)>& take) {
  const auto a = make_reader(what);
  if (archive_read_open_filename(a.get(), path.c_str(), block_bytes) != ARCHIVE_OK)
    return complaint(a.get());
  for (archive_entry* e = nullptr;;) {
    const int got = archive_read_next_header(a.get(), &e);
    if (got == ARCHIVE_EOF)
      return "";
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
      return complaint(a.get());
    if (archive_entry_is_encrypted(e))
      return "is encrypted";
    if (!take(entry_of(e)))
      return "";
  }
}

} // namespace troupe::io
