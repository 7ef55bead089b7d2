// SPDX-License-Identifier: BSD-3-Clause
#include "io/bank/writer_turn.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace troupe::io {

namespace {

constexpr std::chrono::milliseconds look_again{5};

/// One ledger has one turn, by whatever name of a link it is opened.
std::string lock_file(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(path, error);
  return (error ? path : real.string()) + "-lock";
}

int open_file(const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  // Left behind by another user's process that was killed: to lock it, reading is enough.
  return fd < 0 && errno == EACCES ? ::open(file.c_str(), O_RDONLY | O_CLOEXEC) : fd;
}

/// False where who had the turn before has removed the file since we opened it.
bool is_still(int fd, const std::string& file) {
  struct stat ours {};
  struct stat there {};
  return ::fstat(fd, &ours) == 0 && ::stat(file.c_str(), &there) == 0 && ours.st_dev == there.st_dev
         && ours.st_ino == there.st_ino;
}

std::string holder(int fd) {
  char digits[24];
  const auto size = ::pread(fd, digits, sizeof digits, 0);
  const std::string id{digits, size > 0 ? static_cast<std::size_t>(size) : 0};
  return id.empty() || id.find_first_not_of("0123456789") != id.npos ? "another process"
                                                                     : "process " + id;
}

void sign(int fd) {
  const auto id = std::to_string(::getpid());
  // Whoever waits in vain is told the number; on a full disk, it is told none.
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, id.data(), id.size(), 0) < 0)
    return;
}

} // namespace

writer_turn::writer_turn(const std::string& path, std::chrono::milliseconds wait_max,
                         const std::stop_token& stop, turn_kind kind)
    : file_(lock_file(path)) {
  const auto deadline = std::chrono::steady_clock::now() + wait_max;
  for (;;) {
    const int fd = open_file(file_);
    if (fd < 0)
      throw std::runtime_error(path + ": " + std::strerror(errno));
    int code = 0;
    const int wanted = (kind == turn_kind::alone ? LOCK_EX : LOCK_SH) | LOCK_NB;
    while ((code = ::flock(fd, wanted) == 0 ? 0 : errno) == EWOULDBLOCK
           && std::chrono::steady_clock::now() < deadline && !stop.stop_requested())
      std::this_thread::sleep_for(look_again);
    if (code == 0 && is_still(fd, file_)) {
      sign(fd);
      fd_ = fd;
      return;
    }
    const auto who = holder(fd);
    ::close(fd); // the lock too, of a file that is gone
    if (code == EWOULDBLOCK && stop.stop_requested())
      throw std::runtime_error(path + ": stopped while " + who + " was writing to it");
    if (code == EWOULDBLOCK)
      throw std::runtime_error(path + ": " + who + " is writing to it, and did not end within "
                               + std::to_string(wait_max.count() / 1000) + " s");
    if (code != 0 && code != EINTR)
      throw std::runtime_error(file_ + ": " + std::strerror(code));
  }
}

writer_turn::~writer_turn() {
  // While it is ours alone: who waits for this file sees that it is gone. If others share it, one
  // of them is the last to go.
  if (::flock(fd_, LOCK_EX | LOCK_NB) == 0 && is_still(fd_, file_))
    ::unlink(file_.c_str());
  else if (::ftruncate(fd_, 0) != 0)
    errno = 0; // then it goes on telling our process id
  ::close(fd_);
}

} // namespace troupe::io
