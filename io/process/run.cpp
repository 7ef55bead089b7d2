// SPDX-License-Identifier: BSD-3-Clause
#include "io/process/run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "io/process/reason.hpp"

namespace troupe::io {

using ending = process_end::ending;

namespace {

constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24 * 365 * 10};

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

} // namespace

std::uint64_t bytes_in(int pipe) {
  int n = 0;
  return ::ioctl(pipe, FIONREAD, &n) == 0 && n > 0 ? static_cast<std::uint64_t>(n) : 0;
}

process_host::process_host(process_limits its_limits)
    : limits(its_limits), null(::open("/dev/null", O_RDWR | O_CLOEXEC)),
      buffer(std::max<std::uint32_t>(its_limits.read_bytes_max, 1)) {
  for (auto each = ::environ; each && *each; ++each)
    environment.emplace_back(*each);
}

process_run::process_run(process_host& host, std::uint64_t id, process_spec spec,
                         std::function<void(process_text)> on_text,
                         std::function<void(process_end)> on_end)
    : host_(host), id_(id), spec_(std::move(spec)), on_text_(std::move(on_text)),
      on_end_(std::move(on_end)), pidfd_(host.context),
      out_(host.context, spec_.out, spec_.line_bytes_max),
      err_(host.context, spec_.err, spec_.line_bytes_max), timer_(host.context),
      limited_(spec_.credit_bytes > 0 && on_text_), credit_(0) {
  more(spec_.credit_bytes);
}

void process_run::arm(phase what, std::chrono::milliseconds after) {
  phase_ = what;
  timer_.expires_after(std::min(after, longest_wait));
  timer_.async_wait([self = shared_from_this(), mine = ++armed_](const error_code& error) {
    if (!error && mine == self->armed_ && !self->over_)
      self->on_timer();
  });
}

void process_run::on_timer() {
  if (phase_ == phase::deadline)
    return stop(ending::deadline);
  if (phase_ == phase::grace) {
    kill_sent_ = true;
    return signal_group(SIGKILL);
  }
  for (auto* o : {&out_, &err_}) // the timer may have come before what was there in time
    if (!over_ && o->fd.is_open())
      read(*o);
  if (!over_)
    finish();
}

void process_run::stop(ending how) {
  if (over_ || pid_ < 0)
    return;
  if (exited_) // what it left behind is not waited for any longer
    return finish();
  if (std::exchange(stopping_, true))
    return;
  end_.how = how;
  if (spec_.grace.count() == 0) {
    ++armed_;
    kill_sent_ = true;
    return signal_group(SIGKILL);
  }
  signal_group(SIGTERM);
  signal_group(SIGCONT); // a stopped one could not heed it
  arm(phase::grace, spec_.grace);
}

void process_run::kill(ending how) {
  if (over_ || pid_ < 0)
    return;
  if (exited_)
    return finish();
  if (!std::exchange(stopping_, true))
    end_.how = how;
  ++armed_;
  kill_sent_ = true;
  signal_group(SIGKILL);
}

void process_run::signal_group(int signal) {
  if (!lost_ && ::kill(-pid_, signal) != 0 && errno == ESRCH)
    ::kill(pid_, signal); // it has moved to another group
}

void process_run::on_exit() {
  exited_ = true;
  siginfo_t ignored{};
  lost_ = ::waitid(P_PID, static_cast<id_t>(pid_), &ignored, WEXITED | WNOHANG | WNOWAIT) != 0
          && errno == ECHILD;
  ++armed_;
  runs_.end();
  end_.wall_ms = std::chrono::duration<double, std::milli>(steady::now() - began_).count();
  for (auto* o : {&out_, &err_})
    if (o->fd.is_open())
      o->tail = bytes_in(o->fd.native_handle());
  for (auto* o : {&out_, &err_})
    if (!over_ && o->fd.is_open())
      read(*o);
  if (over_)
    return;
  if (!any_open())
    return finish();
  arm(phase::drain, std::chrono::milliseconds{host_.limits.drain_ms_max});
}

void process_run::finish() {
  const auto self = shared_from_this();
  for (auto* o : {&out_, &err_})
    if (o->fd.is_open()) {
      end_.stragglers = true;
      end_.output_cut |= bytes_in(o->fd.native_handle()) > 0;
      close(*o);
      if (over_) // its callback gave the runner up
        return;
    }
  over_ = true;
  timer_.cancel();
  signal_group(SIGKILL);
  note_status();
  error_code ignored;
  pidfd_.close(ignored);
  end_.lines_split = out_.lines.split() + err_.lines.split();
  end_.reason = reason_of(spec_, end_);
  host_.ended(*this);
}

void process_run::note_status() {
  int status = 0;
  rusage used{};
  pid_t got = 0;
  while ((got = ::wait4(pid_, &status, 0, &used)) < 0 && errno == EINTR) {
  }
  if (got != pid_) {
    end_.how = ending::lost;
    return;
  }
  if (WIFSIGNALED(status)) {
    end_.signal = WTERMSIG(status);
    end_.core_dumped = WCOREDUMP(status);
    end_.killed = kill_sent_ && end_.signal == SIGKILL;
  } else {
    end_.code = WEXITSTATUS(status);
  }
  if (!stopping_)
    end_.how = WIFSIGNALED(status) ? ending::signaled : ending::exited;
  end_.user_s = seconds(used.ru_utime);
  end_.system_s = seconds(used.ru_stime);
  end_.rss_kib_max = static_cast<std::uint64_t>(used.ru_maxrss);
  end_.voluntary_switches = static_cast<std::uint64_t>(used.ru_nvcsw);
  end_.involuntary_switches = static_cast<std::uint64_t>(used.ru_nivcsw);
}

void process_run::refuse(ending how, std::string reason) {
  over_ = true;
  end_.how = how;
  end_.reason = std::move(reason);
}

void process_run::deliver() {
  // One line, whatever a program's name holds.
  for (auto& c : end_.reason)
    if (static_cast<unsigned char>(c) < ' ')
      c = '?';
  if (end_.reason.size() > 1'000)
    end_.reason.resize(1'000);
  on_text_ = nullptr;
  if (const auto done = std::exchange(on_end_, nullptr))
    done(std::move(end_));
}

void process_run::abandon() {
  if (std::exchange(over_, true))
    return;
  timer_.cancel();
  if (pid_ >= 0)
    signal_group(SIGKILL);
  error_code ignored;
  out_.fd.close(ignored);
  err_.fd.close(ignored);
}

void process_run::reap(steady::time_point until) {
  if (!pidfd_.is_open())
    return;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now()).count();
  pollfd its{pidfd_.native_handle(), POLLIN, 0};
  ::poll(&its, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
  ::waitpid(pid_, nullptr, WNOHANG);
  error_code ignored;
  pidfd_.close(ignored);
}

} // namespace troupe::io
