// SPDX-License-Identifier: BSD-3-Clause
#include "apps/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace troupe::apps {

namespace {

namespace fs = std::filesystem;

/// Returns: 0, or errno.
int sync(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return errno;
  const int code = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  return code;
}

} // namespace

new_file::new_file(const std::string& path, bool secret) : to_(path), write_(path) {
  std::error_code error;
  const auto before = fs::status(path, error);
  if (path == "-" || (fs::exists(before) && !fs::is_regular_file(before)))
    return;
  to_ = fs::weakly_canonical(fs::absolute(path), error).string(); // a link stays a link
  if (error)
    throw std::runtime_error(path + ": " + error.message());
  write_ = to_ + ".part" + std::to_string(::getpid());
  if (secret) { // before anything is in it, and whatever is left of an earlier process
    ::unlink(write_.c_str());
    const int fd = ::open(write_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
      throw std::runtime_error(path + ": " + std::strerror(errno));
    ::close(fd);
  } else if (fs::exists(before)) {
    permissions_ = before.permissions();
  }
  replaces_ = true;
}

new_file::~new_file() {
  if (replaces_)
    ::unlink(write_.c_str());
}

void new_file::put() {
  if (!replaces_)
    return;
  if (const int code = sync(write_, 0); code != 0)
    throw std::runtime_error(write_ + ": " + std::strerror(code));
  std::error_code error;
  if (permissions_ != fs::perms::unknown)
    fs::permissions(write_, permissions_, error);
  if (::rename(write_.c_str(), to_.c_str()) != 0)
    throw std::runtime_error(to_ + ": " + std::strerror(errno));
  replaces_ = false;
  sync(fs::path{to_}.parent_path().string(), O_DIRECTORY); // where that cannot be, it stays put
}

} // namespace troupe::apps
