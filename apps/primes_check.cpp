// SPDX-License-Identifier: BSD-3-Clause
#include "apps/primes_check.hpp"

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "actors/primes/run.hpp"
#include "apps/primes_progress.hpp"
#include "baselines/primes/engine.hpp"

namespace troupe::apps {

prime_engine find_prime_engine(std::string_view name) {
  if (name == "serial")
    return baselines::check_serial;
  if (name == "threads")
    return baselines::check_threads;
  if (name == "processes")
    return baselines::check_processes;
  return primes::check_actors;
}

number_source::number_source(const std::vector<std::string>& numbers)
    : fd_(::memfd_create("numbers", MFD_CLOEXEC)), name_("the numbers given") {
  std::string text;
  for (const auto& n : numbers) {
    // An argument is one number, whatever is in it: a line end would make it two.
    for (const char c : n.empty() ? "''" : n)
      text += c == '\n' ? '?' : c;
    text += '\n';
  }
  std::string_view left = text;
  while (fd_ >= 0 && !left.empty()) {
    const auto put = ::write(fd_, left.data(), left.size());
    if (put < 0)
      break;
    left.remove_prefix(static_cast<std::size_t>(put));
  }
  if (fd_ < 0 || !left.empty() || ::lseek(fd_, 0, SEEK_SET) != 0)
    throw std::system_error(errno, std::generic_category(), name_);
}

number_source::number_source(const std::string& file)
    : fd_(file == "-" ? 0 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)),
      name_(file == "-" ? "standard input" : file) {
  if (fd_ < 0)
    throw std::runtime_error((file.empty() ? "''" : file) + ": "
                             + std::generic_category().message(errno));
}

number_source::~number_source() {
  if (fd_ > 0)
    ::close(fd_);
}

namespace {

// Blocks of a stream are allocated by one thread and freed by another, hundreds a second. The C
// library would give them back to the system each time, and have them zeroed anew.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
  ::mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
}

int exit_code(const io::prime_summary& sum, const stop_signal& stop) {
  if (!sum.error.empty()) {
    std::fprintf(stderr, "troupe-primes: %s\n", sum.error.c_str());
    return 1;
  }
  if (sum.refused)
    return 2;
  if (sum.interrupted)
    return stop.exit_code();
  if (sum.reader_gone)
    return 0; // it has had what it wanted
  return sum.counts.faults() == 0 ? 0 : 1;
}

} // namespace

int check_numbers(const primes_options& options, const stop_signal& stop) {
  keep_freed_memory();
  const bool given = !options.numbers.empty();
  const auto source = given ? number_source{options.numbers} : number_source{options.file};
  io::prime_setting setting;
  setting.in = source.fd();
  setting.in_name = source.name();
  if (given)
    setting.line_name = "number";
  setting.stop = stop.token();
  primes_progress line{options.plan.job.how == primes::method::prove ? "proving" : "checking",
                       options.show_progress};
  setting.complain = [&](const std::string& what) {
    line.before_complaint();
    std::fprintf(stderr, "troupe-primes: %s%s%s\n", given ? "" : source.name().c_str(),
                 given ? "" : ": ", what.c_str());
  };
  setting.progress = [&line](const primes::line_counts& now) { line.count(now); };
  setting.before_output = [&line] { line.before_output(); };
  if (!options.far.coordinators.empty())
    return exit_code(check_far(options.far, options.plan, setting), stop);
  return exit_code(find_prime_engine(options.engine)(options.plan, setting), stop);
}

} // namespace troupe::apps
