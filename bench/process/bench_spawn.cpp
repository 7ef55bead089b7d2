// SPDX-License-Identifier: BSD-3-Clause
// bench_spawn COUNT AT_ONCE PROGRAM [ARGUMENT ...]
//
// What does it cost to run many short programs? Runs one COUNT times, AT_ONCE at a time, reading
// what they write, and prints wall and CPU seconds, ours and theirs, as one JSON object.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>

#include <sys/resource.h>

#include "io/process/runner.hpp"

using namespace troupe;

namespace {

double cpu_s(int who) {
  rusage used{};
  ::getrusage(who, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
  const int count = argc > 3 ? std::atoi(argv[1]) : 0;
  io::process_limits limits;
  limits.children_max = argc > 3 ? static_cast<std::uint32_t>(std::max(std::atoi(argv[2]), 0)) : 0;
  if (count < 1 || limits.children_max < 1) {
    std::fprintf(stderr, "bench_spawn COUNT AT_ONCE PROGRAM [ARGUMENT ...]\n");
    return 2;
  }
  io::process_spec spec;
  spec.argv.assign(argv + 3, argv + argc);
  const auto begun = std::chrono::steady_clock::now();
  std::atomic<int> left{count};
  std::atomic<int> failed{0};
  std::promise<void> done;
  {
    io::process_runner runner{limits};
    for (int i = 0; i < count; ++i)
      runner.start(
          spec, [](const io::process_text&) {},
          [&](const io::process_end& end) {
            if (!end.ok() && failed++ == 0)
              std::fprintf(stderr, "bench_spawn: %s\n", end.reason.c_str());
            if (--left == 0)
              done.set_value();
          });
    done.get_future().wait();
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  std::printf("{\"count\": %d, \"at_once\": %u, \"failed\": %d, \"wall_s\": %.3f, \"per_s\": %.0f, "
              "\"our_cpu_s\": %.3f, \"their_cpu_s\": %.3f}\n",
              count, limits.children_max, failed.load(), wall.count(), count / wall.count(),
              cpu_s(RUSAGE_SELF), cpu_s(RUSAGE_CHILDREN));
  return failed == 0 ? 0 : 1;
}
