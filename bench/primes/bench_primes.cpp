// SPDX-License-Identifier: BSD-3-Clause
// bench_primes [--rounds N] [--ms N] [--seed N] [--only SCENARIO]
//
// Asks several programs' functions whether numbers are prime, in turn, round by round: A B C, A B
// C. Prints one JSON object a row and round. A row whose function miscounts the primes says so and
// has failed. Round 0 warms up and is not printed.

#include "bench/primes/contest.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

using namespace troupe::bench;

struct options {
  long rounds = 7, ms = 100, seed = 1;
  std::string only;
};

[[noreturn]] void usage() {
  std::fputs("usage: bench_primes [--rounds N] [--ms N] [--seed N] [--only SCENARIO]\n", stderr);
  std::exit(2);
}

options parse(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc)
      usage();
    if (name == "--only") {
      o.only = argv[i + 1];
      continue;
    }
    char* end = nullptr;
    const long value = std::strtol(argv[i + 1], &end, 10);
    if (*end != '\0' || value < 1)
      usage();
    if (name == "--rounds")
      o.rounds = value;
    else if (name == "--ms")
      o.ms = value;
    else if (name == "--seed")
      o.seed = value;
    else
      usage();
  }
  return o;
}

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); // a library's own threads count
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Has the contestant judge the whole set, over and over, until time is up.
bool measure(const contest& c, const contestant& who, long round, double seconds) {
  std::size_t asked = 0;
  bool right = true;
  const double cpu = cpu_seconds(), begun = wall_seconds();
  double wall = 0;
  do {
    right = who.count_primes() == c.primes && right;
    asked += c.size;
    wall = wall_seconds() - begun;
  } while (wall < seconds);
  const double used = cpu_seconds() - cpu;
  if (round == 0)
    return right;
  std::printf("{\"scenario\": \"%s\", \"label\": \"%s\", \"round\": %ld, \"baseline\": \"%s\", "
              "\"ns\": %.2f, \"cpu_ns\": %.2f, \"cpu_per_wall\": %.3f, \"numbers\": %zu, "
              "\"ok\": %s}\n",
              c.name.c_str(), who.label.c_str(), round, c.baseline.c_str(),
              wall / static_cast<double>(asked) * 1e9, used / static_cast<double>(asked) * 1e9,
              used / wall, asked, right ? "true" : "false");
  std::fflush(stdout);
  return right;
}

} // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  bool right = true, found = false;
  start_pari();
  for (const auto& name : contest_names()) {
    if (!o.only.empty() && o.only != name)
      continue;
    found = true;
    const auto c = make_contest(name, static_cast<std::uint64_t>(o.seed));
    for (long round = 0; round <= o.rounds; ++round)
      for (const auto& who : c.contestants)
        right = measure(c, who, round, static_cast<double>(o.ms) / 1000) && right;
  }
  if (!found) {
    std::fprintf(stderr, "bench_primes: there is no scenario \"%s\"\n", o.only.c_str());
    return 2;
  }
  if (!right)
    std::fputs("bench_primes: a row is wrong: it found another number of primes\n", stderr);
  return right ? 0 : 1;
}
