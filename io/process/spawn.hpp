// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "io/process/descriptor.hpp"

namespace troupe::io {

/// What is to be started, every question answered.
struct spawn_plan {
  std::vector<std::string> argv;        ///< not empty
  std::vector<std::string> environment; ///< "NAME=value"
  std::vector<std::string> candidates;  ///< paths of the program, tried in this order
  std::string directory;                ///< "": ours
  int in = -1;                          ///< what becomes 0, 1 and 2; -1: ours
  int out = -1;
  int err = -1;
  std::optional<std::uint64_t> descriptors_max; ///< its RLIMIT_NOFILE; none: ours
};

/// The part of starting that failed.
enum class spawn_step : std::uint8_t {
  none,
  input, ///< the file to read from; told by who makes the plan
  process,
  group,
  parent,
  directory,
  descriptors,
  exec,
};

struct spawned {
  pid_t pid = -1;
  descriptor pidfd; ///< readable once the process has ended
  spawn_step failed = spawn_step::none;
  int error = 0; ///< errno of that step
};

/// Starts programs as posix_spawn does, in our memory while our thread waits (no page table is
/// copied, and what fails up to exec is known at once), with what posix_spawn cannot do: the kernel
/// kills the program when the calling thread ends, and a pidfd comes with it.
/// Threads: one at a time; the one that calls must outlive the programs.
/// Cost: the caller is held up until the program is loaded: about 0.2 ms.
class spawner {
public:
  spawner();
  /// Returns: a process that is the leader of its own group, or the step that failed and why; then
  /// no process is left.
  spawned start(const spawn_plan& plan);

private:
  std::unique_ptr<std::byte[]> stack_; // the child's, until exec
};

/// Returns: the paths at which execvp would look for `program`, given the program's environment.
std::vector<std::string> program_candidates(const std::string& program,
                                            const std::vector<std::string>& environment);

} // namespace troupe::io
