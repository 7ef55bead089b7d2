// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/forked.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <poll.h>
#include <sys/socket.h>

#include "io/primes/child_process.hpp"
#include "io/primes/stop_event.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

namespace {

int answer(int socket, const std::function<std::string()>& job) {
  const auto result = job();
  // Its length first: what a dying process leaves is no answer.
  const std::uint64_t size = result.size();
  const bool sent = send_all(socket, reinterpret_cast<const char*>(&size), sizeof size)
                    && send_all(socket, result.data(), result.size());
  return sent ? 0 : 1;
}

} // namespace

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const auto put = ::send(socket, data, size, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      return false;
    data += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

std::optional<std::string> run_forked(const std::function<std::string()>& job,
                                      const std::stop_token& stop) {
  const stop_event stopped{stop};
  const trace::slice waits{"waits for a process"};
  const child_process child{[&job](int socket) { return answer(socket, job); }};
  std::string got;
  std::uint64_t size = 0;
  for (char piece[64 * 1024];;) {
    if (!wait_for(child.socket(), POLLIN, stopped))
      return std::nullopt;
    const auto read = ::recv(child.socket(), piece, sizeof piece, 0);
    if (read < 0 && errno == EINTR)
      continue;
    if (read <= 0)
      throw worker_died("the process that did the work died");
    got.append(piece, static_cast<std::size_t>(read));
    if (got.size() < sizeof size)
      continue;
    std::memcpy(&size, got.data(), sizeof size);
    if (got.size() >= sizeof size + size)
      return got.substr(sizeof size);
  }
}

} // namespace troupe::io
