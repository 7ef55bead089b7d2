// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/row_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace troupe::io {

namespace {

constexpr std::size_t buffer_bytes = 64u << 10;

// A reader that went away must be an error of write(), not the process's death. Restores what it
// found: a library has no business with the process's signal handlers.
class pipe_signal_blocked {
public:
  pipe_signal_blocked() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~pipe_signal_blocked() {
    int error = errno;
    timespec none{};
    if (!was_pending_) // takes away the one that we caused
      while (sigtimedwait(&pipe_, nullptr, &none) < 0 && errno == EINTR) {
      }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }

private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

// Returns: bytes written; fewer than wanted leaves the reason in errno.
std::size_t write_all(int fd, const char* bytes, std::size_t size) {
  std::size_t written = 0;
  while (written < size) {
    auto n = ::write(fd, bytes + written, size - written);
    if (n >= 0) {
      written += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) { // a terminal that another process made non-blocking
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      break;
    }
  }
  return written;
}

} // namespace

row_file::row_file(std::string path, std::optional<std::uint64_t> go_on_at, bool must_be_new)
    : path_(std::move(path)) {
  if (path_ == "-") {
    path_ = "standard output";
    fd_ = STDOUT_FILENO;
  } else {
    const int how = go_on_at ? 0 : must_be_new ? O_CREAT | O_EXCL : O_CREAT | O_TRUNC;
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | how, 0666);
    if (fd_ < 0)
      throw std::runtime_error(path_ + ": " + std::strerror(errno));
  }
  struct stat info {};
  regular_ = ::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
  if (go_on_at && regular_ && !standard_output()) {
    const auto at = static_cast<off_t>(*go_on_at);
    const char* wrong = info.st_size < at                  ? "is shorter than what was written"
                        : ::ftruncate(fd_, at) != 0        ? "cannot be cut"
                        : ::lseek(fd_, at, SEEK_SET) != at ? "cannot be positioned"
                                                           : nullptr;
    if (wrong) {
      ::close(fd_);
      throw std::runtime_error(path_ + ": " + wrong);
    }
  }
  if (regular_) // standard output can be a file that others have written to
    begin_ = static_cast<std::uint64_t>(std::max<off_t>(0, ::lseek(fd_, 0, SEEK_CUR)));
  buffer_.reserve(buffer_bytes + 4096);
}

row_file::~row_file() {
  flush();
  if (fd_ > STDERR_FILENO)
    ::close(fd_);
}

void row_file::row_done() {
  row_ends_.push_back(buffer_.size());
  if (buffer_.size() >= buffer_bytes || !error_.empty())
    flush();
}

void row_file::flush() {
  if (buffer_.empty() || !error_.empty()) {
    buffer_.clear();
    row_ends_.clear();
    return;
  }
  std::size_t written = 0;
  int code = 0;
  {
    pipe_signal_blocked guard;
    written = write_all(fd_, buffer_.data(), buffer_.size());
    code = errno;
  }
  if (written < buffer_.size()) {
    std::size_t whole = 0;
    for (auto end : row_ends_)
      if (end <= written)
        whole = end;
    if (regular_ && ::ftruncate(fd_, static_cast<off_t>(begin_ + whole)) == 0)
      ::lseek(fd_, static_cast<off_t>(begin_ + whole), SEEK_SET);
    error_ = path_ + ": " + std::strerror(code);
  } else if (regular_) {
    begin_ += written;
  }
  buffer_.clear();
  row_ends_.clear();
}

std::optional<std::uint64_t> row_file::sync() {
  flush();
  if (!error_.empty() || !regular_)
    return std::nullopt;
  if (::fdatasync(fd_) != 0) {
    error_ = path_ + ": " + std::strerror(errno);
    return std::nullopt;
  }
  return begin_;
}

bool row_file::same_file(const row_file& other) const {
  struct stat a {};
  struct stat b {};
  return ::fstat(fd_, &a) == 0 && ::fstat(other.fd_, &b) == 0 && a.st_dev == b.st_dev
         && a.st_ino == b.st_ino;
}

} // namespace troupe::io
