// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "io/process/process.hpp"

namespace troupe::io {

/// Runs programs, hundreds at a time, on one thread of its own that starts them, reads what they
/// write, ends them when it is time, and reaps each.
///
///     start() -> [waits for a place] -> program -> on_text()* -> its end -> rest of its output
///                                          |                                   |  drain_ms_max
///        deadline, cancel(), output limit: TERM .. grace .. KILL to the group  v
///                                                 group killed, reaped -> on_end()
///
/// A program gets: its own process group, the default action for SIGPIPE, no blocked signals,
/// /dev/null as input unless told otherwise, and of our descriptors 0, 1 and 2 and no other, also
/// of those that other threads open meanwhile. Ctrl-C at the terminal does not reach it: who wants
/// that calls cancel_all().
///
/// Its end is its group's end: what it leaves behind in its group is killed, at once if that does
/// not hold its outputs open, else after drain_ms_max. What has left the group (setsid, timeout(1),
/// a shell with job control) is out of reach.
///
/// If this process is killed, the kernel kills the programs (PR_SET_PDEATHSIG, bound to the
/// runner's thread, which lives as long as the runner). Limits: not their own children, which get
/// end of file or SIGPIPE at best; not set-user-id programs, whose exec clears it. In a container
/// without an init (we are process 1) orphans of programs stay zombies: use one.
///
/// SIGCHLD is not handled and no wait but for a child's own process id is done, so that others in
/// this process may run children as well. If SIGCHLD is ignored, the kernel throws exit codes
/// away: process_end::ending::lost.
///
/// A program that the kernel does not let go (a dead network disk) ends when it does, SIGKILL or
/// not, and so does its run.
///
/// Linux only (pidfd, close_range): kernel 5.4; what it lacks below is told as not_started.
/// Threads: all from any thread. Callbacks come on the runner's thread, must not block for long
/// (all children wait) and must not throw.
/// Cost: about 0.4 ms of our CPU time for each program, most of it the kernel's, and the time that
/// it takes to load it, during which the others wait; see bench/process.
/// Source: the tutorial's subprocess.Popen chapter, as one runner for many.
class process_runner {
public:
  using text_callback = std::function<void(process_text)>;
  using end_callback = std::function<void(process_end)>;
  using process_id = std::uint64_t; ///< of a run, not the system's; never 0, never used again

  explicit process_runner(process_limits limits = {});

  /// Kills what runs and reaps it; once it has returned no callback runs or will run, and those
  /// that were not called are destroyed uncalled. Who wants programs to end in grace calls
  /// cancel_all() first and waits for the ends. From a callback it does not wait.
  ~process_runner();
  process_runner(const process_runner&) = delete;
  process_runner& operator=(const process_runner&) = delete;

  /// Takes: `on_text`, which may be empty (output is read, counted and dropped); `on_end` is called
  /// exactly once, after the last on_text, also if nothing could be started; never from inside
  /// start().
  /// Returns: the id for cancel() and more().
  process_id start(process_spec spec, text_callback on_text, end_callback on_end);

  /// Gives `bytes` of credit to a run with credit_bytes. Unknown and ended ids are no fault.
  void more(process_id id, std::uint64_t bytes);

  /// TERM, then KILL after the run's grace; on_end() tells `cancelled` unless it had ended before.
  void cancel(process_id id);
  /// KILL at once, whatever the grace, also of one that was told to end; else as cancel().
  void kill(process_id id);
  void cancel_all(); ///< all whose start() came before, running or waiting

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::io
