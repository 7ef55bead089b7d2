// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/line_output.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::io {

namespace {

constexpr int pipe_bytes_wanted = 1024 * 1024;

// Returns: a description of our own for the same pipe or terminal, which may be non-blocking
// without anybody else's becoming so; -1 if there is none to be had, or no need for one.
int reopen(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
    return -1; // not ours to write to: let write() say so
  struct stat what {};
  if (::fstat(fd, &what) != 0 || !(S_ISFIFO(what.st_mode) || S_ISCHR(what.st_mode)))
    return -1;
  const auto path = "/proc/self/fd/" + std::to_string(fd);
  return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

} // namespace

line_output::line_output(int fd, std::stop_token stop, std::chrono::milliseconds grace)
    : stop_(std::move(stop)), grace_(grace), fd_(reopen(fd)), own_fd_(fd_ >= 0) {
  if (!own_fd_)
    fd_ = fd;
  ::fcntl(fd_, F_SETPIPE_SZ, pipe_bytes_wanted);
  pipe_bytes_ = static_cast<std::size_t>(std::max(::fcntl(fd_, F_GETPIPE_SZ), 0));
}

line_output::~line_output() {
  if (own_fd_)
    ::close(fd_);
}

line_output::outcome line_output::write(std::string_view lines) {
  while (!lines.empty()) {
    const auto put = ::write(fd_, lines.data(), piece_of(lines));
    if (put >= 0) {
      lines.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN) {
      if (!wait_until_writable())
        return outcome::stopped;
    } else if (errno != EINTR) {
      return errno == EPIPE ? outcome::reader_gone : outcome::failed;
    }
  }
  return outcome::written;
}

std::size_t line_output::piece_of(std::string_view lines) const {
  if (pipe_bytes_ == 0)
    return lines.size();
  int unread = 0;
  const bool empty = ::ioctl(fd_, FIONREAD, &unread) == 0 && unread == 0;
  const auto room = empty ? pipe_bytes_ : std::size_t{PIPE_BUF};
  if (lines.size() <= room)
    return lines.size();
  const auto newline = lines.rfind('\n', room - 1);
  return newline == lines.npos ? room : newline + 1;
}

bool line_output::wait_until_writable() {
  if (!grace_end_ && wait_for(fd_, POLLOUT, stop_))
    return true;
  using clock = std::chrono::steady_clock;
  if (!grace_end_)
    grace_end_ = clock::now() + grace_;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*grace_end_ - clock::now());
  pollfd one{fd_, POLLOUT, 0};
  return ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) > 0;
}

} // namespace troupe::io
