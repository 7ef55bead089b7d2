// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/job_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace troupe::io {

job_log::job_log(std::string path, mode how,
                 const std::function<std::string(std::string_view, std::uint64_t)>& old_line)
    : path_(std::move(path)) {
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd_ < 0 && (errno == ENXIO || errno == EACCES)) // a pipe, or a device one may only write to
    fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const auto fail = [this](const std::string& why) {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
    throw std::runtime_error(path_ + ": " + why);
  };
  if (fd_ < 0)
    fail(std::strerror(errno));
  struct stat info {};
  regular_ = ::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
  if (!regular_)
    return;
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
    fail("another run is writing this log");
  ::fstat(fd_, &info); // it may have grown before we had the lock
  if (how == mode::create && info.st_size > 0)
    fail("there are rows in it already: go on with --resume, or name another log");
  try {
    read_old(old_line);
  } catch (...) {
    ::close(std::exchange(fd_, -1));
    throw;
  }
}

job_log::~job_log() {
  if (fd_ >= 0)
    ::close(fd_);
}

void job_log::read_old(
    const std::function<std::string(std::string_view, std::uint64_t)>& old_line) {
  std::vector<char> piece(256u << 10);
  std::string line;
  std::uint64_t number = 0;
  for (std::uint64_t at = 0;;) {
    const auto n = ::pread(fd_, piece.data(), piece.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      throw std::runtime_error(path_ + ": " + std::strerror(errno));
    if (n == 0)
      break;
    std::string_view rest{piece.data(), static_cast<std::size_t>(n)};
    at += rest.size();
    for (auto feed = rest.find('\n'); feed != rest.npos; feed = rest.find('\n')) {
      line += rest.substr(0, feed);
      rest.remove_prefix(feed + 1);
      end_ += line.size() + 1;
      if (auto wrong = old_line(line, ++number); !wrong.empty())
        throw std::runtime_error(path_ + ":" + std::to_string(number) + ": " + wrong);
      line.clear();
    }
    line += rest;
    if (line.size() > line_bytes_max)
      throw std::runtime_error(path_ + ": is no job log: it has a line of more than "
                               + std::to_string(line_bytes_max) + " bytes");
  }
  // Half a row begins as a row does; anything else is a file that was not ours to cut.
  if (!line.empty() && !std::string_view{"{\"seq\":"}.starts_with(line.substr(0, 7)))
    throw std::runtime_error(path_ + ": is no job log");
  if (!line.empty() && ::ftruncate(fd_, static_cast<off_t>(end_)) != 0)
    throw std::runtime_error(
        path_ + ": half a line at its end cannot be cut off: " + std::strerror(errno));
}

std::string job_log::append(std::string_view line) {
  const auto whole = line.size();
  while (!line.empty()) {
    const auto n = ::write(fd_, line.data(), line.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      const int code = errno;
      if (regular_ && ::ftruncate(fd_, static_cast<off_t>(end_)) != 0)
        return path_ + ": " + std::strerror(code) + ", and half a line remains in it";
      return path_ + ": " + std::strerror(code);
    }
    line.remove_prefix(static_cast<std::size_t>(n));
  }
  end_ += whole;
  return "";
}

} // namespace troupe::io
