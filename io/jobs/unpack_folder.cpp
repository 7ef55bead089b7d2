// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/unpack_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace fs = std::filesystem;

namespace troupe::io {

namespace {

// Returns: a descriptor of the folder, locked, or -1 if somebody else has it.
int lock_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

// An archive may have folders in it that not even their owner may enter.
void open_up(const fs::path& folder) {
  std::error_code ignored;
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, ignored);
  for (fs::directory_iterator i{folder, ignored}, end; i != end; i.increment(ignored))
    if (i->symlink_status(ignored).type() == fs::file_type::directory)
      open_up(i->path());
}

void remove_tree(const fs::path& folder) {
  std::error_code ignored;
  if (fs::remove_all(folder, ignored); fs::exists(folder, ignored)) {
    open_up(folder);
    fs::remove_all(folder, ignored);
  }
}

} // namespace

unpack_folder::unpack_folder(std::string in, const std::string& folder, bool replace)
    : in_(std::move(in)), folder_(in_ + "/" + folder),
      prefix_("." + folder.substr(0, 200) + ".troupe-unpack-"), replace_(replace) {
  struct stat info {};
  if (!replace && ::lstat(folder_.c_str(), &info) == 0)
    throw std::runtime_error(folder_ + ": is there already (--force replaces it)");
  std::error_code wrong;
  fs::create_directories(in_, wrong);
  if (wrong)
    throw std::runtime_error(in_ + ": " + wrong.message());
  remove_leftovers();
  sibling_ = in_ + "/" + prefix_ + "XXXXXX";
  if (::mkdtemp(sibling_.data()) == nullptr)
    throw std::runtime_error(in_ + ": " + std::strerror(errno));
  lock_ = lock_folder(sibling_);
}

unpack_folder::~unpack_folder() {
  if (!published_)
    remove_tree(sibling_);
  if (lock_ >= 0)
    ::close(lock_);
}

void unpack_folder::remove_leftovers() const {
  std::error_code ignored;
  for (fs::directory_iterator i{in_, ignored}, end; i != end; i.increment(ignored)) {
    const auto name = i->path().filename().string();
    if (!name.starts_with(prefix_) || name.size() != prefix_.size() + 6)
      continue;
    const int fd = lock_folder(i->path().string());
    if (fd < 0)
      continue;
    remove_tree(i->path());
    ::close(fd);
  }
}

std::uint64_t unpack_folder::bytes() const {
  std::uint64_t sum = 0;
  std::error_code ignored;
  for (fs::recursive_directory_iterator
           i{sibling_, fs::directory_options::skip_permission_denied, ignored},
       end;
       i != end; i.increment(ignored)) {
    struct stat info {};
    if (::lstat(i->path().c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink > 0)
      sum += static_cast<std::uint64_t>(info.st_size) / info.st_nlink;
  }
  return sum;
}

std::string unpack_folder::inspect(const jobs::archive_check& listed,
                                   std::uint64_t bytes_max) const {
  open_up(sibling_);
  std::uint64_t found = 0;
  std::error_code wrong;
  fs::recursive_directory_iterator i{sibling_, wrong};
  for (const fs::recursive_directory_iterator end; !wrong && i != end;
       i.increment(wrong), ++found) {
    const auto name = i->path().lexically_relative(sibling_).string();
    if (!listed.knows(name))
      return "'" + name + "' was unpacked, but is not in the archive's list";
    struct stat info {};
    if (::lstat(i->path().c_str(), &info) != 0)
      return "'" + name + "': " + std::strerror(errno);
    if (S_ISLNK(info.st_mode)) {
      const auto target = fs::read_symlink(i->path(), wrong).string();
      if (wrong || !jobs::symlink_stays_inside(name, target))
        return "'" + name + "': " + std::string{to_string(jobs::archive_fault::leaving_symlink)};
    } else if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
      return "'" + name + "': " + std::string{to_string(jobs::archive_fault::special_file)};
    } else if ((info.st_mode & (S_ISUID | S_ISGID)) != 0
               && ::chmod(i->path().c_str(), info.st_mode & 0777u) != 0) {
      return "'" + name + "': " + std::strerror(errno);
    }
  }
  if (wrong)
    return wrong.message();
  if (found < listed.names())
    return std::to_string(listed.names() - found) + " of its " + std::to_string(listed.names())
           + " entries were not unpacked";
  if (const auto sum = bytes(); sum > bytes_max)
    return std::string{to_string(jobs::archive_fault::too_many_bytes)};
  return "";
}

std::string unpack_folder::publish() {
  // mkdtemp's folders are private; this one is to be as any other.
  const auto mask = ::umask(0);
  ::umask(mask);
  ::chmod(sibling_.c_str(), 0777 & ~mask);
  if (::renameat2(AT_FDCWD, sibling_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_NOREPLACE) == 0) {
    published_ = true;
    return "";
  }
  if (errno != EEXIST || !replace_)
    return folder_ + ": "
           + (errno == EEXIST ? "is there already (--force replaces it)" : std::strerror(errno));
  // In one step: at no moment is there none. What was there is then the sibling, to be removed.
  if (::renameat2(AT_FDCWD, sibling_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_EXCHANGE) != 0)
    return folder_ + ": " + std::strerror(errno);
  struct stat info {};
  if (::lstat(sibling_.c_str(), &info) == 0 && !S_ISDIR(info.st_mode))
    ::unlink(sibling_.c_str());
  return "";
}

} // namespace troupe::io
