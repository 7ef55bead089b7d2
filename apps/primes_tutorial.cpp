// SPDX-License-Identifier: BSD-3-Clause
// The table of the tutorial's chapter on processes: PRIMES = [112272535095293] * 100, by trial
// division, in several ways.
#include "apps/primes_tutorial.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "apps/primes_check.hpp"
#include "apps/primes_options.hpp"
#include "apps/stop_signal.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"

namespace troupe::apps {

namespace {

constexpr std::array<const char*, 4> engines{"serial", "threads", "processes", "actors"};

struct row {
  double wall_s = 0, cpu_s = 0, speed_up = 0;
  double cpu_per_wall() const { return cpu_s / wall_s; }
};

double cpu_seconds() {
  double all = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(whose, &used);
    for (const auto& t : {used.ru_utime, used.ru_stime})
      all += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  }
  return all;
}

// The answers themselves are of no interest; that they are right is.
struct nowhere {
  int fd = ::memfd_create("answers", MFD_CLOEXEC);
  nowhere() {
    if (fd < 0)
      throw std::system_error(errno, std::generic_category(), "memfd_create");
  }
  ~nowhere() { ::close(fd); }
  nowhere(const nowhere&) = delete;
  nowhere& operator=(const nowhere&) = delete;
};

// Returns: false if it was stopped.
bool run_once(const char* engine, const primes_tutorial_options& o, const stop_signal& stop,
              row& result) {
  const number_source source{std::vector<std::string>(o.times, o.number)};
  const nowhere out;
  io::prime_plan plan;
  plan.job.how = primes::method::trial;
  plan.workers = o.workers;
  io::prime_setting setting;
  setting.in = source.fd();
  setting.out = out.fd;
  setting.stop = stop.token();
  const auto cpu = cpu_seconds();
  const auto begun = std::chrono::steady_clock::now();
  const auto sum = find_prime_engine(engine)(plan, setting);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (sum.interrupted)
    return false;
  if (!sum.error.empty() || sum.counts.primes != o.times)
    throw std::runtime_error(std::string{engine} + " found " + std::to_string(sum.counts.primes)
                             + " primes of " + std::to_string(o.times) + " " + sum.error);
  result.wall_s = took.count();
  result.cpu_s = cpu_seconds() - cpu;
  return true;
}

template <class Value>
double median(const std::vector<row>& rows, Value value) {
  std::vector<double> all;
  for (const auto& r : rows)
    all.push_back(value(r));
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

void show(const char* engine, const row& r, unsigned run) {
  std::printf("{\"engine\":\"%s\",\"run\":%u,\"seconds\":%.4f,\"cpu_s\":%.4f,\"cpu_per_wall\":%.2f,"
              "\"speed_up\":%.3f}\n",
              engine, run, r.wall_s, r.cpu_s, r.cpu_per_wall(), r.speed_up);
  if (std::fflush(stdout) != 0) // now, and not when all is measured
    throw std::runtime_error("standard output cannot be written");
}

void show_table(const primes_tutorial_options& o, const std::array<std::vector<row>, 4>& rows) {
  std::printf("%u times %s by trial division, %u workers, medians of %u runs\n\n", o.times,
              o.number.c_str(), o.workers, o.runs);
  std::printf("%-10s %8s %8s %9s %9s\n", "engine", "seconds", "CPU s", "CPU/wall", "speed-up");
  for (std::size_t i = 0; i < engines.size(); ++i)
    std::printf("%-10s %8.3f %8.3f %9.2f %9.2f\n", engines[i],
                median(rows[i], [](const row& r) { return r.wall_s; }),
                median(rows[i], [](const row& r) { return r.cpu_s; }),
                median(rows[i], [](const row& r) { return r.cpu_per_wall(); }),
                median(rows[i], [](const row& r) { return r.speed_up; }));
}

} // namespace

int primes_tutorial(int argc, char** argv) {
  int exit_code = 0;
  const auto options = parse_primes_tutorial(argc, argv, exit_code);
  if (!options)
    return exit_code;
  const stop_signal stop;
  tracing trace{"troupe-primes"};
  trace_letters();
  std::array<std::vector<row>, engines.size()> rows;
  for (unsigned run = 1; run <= options->runs; ++run) {
    for (std::size_t i = 0; i < engines.size(); ++i) { // in turn: what else runs disturbs all alike
      row r;
      if (!run_once(engines[i], *options, stop, r))
        return stop.exit_code();
      rows[i].push_back(r);
      rows[i].back().speed_up = rows[0].back().wall_s / r.wall_s;
      if (options->json)
        show(engines[i], rows[i].back(), run);
    }
  }
  if (!options->json)
    show_table(*options, rows);
  return trace.finish(0);
}

} // namespace troupe::apps
