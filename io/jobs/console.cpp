// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/console.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace troupe::io {

namespace {
constexpr std::size_t piece_bytes = 64u << 10;
}

console::console() {
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0)
    throw std::runtime_error(std::string{"no descriptor left: "} + std::strerror(errno));
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat info {};
    pipe_[fd - STDOUT_FILENO] = ::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode);
  }
}

console::~console() { ::close(wake_); }

void console::cancel() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_, &one, sizeof one));
}

std::string console::write(bool err, std::string_view bytes) {
  const int fd = err ? STDERR_FILENO : STDOUT_FILENO;
  const auto failed = [err](const char* why) {
    return std::string{err ? "standard error: " : "standard output: "} + why;
  };
  // A pipe that poll() calls writable takes PIPE_BUF bytes without waiting, and perhaps no more.
  const bool may_block = pipe_[err ? 1 : 0];
  while (!bytes.empty()) {
    if (may_block) {
      pollfd ready[] = {{fd, POLLOUT, 0}, {wake_, POLLIN, 0}};
      if (::poll(ready, 2, -1) < 0 && errno == EINTR)
        continue;
      if (ready[1].revents != 0 && ready[0].revents == 0)
        return failed("given up");
    }
    const auto n = ::write(fd, bytes.data(),
                           std::min(bytes.size(), may_block ? std::size_t{PIPE_BUF} : piece_bytes));
    if (n >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR && errno != EAGAIN)
      return failed(std::strerror(errno));
  }
  return "";
}

} // namespace troupe::io
