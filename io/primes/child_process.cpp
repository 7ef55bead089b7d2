// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/child_process.hpp"
#include "io/trace/trace.hpp"

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::io {

namespace {

constexpr int socket_place = 3, lifeline_place = 4;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// In the child: drop what is the parent's, keep the two. Returns: false if it cannot.
bool settle_descriptors(int socket, int lifeline) {
  // Out of the way first: their numbers may be each other's places.
  socket = ::fcntl(socket, F_DUPFD, lifeline_place + 1);
  lifeline = ::fcntl(lifeline, F_DUPFD, lifeline_place + 1);
  const int nothing = ::open("/dev/null", O_RDWR);
  const bool placed = nothing >= 0 && ::dup2(nothing, 0) == 0 && ::dup2(nothing, 1) == 1
                      && ::dup2(socket, socket_place) == socket_place
                      && ::dup2(lifeline, lifeline_place) == lifeline_place;
  return placed && ::close_range(lifeline_place + 1, ~0u, 0) == 0;
}

// In the child: die with the parent. Returns: false if it is dead already.
bool tie_life(pid_t parent) {
  for (const int s : {SIGIO, SIGTERM, SIGHUP})
    std::signal(s, SIG_DFL);
  std::signal(SIGINT, SIG_IGN); // Ctrl-C at a terminal is for the parent to handle
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::fcntl(lifeline_place, F_SETOWN, ::getpid());
  ::fcntl(lifeline_place, F_SETFL, O_RDONLY | O_ASYNC | O_NONBLOCK);
  pollfd life{lifeline_place, POLLIN, 0};
  return ::getppid() == parent && ::poll(&life, 1, 0) == 0;
}

[[noreturn]] void live(const std::function<int(int)>& work, int socket, int lifeline,
                       pid_t parent) {
  trace::forget();
  int code = 1;
  if (settle_descriptors(socket, lifeline) && tie_life(parent)) {
    try {
      code = work(socket_place);
    } catch (...) {
      // Whoever waits sees the socket's end without an answer.
    }
  }
  ::_exit(code);
}

} // namespace

child_process::child_process(const std::function<int(int)>& work) {
  int sockets[2] = {-1, -1}, life[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    fail("socketpair");
  if (::pipe2(life, O_CLOEXEC) == 0) {
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0)
      live(work, sockets[1], life[0], parent);
  }
  const int error = errno;
  if (pid_ > 0) {
    ::close(sockets[1]);
    ::close(life[0]);
    socket_ = sockets[0];
    lifeline_ = life[1];
    return;
  }
  for (const int fd : {sockets[0], sockets[1], life[0], life[1]})
    if (fd >= 0)
      ::close(fd);
  errno = error;
  fail("fork");
}

child_process::child_process(child_process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)),
      lifeline_(std::exchange(other.lifeline_, -1)) {}

child_process& child_process::operator=(child_process&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    socket_ = std::exchange(other.socket_, -1);
    lifeline_ = std::exchange(other.lifeline_, -1);
  }
  return *this;
}

child_process::~child_process() { end(); }

void child_process::end() noexcept {
  if (pid_ <= 0)
    return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::close(socket_);
  ::close(lifeline_);
  pid_ = socket_ = lifeline_ = -1;
}

} // namespace troupe::io
