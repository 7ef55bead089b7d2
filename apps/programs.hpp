// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string_view>

namespace troupe::apps {

/// A program of ours: `troupe NAME` runs `troupe-NAME`.
struct known_program {
  std::string_view name;
  std::string_view what; ///< for lists of programs, and for the NAME line of its manual page
};

/// All that are installed, in the order in which `troupe --help` lists them. One that is not here
/// is found by `troupe` all the same, but nothing is said about it.
constexpr std::array<known_program, 9> known_programs{{
    {"crawl", "crawl web sites with actors, or in six other ways"},
    {"bank", "a race at one account and its cures; a ledger that survives kill -9"},
    {"compare", "the tutorial's techniques side by side, and what each gets wrong"},
    {"primes", "tell primes from composites, by the stream"},
    {"jobs", "run other programs, many at a time"},
    {"serve", "put primes, a ledger and crawls behind HTTP"},
    {"node", "a process of a cluster: its coordinator, or a worker for one"},
    {"savina", "the benchmarks of actors that the field knows, by actors and by locks"},
    {"site", "serve a demo site on a loopback address"},
}};

/// Takes: "crawl" or "troupe-crawl". Returns: what is said about it, or "".
constexpr std::string_view words_about(std::string_view program) {
  constexpr std::string_view prefix = "troupe-";
  if (program.starts_with(prefix))
    program.remove_prefix(prefix.size());
  for (const auto& p : known_programs)
    if (p.name == program)
      return p.what;
  return "";
}

} // namespace troupe::apps
