// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace troupe::io {

namespace {

constexpr std::size_t read_bytes_min = 64 * 1024; // what a pipe holds at most, mostly
constexpr int pipe_bytes_wanted = 1024 * 1024;

} // namespace

line_reader::line_reader(int fd, std::string name, std::size_t line_bytes_max, std::stop_token stop)
    : fd_(fd), name_(std::move(name)), line_bytes_max_(line_bytes_max), stop_(std::move(stop)) {
  // Fewer and larger reads where the system lets us; it is no pipe, or no privilege, otherwise.
  ::fcntl(fd_, F_SETPIPE_SZ, pipe_bytes_wanted);
}

std::optional<std::string> line_reader::read(std::size_t bytes_wanted) {
  while (!stop_.stopped()) {
    const bool some = lines_end_ > begin_;
    if (at_end_ || (some && end_ - begin_ >= bytes_wanted))
      return take(bytes_wanted);
    if (wait_for(fd_, POLLIN, stop_, some ? 0 : -1))
      fill(bytes_wanted);
    else if (some && !stop_.stopped())
      return take(bytes_wanted);
  }
  return std::nullopt;
}

void line_reader::fill(std::size_t bytes_wanted) {
  if (at_end_)
    return;
  make_room(bytes_wanted);
  ssize_t got = 0;
  do
    got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN)
    return; // somebody else's choice: the next wait is for it
  if (got > 0)
    return bound_last_line(std::exchange(end_, end_ + static_cast<std::size_t>(got)));
  at_end_ = true;
  if (got < 0)
    error_ = name_ + ": " + std::generic_category().message(errno);
}

void line_reader::make_room(std::size_t bytes_wanted) {
  if (begin_ > 0 && buffer_.size() - end_ < read_bytes_min) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    lines_end_ -= std::min(lines_end_, begin_);
    begin_ = 0;
  }
  const auto size = std::max(bytes_wanted, end_ + read_bytes_min);
  if (buffer_.size() < size)
    buffer_.resize(std::max(size, buffer_.size() * 2));
}

// Finds the last newline, and cuts what is behind it if that is too long already.
void line_reader::bound_last_line(std::size_t old_end) {
  char* const data = buffer_.data();
  if (forgetting_) {
    const auto* newline = std::memchr(data + old_end, '\n', end_ - old_end);
    if (!newline) {
      end_ = old_end;
      return;
    }
    const auto kept = data + end_ - static_cast<const char*>(newline);
    std::memmove(data + old_end, newline, static_cast<std::size_t>(kept));
    end_ = old_end + static_cast<std::size_t>(kept);
    forgetting_ = false;
  }
  if (const auto* last = static_cast<const char*>(::memrchr(data + old_end, '\n', end_ - old_end)))
    lines_end_ = static_cast<std::size_t>(last - data) + 1;
  const auto line = std::max(lines_end_, begin_);
  if (end_ - line > line_bytes_max_ + 1) {
    end_ = line + line_bytes_max_ + 1;
    forgetting_ = true;
  }
}

std::optional<std::string> line_reader::take(std::size_t bytes_wanted) {
  const auto whole_end = at_end_ ? end_ : lines_end_;
  if (whole_end <= begin_)
    return std::nullopt;
  auto cut = whole_end;
  const auto wanted_end = begin_ + std::max<std::size_t>(bytes_wanted, 1);
  if (wanted_end < whole_end) {
    const auto* from = buffer_.data() + wanted_end - 1;
    const auto* newline = std::memchr(from, '\n', whole_end - wanted_end + 1);
    if (newline)
      cut = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data()) + 1;
  }
  if (begin_ > 0 || cut < end_ / 2) {
    std::string lines = buffer_.substr(begin_, cut - begin_);
    begin_ = cut;
    return lines;
  }
  // Most of it: give the buffer away, and keep the little that is left.
  std::string rest = buffer_.substr(cut, end_ - cut);
  std::string lines = std::exchange(buffer_, std::move(rest));
  lines.resize(cut);
  end_ -= cut;
  lines_end_ -= std::min(lines_end_, cut);
  return lines;
}

} // namespace troupe::io
