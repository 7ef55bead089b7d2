// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/job_source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

#include "domain/jobs/words.hpp"

namespace troupe::io {

namespace {
constexpr std::size_t read_bytes = 64u << 10;
}

job_source::job_source(job_list list, jobs::job_limits bounds)
    : list_(std::move(list)), bounds_(bounds) {
  if (!list_.words.empty()) {
    auto made =
        jobs::command::parse(list_.words, from_file() ? 1 : list_.groups.size(), list_.shell);
    if (!made)
      throw std::runtime_error(made.error());
    command_ = std::move(*made);
  }
  at_.resize(list_.groups.size());
  for (const auto& group : list_.groups)
    combinations_over_ = combinations_over_ || group.empty();
  if (from_file()) {
    fd_ = list_.file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                            : ::open(list_.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0)
      throw std::runtime_error(file_name() + ": " + std::strerror(errno));
  }
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) {
    const int code = errno;
    if (fd_ >= 0)
      ::close(fd_);
    throw std::runtime_error(std::string{"no descriptor left: "} + std::strerror(code));
  }
}

job_source::~job_source() {
  for (const int fd : {fd_, wake_})
    if (fd >= 0)
      ::close(fd);
}

void job_source::cancel() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_, &one, sizeof one));
}

std::optional<std::uint64_t> job_source::total() const {
  if (from_file())
    return {};
  std::uint64_t n = 1;
  for (const auto& group : list_.groups) {
    if (!group.empty() && n > std::numeric_limits<std::uint64_t>::max() / group.size())
      return {};
    n *= group.size();
  }
  return n;
}

bool job_source::repeatable() const {
  struct stat info {};
  return !from_file() || (list_.file != "-" && ::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode));
}

// Returns: false if there is none left.
bool job_source::next_combination(std::vector<std::string>& arguments) {
  if (combinations_over_)
    return false;
  for (std::size_t g = 0; g < at_.size(); ++g)
    arguments.push_back(list_.groups[g][at_[g]]);
  auto g = at_.size();
  while (g > 0 && ++at_[g - 1] == list_.groups[g - 1].size())
    at_[--g] = 0;
  combinations_over_ = g == 0;
  return true;
}

job_source::read_result job_source::next_line(std::string& line, bool may_wait,
                                              std::string& error) {
  const char end = list_.nul ? '\0' : '\n';
  for (std::size_t looked = taken_;;) {
    const auto found = buffer_.find(end, looked);
    if (found != std::string::npos || (file_over_ && taken_ < buffer_.size())) {
      const auto until = std::min(found, buffer_.size());
      line.assign(buffer_, taken_, until - taken_);
      taken_ = std::min(until + 1, buffer_.size());
      ++line_number_;
      return read_result::line;
    }
    if (file_over_)
      return read_result::end;
    looked = buffer_.size() - taken_;
    buffer_.erase(0, std::exchange(taken_, 0));
    if (buffer_.size() > bounds_.argv_bytes_max) {
      ++line_number_;
      error = "is longer than " + std::to_string(bounds_.argv_bytes_max) + " bytes";
      return read_result::failed;
    }
    pollfd ready[] = {{fd_, POLLIN, 0}, {wake_, POLLIN, 0}};
    const int n = ::poll(ready, 2, may_wait ? -1 : 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (ready[1].revents != 0)
      return read_result::end;
    if (n == 0)
      return read_result::nothing_yet;
    const auto had = buffer_.size();
    buffer_.resize(had + read_bytes);
    const auto got = ::read(fd_, buffer_.data() + had, read_bytes);
    const int code = errno;
    buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0)
      file_over_ = true;
    if (got < 0 && code != EINTR && code != EAGAIN) {
      error = std::strerror(code);
      return read_result::failed;
    }
  }
}

std::string job_source::add(std::vector<std::string> argv, std::string tag, batch& into) {
  std::size_t bytes = 0;
  for (const auto& word : argv) {
    bytes += word.size() + 1;
    if (word.find('\0') != std::string::npos)
      return "has a zero byte in it, which no argument can have (-0 reads lists that end in them)";
    if (word.size() >= bounds_.word_bytes_max)
      return "makes an argument of " + std::to_string(word.size()) + " bytes; the system takes "
             + std::to_string(bounds_.word_bytes_max - 1);
  }
  if (bytes > bounds_.argv_bytes_max)
    return "makes a command of " + std::to_string(bytes) + " bytes; at most "
           + std::to_string(bounds_.argv_bytes_max) + " are taken";
  jobs::job made;
  made.seq = ++seq_;
  made.key = jobs::key_of(argv);
  made.argv = std::move(argv);
  made.tag = std::move(tag);
  into.jobs.push_back(std::move(made));
  return "";
}

std::string job_source::add_line(const std::string& line, batch& into) {
  if (command_)
    return add(command_->expand({line}, seq_ + 1), line, into);
  const auto begin = line.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos || line[begin] == '#')
    return "";
  if (list_.shell)
    return add({"sh", "-c", line}, line, into);
  auto words = jobs::split_words(line);
  if (!words)
    return words.error();
  if (words->front().empty())
    return "is a command without a name";
  return add(std::move(*words), line, into);
}

job_source::batch job_source::next(std::size_t count) {
  batch b;
  if (!from_file()) {
    for (std::vector<std::string> arguments; b.jobs.size() < count; arguments.clear()) {
      b.end = !next_combination(arguments);
      if (b.end)
        break;
      std::string tag;
      for (const auto& a : arguments)
        tag += (tag.empty() ? "" : " ") + a;
      b.error = add(command_->expand(arguments, seq_ + 1), std::move(tag), b);
      if (!b.error.empty()) {
        b.error = "job " + std::to_string(seq_ + 1) + " " + b.error;
        b.end = true;
        break;
      }
    }
    return b;
  }
  std::string line;
  while (b.jobs.size() < count && !b.end && b.error.empty()) {
    const auto got = next_line(line, b.jobs.empty(), b.error);
    if (got == read_result::nothing_yet)
      break;
    b.end = got == read_result::end;
    if (got == read_result::line)
      b.error = add_line(line, b);
  }
  if (!b.error.empty()) {
    b.end = true;
    b.error = file_name() + ":" + std::to_string(line_number_) + ": " + b.error;
  }
  return b;
}

} // namespace troupe::io
