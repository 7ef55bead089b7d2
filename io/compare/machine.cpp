// SPDX-License-Identifier: BSD-3-Clause
#include "io/compare/machine.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <malloc.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

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

double busy_s() {
  // cpu user nice system idle iowait irq softirq steal; guests are in user
  std::ifstream in("/proc/stat");
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0;
  if (!(in >> name >> user >> nice >> system >> idle >> iowait >> irq >> softirq))
    return 0;
  return (user + nice + system + irq + softirq) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double child_cpu_s() {
  const auto own = ::getpid();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != name.npos)
      continue;
    std::ifstream in(entry.path() / "stat");
    std::string line;
    std::getline(in, line);
    const auto after = line.rfind(") "); // the name before it may have anything in it
    pid_t parent = 0;
    char state = 0;
    if (after == line.npos || std::sscanf(line.c_str() + after + 2, "%c %d", &state, &parent) != 2
        || parent != own)
      continue;
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(std::stoi(name), &clock) == 0 && ::clock_gettime(clock, &used) == 0)
      return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
  }
  return 0;
}

void lower_own_peak() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
  std::ofstream{"/proc/self/clear_refs"} << "5"; // proc(5); without it the floor is a higher one
}

std::uint64_t own_rss_kib() {
  std::ifstream in("/proc/self/status");
  std::uint64_t kib = 0;
  for (std::string name; in >> name;)
    if (name == "VmHWM:" && in >> kib)
      break;
  return kib;
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
  return m;
}

} // namespace troupe::compare
