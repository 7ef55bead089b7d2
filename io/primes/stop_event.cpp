// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/stop_event.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace troupe::io {

stop_event::stop_event(std::stop_token stop)
    : stop_(std::move(stop)), fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0)
    throw std::system_error(errno, std::generic_category(), "eventfd");
  on_stop_.emplace(stop_, [fd = fd_] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
  });
}

stop_event::~stop_event() {
  on_stop_.reset(); // waits for a callback that is running
  ::close(fd_);
}

bool wait_for(int fd, short events, const stop_event& stop, int timeout_ms) {
  pollfd both[2] = {{fd, events, 0}, {stop.fd(), POLLIN, 0}};
  while (::poll(both, 2, timeout_ms) < 0) {
    if (errno != EINTR)
      return true; // let read() or write() say what is wrong
  }
  return both[0].revents != 0 && both[1].revents == 0;
}

} // namespace troupe::io
