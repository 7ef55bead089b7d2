// SPDX-License-Identifier: BSD-3-Clause
#include "io/compare/machine.hpp"

#include <cstdlib>
#include <ctime>
#include <fstream>

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>

namespace troupe::compare {

namespace {

// Only some architectures name their processor here; of the others we say what kind it is.
std::string processor(const std::string& kind) {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name"))
      if (const auto colon = line.find(": "); colon != line.npos)
        return line.substr(colon + 2);
  return kind;
}

} // namespace

double load_now() {
  double load = 0;
  return ::getloadavg(&load, 1) == 1 ? load : 0;
}

std::uint64_t own_rss_kib() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss);
}

machine_facts this_machine() {
  machine_facts m;
  cpu_set_t may_use;
  CPU_ZERO(&may_use);
  if (::sched_getaffinity(0, sizeof may_use, &may_use) == 0)
    m.cores = static_cast<unsigned>(CPU_COUNT(&may_use));
  utsname name{};
  ::uname(&name);
  m.processor = processor(name.machine);
  m.kernel = std::string{name.sysname} + " " + name.release;
  const auto now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d", &utc);
  m.date = date;
  m.load_before = load_now();
  m.rss_floor_kib = own_rss_kib();
  return m;
}

} // namespace troupe::compare
