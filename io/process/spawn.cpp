// SPDX-License-Identifier: BSD-3-Clause
#include "io/process/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>

#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

// The child runs in our memory: the sanitizers' books there are ours, and it must not write in
// them. Hence no instrumentation, system calls without their wrappers, and not TSan's clone(),
// which believes that memory is copied.
#define TROUPE_IN_CHILD __attribute__((no_sanitize("address", "thread", "undefined")))
#if defined(__SANITIZE_THREAD__)
#define TROUPE_CLONE __clone
extern "C" int __clone(int (*)(void*), void*, int, void*, ...) noexcept;
#else
#define TROUPE_CLONE ::clone
#endif

namespace troupe::io {

namespace {

constexpr std::size_t stack_bytes = 64u << 10;
constexpr std::size_t kernel_mask_bytes = _NSIG / 8;

struct order {
  const char* const* candidates;
  const char* const* argv;
  const char* const* environment;
  const char* directory;
  int descriptors[3];
  pid_t parent;
  const rlimit* descriptors_max;        // null: as it is
  const sigset_t* handled;              // signals with a handler of ours, and those to be reset
  spawn_step failed = spawn_step::none; // the child's answer
  int error = 0;
};

TROUPE_IN_CHILD int give_up(order& o, spawn_step step, int error) {
  o.failed = step;
  o.error = error;
  ::syscall(SYS_exit_group, 127);
  return 127;
}

TROUPE_IN_CHILD bool try_the_next(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE
         || error == ENODEV || error == ETIMEDOUT;
}

// Everything that is not a system call was done by the parent.
TROUPE_IN_CHILD int run_child(void* argument) {
  auto& o = *static_cast<order*>(argument);
  // All zero is SIG_DFL without flags on every architecture. Handlers would run in our memory.
  const unsigned long fresh[8] = {};
  for (int s = 1; s < _NSIG; ++s)
    if (::sigismember(o.handled, s) == 1)
      ::syscall(SYS_rt_sigaction, s, fresh, nullptr, kernel_mask_bytes);
  if (::syscall(SYS_setpgid, 0, 0) != 0)
    return give_up(o, spawn_step::group, errno);
  if (::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    return give_up(o, spawn_step::parent, errno);
  if (::syscall(SYS_getppid) != o.parent) // it died before the line above: nobody will tell us
    return give_up(o, spawn_step::parent, ESRCH);
  if (o.directory && ::syscall(SYS_chdir, o.directory) != 0)
    return give_up(o, spawn_step::directory, errno);
  for (int to = 0; to < 3; ++to)
    if (o.descriptors[to] >= 0 && ::syscall(SYS_dup3, o.descriptors[to], to, 0) < 0)
      return give_up(o, spawn_step::descriptors, errno);
  // All of ours are O_CLOEXEC; this is for those of others, also between their open and fcntl.
  if (::syscall(SYS_close_range, 3u, ~0u, 0u) != 0)
    ::closefrom(3);
  if (o.descriptors_max) // what fails here fails no program
    ::syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, o.descriptors_max, nullptr);
  const unsigned long none[kernel_mask_bytes / sizeof(unsigned long) + 1] = {};
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, nullptr, kernel_mask_bytes);
  int error = ENOENT;
  for (auto path = o.candidates; *path; ++path) {
    ::syscall(SYS_execve, *path, o.argv, o.environment);
    // As execvp: a program that may not be executed says more than one that is not there.
    if (error != EACCES || !try_the_next(errno))
      error = errno;
    if (!try_the_next(errno))
      break;
  }
  return give_up(o, spawn_step::exec, error);
}

std::vector<const char*> pointers(const std::vector<std::string>& from) {
  std::vector<const char*> found;
  found.reserve(from.size() + 1);
  for (const auto& each : from)
    found.push_back(each.c_str());
  found.push_back(nullptr);
  return found;
}

sigset_t to_be_reset() {
  sigset_t found;
  sigemptyset(&found);
  sigaddset(&found, SIGPIPE); // ignored by us, perhaps; not by programs in pipelines
  sigaddset(&found, SIGXFSZ);
  for (int s = 1; s < _NSIG; ++s) {
    struct sigaction now;
    if (::sigaction(s, nullptr, &now) == 0
        && ((now.sa_flags & SA_SIGINFO)
            || (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN)))
      sigaddset(&found, s);
  }
  return found;
}

} // namespace

spawner::spawner() : stack_(new std::byte[stack_bytes]) {}

spawned spawner::start(const spawn_plan& plan) {
  const auto candidates = pointers(plan.candidates);
  const auto argv = pointers(plan.argv);
  const auto environment = pointers(plan.environment);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); // no handler of ours runs in the child
  const auto handled = to_be_reset();
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  if (plan.descriptors_max)
    descriptors.rlim_cur = std::min<rlim_t>(*plan.descriptors_max, descriptors.rlim_max);
  order o{candidates.data(),
          argv.data(),
          environment.data(),
          plan.directory.empty() ? nullptr : plan.directory.c_str(),
          {plan.in, plan.out, plan.err},
          ::getpid(),
          plan.descriptors_max ? &descriptors : nullptr,
          &handled};
  auto top = reinterpret_cast<std::uintptr_t>(stack_.get() + stack_bytes) & ~std::uintptr_t{63};
  int pidfd = -1;
  const int pid =
      TROUPE_CLONE(run_child, reinterpret_cast<void*>(top),
                   CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &o, &pidfd, nullptr, nullptr);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);

  spawned s;
  if (pid < 0) {
    s.failed = spawn_step::process;
    s.error = error;
    return s;
  }
  s.pid = pid;
  s.pidfd = descriptor{pidfd};
  s.failed = o.failed;
  s.error = o.error;
  if (s.failed != spawn_step::none) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    s.pidfd.reset();
    s.pid = -1;
  }
  return s;
}

std::vector<std::string> program_candidates(const std::string& program,
                                            const std::vector<std::string>& environment) {
  if (program.find('/') != std::string::npos)
    return {program};
  std::string_view path = "/usr/local/bin:/usr/bin:/bin";
  for (const auto& each : environment)
    if (each.starts_with("PATH=")) {
      path = std::string_view{each}.substr(5);
      break;
    }
  std::vector<std::string> found;
  while (true) {
    const auto colon = path.find(':');
    const auto folder = path.substr(0, colon);
    // POSIX: an empty entry is the current directory.
    found.push_back(folder.empty() ? "./" + program : std::string{folder} + "/" + program);
    if (colon == std::string_view::npos)
      return found;
    path.remove_prefix(colon + 1);
  }
}

} // namespace troupe::io
