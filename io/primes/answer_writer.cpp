// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/answer_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
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

answer_writer::answer_writer(const prime_plan& plan, const prime_setting& setting)
    : plan_(plan), setting_(setting), stop_(setting.stop), fd_(reopen(setting.out)),
      own_fd_(fd_ >= 0) {
  if (!own_fd_)
    fd_ = setting.out;
  ::fcntl(fd_, F_SETPIPE_SZ, pipe_bytes_wanted);
}

answer_writer::~answer_writer() {
  if (own_fd_)
    ::close(fd_);
}

bool answer_writer::write(const primes::block_answer& answer) {
  if (!wants_more_ || !answer.whole)
    return wants_more_ = false;
  if (setting_.before_output)
    setting_.before_output();
  write_all(answer.text);
  if (sum_.reader_gone || !sum_.error.empty())
    return wants_more_ = false;
  complain(answer);
  sum_.counts += answer.counts;
  if (plan_.job.strict && !answer.faults.empty()) {
    sum_.refused = true;
    wants_more_ = false;
  }
  if (setting_.progress)
    setting_.progress(sum_.counts);
  return wants_more_;
}

void answer_writer::write_all(std::string_view text) {
  while (!text.empty()) {
    const auto put = ::write(fd_, text.data(), text.size());
    if (put >= 0) {
      text.remove_prefix(static_cast<std::size_t>(put));
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno == EAGAIN) {
      if (wait_until_writable())
        continue;
      wants_more_ = false;
      return;
    }
    if (errno == EPIPE)
      sum_.reader_gone = true;
    else
      sum_.error = setting_.out_name + ": " + std::generic_category().message(errno);
    return;
  }
}

bool answer_writer::wait_until_writable() {
  if (!grace_end_ && wait_for(fd_, POLLOUT, stop_))
    return true;
  using clock = std::chrono::steady_clock;
  if (!grace_end_)
    grace_end_ = clock::now() + plan_.stop_grace;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*grace_end_ - clock::now());
  pollfd one{fd_, POLLOUT, 0};
  return ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) > 0;
}

void answer_writer::complain(const primes::block_answer& answer) {
  if (!setting_.complain)
    return;
  for (const auto& f : answer.faults) {
    if (faults_told_ == plan_.job.faults_shown_max)
      return;
    ++faults_told_;
    setting_.complain(setting_.line_name + " " + std::to_string(sum_.counts.lines + f.line) + " "
                      + std::string{to_string(f.why)});
  }
}

prime_summary answer_writer::finish(bool complete, const std::string& read_error) {
  const auto untold = sum_.counts.faults() - std::min(sum_.counts.faults(), faults_told_);
  if (setting_.complain && untold > 0)
    setting_.complain(std::to_string(untold) + " more of that kind are not shown");
  if (sum_.error.empty())
    sum_.error = read_error;
  const bool wanted_all = sum_.error.empty() && !sum_.refused && !sum_.reader_gone;
  sum_.interrupted = setting_.stop.stop_requested() && wanted_all && !(complete && wants_more_);
  return sum_;
}

} // namespace troupe::io
