// SPDX-License-Identifier: BSD-3-Clause
// bench_run_one FILE COMMAND [ARGUMENT...]
//
// Runs a command and writes to FILE, as one JSON object, what it cost: seconds on the clock,
// user and system CPU seconds, and the peak memory of its largest process, each with the children
// that it waited for. A program of its own because the kernel counts the memory of the process
// that forks as the child's until the child has called exec: from an interpreter that would be tens
// of megabytes, from here it is two.

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int cannot_run = 127;

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bench_run_one FILE COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  using clock = std::chrono::steady_clock;
  const auto begun = clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[2], argv + 2);
    std::fprintf(stderr, "bench_run_one: %s: %s\n", argv[2], std::strerror(errno));
    ::_exit(cannot_run);
  }
  int status = 0;
  rusage used{};
  while (child > 0 && ::wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
  }
  const std::chrono::duration<double> wall = clock::now() - begun;
  std::FILE* out = child > 0 ? std::fopen(argv[1], "w") : nullptr;
  if (!out) {
    std::fprintf(stderr, "bench_run_one: %s: %s\n", child > 0 ? argv[1] : "fork",
                 std::strerror(errno));
    return 1;
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::fprintf(out,
               "{\"wall_s\": %.4f, \"user_s\": %.4f, \"sys_s\": %.4f, \"rss_mb\": %.1f, "
               "\"switches\": %ld, \"exit\": %d}\n",
               wall.count(), seconds(used.ru_utime), seconds(used.ru_stime),
               static_cast<double>(used.ru_maxrss) / 1024, used.ru_nvcsw + used.ru_nivcsw, code);
  return std::fclose(out) == 0 ? 0 : 1;
}
