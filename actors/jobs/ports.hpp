// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <caf/timespan.hpp>

#include "domain/jobs/plan.hpp"
#include "io/jobs/job_source.hpp"
#include "io/process/process.hpp"

namespace troupe::jobs {

/// The outside world as the actors that run jobs see it: real processes and files in a program,
/// doubles in a test.
struct job_ports {
  /// Starts a process and returns at once with its id; calls back on any thread, `on_end` last and
  /// once. Called by slots.
  std::function<std::uint64_t(io::process_spec, std::function<void(io::process_text)> on_text,
                              std::function<void(io::process_end)> on_end)>
      start;
  std::function<void(std::uint64_t id, std::uint64_t bytes)> more; ///< gives credit for output
  std::function<void(std::uint64_t id)> cancel; ///< TERM, a grace, KILL; of ended ones no fault
  /// What becomes of the process of a slot that is gone, in place of `cancel`; may be empty.
  std::function<void(std::uint64_t id)> abandon;
  /// May wait. Called by the reader only.
  std::function<io::job_source::batch(std::size_t count)> read_jobs;
  /// Returns: "" or why not, in one line. Called by the runner only; may be empty.
  std::function<std::string(std::string_view row)> log;
  /// Returns: "" or why not, in one line. May wait. Called by the printer only.
  std::function<std::string(bool err, std::string_view bytes)> print;
  /// Called by the printer only; may be empty.
  std::function<void(const job_progress&)> show;
  std::function<double()> wall_clock_s; ///< seconds since 1970, for the log
  std::string temporary_folder;         ///< for outputs that do not fit into memory
};

/// The actors' own bounds; those of the run itself are in job_plan.
struct job_crew_limits {
  std::uint64_t output_credit_bytes = 256u << 10; ///< a process' output on its way to its slot
  std::size_t running_shown_max = 64;             ///< jobs named in a progress report
  caf::timespan print_deadline = std::chrono::hours(24 * 365); ///< a reader may pause for long
  caf::timespan progress_deadline = std::chrono::hours(24 * 365);
  caf::timespan progress_interval = std::chrono::milliseconds(200);
};

/// Bounds of what jobs at a cluster's nodes cost on their way.
struct far_job_limits {
  std::size_t runs_max = 64;                      ///< of clients, at one coordinator
  std::size_t part_bytes_max = 64u << 10;         ///< of output, in one message
  std::size_t argv_part_bytes_max = 256u << 10;   ///< of a command, in one message
  std::uint64_t output_window_bytes = 256u << 10; ///< of a job, sent and not taken yet
  std::uint32_t output_window_parts = 16;         ///< likewise
  std::size_t text_bytes_max = 2u << 20;          ///< whole lines, put together at the client
  caf::timespan answer_deadline = std::chrono::seconds(60); ///< of requests between processes
  caf::timespan away_max = std::chrono::seconds(60);        ///< that a run waits for a coordinator
  caf::timespan no_hand_grace = std::chrono::seconds(1);    ///< before that is worth a line
};

} // namespace troupe::jobs
