// SPDX-License-Identifier: BSD-3-Clause
// troupe-primes: primes by the stream, by actors or in one of the tutorial's other ways.

#include <cstdio>
#include <exception>
#include <string_view>

#include "apps/describe.hpp"
#include "apps/primes_check.hpp"
#include "apps/primes_options.hpp"
#include "apps/primes_tools.hpp"
#include "apps/primes_tutorial.hpp"
#include "apps/standard_streams.hpp"
#include "apps/stop_signal.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"

namespace {

using namespace troupe;

int run(const apps::primes_options& options, const apps::stop_signal& stop) {
  using task = apps::primes_options::task;
  switch (options.what) {
  case task::factor:
    return apps::factor_numbers(options, stop);
  case task::certificate:
    return apps::certify_numbers(options, stop);
  case task::check_certificate:
    return apps::check_certificates(options, stop);
  case task::range:
    return apps::list_range(options, stop);
  default:
    return apps::check_numbers(options, stop);
  }
}

int primes_main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "tutorial")
    return apps::primes_tutorial(argc - 1, argv + 1);
  int exit_code = 0;
  const auto options = apps::parse_primes_options(argc, argv, exit_code);
  if (!options)
    return exit_code;
  const apps::stop_signal stop;
  apps::tracing trace{"troupe-primes"};
  apps::trace_letters();
  return trace.finish(run(*options, stop));
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  try {
    if (const auto code = apps::describe_program(
            argc, argv, "troupe-primes", {{"", primes_main}, {"tutorial", apps::primes_tutorial}}))
      return *code;
    const int code = primes_main(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
      return code;
    std::fputs("troupe-primes: standard output cannot be written\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-primes: %s\n", e.what());
  }
  return 1;
}
