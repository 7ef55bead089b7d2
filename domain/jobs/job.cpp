// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/job.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace troupe::jobs {

namespace {

constexpr std::array<std::pair<job_end, std::string_view>, 8> names{{
    {job_end::exited, "exited"},
    {job_end::signaled, "signaled"},
    {job_end::timed_out, "timed_out"},
    {job_end::not_started, "not_started"},
    {job_end::output_limit, "output_limit"},
    {job_end::output_lost, "output_lost"},
    {job_end::stopped, "stopped"},
    {job_end::worker_lost, "worker_lost"},
}};

std::string signal_in_words(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return "signal " + std::to_string(signal) + (name ? " (" + std::string{name} + ")" : "");
}

} // namespace

std::uint64_t key_of(const std::vector<std::string>& argv) {
  std::uint64_t key = 0xcbf29ce484222325u;
  const auto mix = [&key](unsigned char byte) { key = (key ^ byte) * 0x100000001b3u; };
  for (const auto& word : argv) {
    for (std::size_t rest = word.size(), i = 0; i < 8; ++i, rest >>= 8)
      mix(static_cast<unsigned char>(rest));
    for (const char c : word)
      mix(static_cast<unsigned char>(c));
  }
  return key;
}

std::string_view to_string(job_end end) {
  for (const auto& [value, name] : names)
    if (value == end)
      return name;
  return "?";
}

job_end job_end_of(std::string_view name) {
  for (const auto& [value, text] : names)
    if (text == name)
      return value;
  return job_end::not_started;
}

std::string in_words(const attempt& what) {
  const auto because = what.reason.empty() ? "" : ": " + what.reason;
  switch (what.end) {
  case job_end::exited:
    return "exit status " + std::to_string(what.exit_code);
  case job_end::signaled:
    return "killed by " + signal_in_words(what.signal);
  case job_end::timed_out:
    return what.signal != 0 ? "took too long, ended by " + signal_in_words(what.signal)
                            : "took too long, then exited by itself";
  case job_end::not_started:
    return "not started" + because;
  case job_end::output_limit:
    return "wrote too much, ended";
  case job_end::output_lost:
    return "its output was lost" + because;
  case job_end::stopped:
    return "stopped";
  case job_end::worker_lost:
    return "its worker died" + because;
  }
  return "?";
}

std::uint32_t fit_descriptors(std::uint32_t slots, job_limits& bounds, std::uint64_t descriptors) {
  constexpr std::uint64_t ours = 40; // log, list, /dev/null, the actors' and Asio's own
  constexpr std::uint64_t per_job = 5, per_output = 2;
  const auto left = descriptors > ours ? descriptors - ours : 0;
  const auto wanted = slots * per_job + bounds.outputs_waiting_max * per_output;
  if (left >= wanted)
    return slots;
  const auto waiting = std::max<std::uint64_t>(1, left / (4 * per_output));
  bounds.outputs_waiting_max = std::min<std::size_t>(bounds.outputs_waiting_max, waiting);
  const auto used = bounds.outputs_waiting_max * per_output;
  const auto fit = left > used ? (left - used) / per_job : 0;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(fit, 1, slots));
}

} // namespace troupe::jobs
