// SPDX-License-Identifier: BSD-3-Clause
#include "tests/runtime/network_trial.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

namespace troupe::network_trial {

namespace fs = std::filesystem;

bool comes_true(const std::function<bool()>& what) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!what()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

socket_pair::socket_pair() {
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_) != 0)
    throw std::runtime_error("no socketpair");
}

socket_pair::~socket_pair() {
  close(0);
  close(1);
}

void socket_pair::close(int which) {
  if (const int fd = take(which); fd >= 0)
    ::close(fd);
}

bool write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto n = ::send(fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (n <= 0)
      return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

std::optional<std::string> read_to_end(int fd) {
  std::string got;
  char buffer[4096];
  for (;;) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, 60'000) <= 0)
      return std::nullopt;
    const auto n = ::recv(fd, buffer, sizeof(buffer), 0);
    if (n <= 0) // an end with bytes unread on the other side is a reset
      return got;
    got.append(buffer, static_cast<std::size_t>(n));
  }
}

relay::relay() : thread_([this] { run(); }) {}

relay::~relay() { cut(); }

void relay::cut(bool left, bool right) {
  stop_.close(0);
  if (thread_.joinable())
    thread_.join();
  if (left)
    left_.close(1);
  if (right)
    right_.close(1);
}

void relay::run() {
  char buffer[64 * 1024];
  pollfd ends[3] = {
      {left_.end(1), POLLIN, 0}, {right_.end(1), POLLIN, 0}, {stop_.end(1), POLLIN, 0}};
  bool open = true;
  while (open && ::poll(ends, 3, -1) > 0 && ends[2].revents == 0)
    for (int i = 0; i < 2 && open; ++i) {
      if (ends[i].revents == 0)
        continue;
      const auto n = ::recv(ends[i].fd, buffer, sizeof(buffer), 0);
      open = n > 0;
      if (!open)
        break;
      carried_[i].append(buffer, static_cast<std::size_t>(n));
      open = write_all(ends[1 - i].fd, {buffer, static_cast<std::size_t>(n)});
    }
  if (open)
    return; // stopped by cut()
  left_.close(1);
  right_.close(1);
}

std::size_t open_descriptors() {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator("/proc/self/fd"))
    ++n;
  return n - 1; // the directory itself
}

std::size_t listening_sockets() {
  std::size_t n = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    int listens = 0;
    socklen_t size = sizeof(listens);
    const int fd = std::stoi(entry.path().filename());
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0)
      ++n;
  }
  return n;
}

std::size_t threads() {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator("/proc/self/task"))
    ++n;
  return n;
}

} // namespace troupe::network_trial
