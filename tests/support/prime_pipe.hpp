// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "io/primes/stream.hpp"

namespace troupe::test {

/// A file in memory. Gone with this object.
class memory_file {
public:
  explicit memory_file(const std::string& text = {}) : fd_(::memfd_create("test", MFD_CLOEXEC)) {
    if (fd_ < 0 || ::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size())
        || ::lseek(fd_, 0, SEEK_SET) != 0)
      throw std::system_error(errno, std::generic_category(), "memory_file");
  }
  ~memory_file() { ::close(fd_); }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  int fd() const { return fd_; }
  std::string content() const {
    std::string all;
    char piece[64 * 1024];
    ::lseek(fd_, 0, SEEK_SET);
    for (ssize_t got; (got = ::read(fd_, piece, sizeof piece)) > 0;)
      all.append(piece, static_cast<std::size_t>(got));
    return all;
  }

private:
  int fd_;
};

using prime_engine = io::prime_summary (*)(const io::prime_plan&, const io::prime_setting&);

/// What an engine made of a text.
struct prime_outcome {
  std::string text;
  std::vector<std::string> complaints;
  io::prime_summary sum;
};

inline prime_outcome check_text(prime_engine engine, const io::prime_plan& plan,
                                const std::string& text, std::stop_token stop = {},
                                std::function<void(const primes::line_counts&)> progress = {}) {
  std::signal(SIGPIPE, SIG_IGN);
  const memory_file in{text}, out;
  prime_outcome result;
  io::prime_setting setting;
  setting.in = in.fd();
  setting.out = out.fd();
  setting.stop = std::move(stop);
  setting.progress = std::move(progress);
  setting.complain = [&](const std::string& what) { result.complaints.push_back(what); };
  result.sum = engine(plan, setting);
  result.text = out.content();
  return result;
}

} // namespace troupe::test
