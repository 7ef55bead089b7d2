// SPDX-License-Identifier: BSD-3-Clause
#include "io/primes/block_checker.hpp"

#include <exception>
#include <string>
#include <utility>

#include "domain/primes/large.hpp"
#include "io/primes/forked.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

namespace {

using primes::method;
using primes::verdict;

// Up to so many digits a number is judged in about a tenth of a second.
constexpr std::size_t instant_digits_fast = 1'500;
constexpr std::size_t instant_digits_prove = 60;
constexpr std::size_t instant_digits_trial = 16;

bool is_instant(std::size_t digits, method how) {
  switch (how) {
  case method::trial:
    return digits <= instant_digits_trial || digits > 20; // more than 20 are refused at once
  case method::prove:
    return digits <= instant_digits_prove;
  default:
    return digits <= instant_digits_fast;
  }
}

} // namespace

verdict judge_until(std::string_view digits, method how, const std::stop_token& stop) {
  if (is_instant(digits.size(), how))
    return primes::judge(digits, how, [&stop] { return stop.stop_requested(); });
  const auto result = run_forked(
      [digits, how] { return std::string(1, static_cast<char>(primes::judge(digits, how))); },
      stop);
  if (!result)
    return verdict::cancelled;
  return static_cast<verdict>(result->at(0));
}

block_checker::block_checker(const prime_plan& plan, std::stop_token stop, bool killable)
    : job_(plan.job), deaths_max_(plan.block_deaths_max),
      checker_(
          plan.job,
          [how = plan.job.how, stop, killable](std::string_view digits) {
            return killable ? primes::judge(digits, how) : judge_until(digits, how, stop);
          },
          [stop] { return stop.stop_requested(); }) {}

timed_answer block_checker::check(std::string_view lines) {
  using clock = std::chrono::steady_clock;
  const trace::slice checks{"check a block",
                            [&] { return std::to_string(lines.size()) + " bytes"; }};
  const auto begun = clock::now();
  auto answer = checker_.check(lines);
  return {std::move(answer), clock::now() - begun};
}

timed_answer block_checker::check_or_give_up(std::string_view lines) {
  for (unsigned deaths = 0; deaths < deaths_max_; ++deaths) {
    try {
      return check(lines);
    } catch (const std::exception&) {
      // Out of memory, or a process that was killed: it may go better now.
    }
  }
  return {primes::unknown_block(job_, lines)};
}

} // namespace troupe::io
