// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace troupe::io {

/// Owns a file descriptor above 2 (so that giving a child its 0, 1 and 2 overwrites none that is
/// still wanted, even where ours are closed) that no program inherits.
class descriptor {
public:
  descriptor() = default;
  /// Takes: one that was made with O_CLOEXEC, or -1. One below 3 is moved up.
  explicit descriptor(int fd) : fd_(fd) {
    if (fd >= 0 && fd <= STDERR_FILENO) {
      fd_ = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      ::close(fd);
    }
  }
  descriptor(descriptor&& other) noexcept : fd_(other.release()) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other)
      reset(other.release());
    return *this;
  }
  ~descriptor() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1) {
    if (fd_ >= 0)
      ::close(fd_);
    fd_ = fd;
  }

private:
  int fd_ = -1;
};

} // namespace troupe::io
