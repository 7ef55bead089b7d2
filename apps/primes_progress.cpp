// SPDX-License-Identifier: BSD-3-Clause
#include "apps/primes_progress.hpp"

#include <condition_variable>
#include <cstdio>
#include <utility>

#include <unistd.h>

namespace troupe::apps {

namespace {

constexpr std::chrono::milliseconds interval{250};
constexpr std::chrono::seconds quiet{1};

} // namespace

primes_progress::primes_progress(std::string doing, bool show)
    : doing_(std::move(doing)), quiet_until_(begun_ + quiet),
      output_is_terminal_(::isatty(1) == 1) {
  if (!show || ::isatty(2) != 1)
    return;
  ticker_ = std::jthread{[this](const std::stop_token& stop) {
    std::condition_variable_any due;
    std::unique_lock lock{mutex_};
    while (!due.wait_for(lock, stop, interval, [] { return false; }) && !stop.stop_requested())
      draw();
    wipe();
  }};
}

primes_progress::~primes_progress() = default;

void primes_progress::count(const primes::line_counts& now) {
  const std::lock_guard lock{mutex_};
  answers_ = now.answers();
}

void primes_progress::before_output() {
  const std::lock_guard lock{mutex_};
  if (!output_is_terminal_)
    return;
  quiet_until_ = clock::now() + quiet;
  wipe();
}

void primes_progress::before_complaint() {
  const std::lock_guard lock{mutex_};
  wipe();
}

void primes_progress::draw() {
  const auto now = clock::now();
  if (now < quiet_until_)
    return;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  std::fprintf(stderr, "\r\033[K%s: ", doing_.c_str());
  if (answers_ > 0)
    std::fprintf(stderr, "%llu numbers, %.0f/s, ", static_cast<unsigned long long>(answers_),
                 static_cast<double>(answers_) / seconds);
  std::fprintf(stderr, "%.0f s", seconds);
  std::fflush(stderr);
  shown_ = true;
}

void primes_progress::wipe() {
  if (!std::exchange(shown_, false))
    return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

} // namespace troupe::apps
