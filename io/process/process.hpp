// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::io {

/// Where a program's standard input comes from.
struct process_input {
  enum class kind : std::uint8_t {
    null,    ///< /dev/null
    inherit, ///< ours
    bytes,   ///< `bytes`, as a file in memory: a program that does not read it holds up nobody
    file,    ///< the file at the path `bytes`
  };
  kind from = kind::null;
  std::string bytes;
};

/// What becomes of what a program writes to its standard output or error output.
enum class process_output : std::uint8_t {
  lines,   ///< told line by line
  chunks,  ///< told as it comes, in pieces of up to read_bytes_max
  inherit, ///< goes where ours goes
  null,    ///< /dev/null
  merged,  ///< only for `err`: goes where `out` goes, in the order in which it was written
};

/// What to do with a program that writes more than `output_bytes_max`.
enum class process_excess : std::uint8_t {
  cut,  ///< the rest is read and dropped, process_end::output_cut says so
  kill, ///< it is ended, with process_end::ending::output_limit
};

/// One run of one program. No shell: `argv` goes to the program as it is.
struct process_spec {
  /// The program and its arguments. A name without a slash is looked for along the PATH of the
  /// program's own environment; one with a slash is relative to `directory`.
  std::vector<std::string> argv;
  /// "NAME=value" each, and nothing else. Without it: ours, as it was when the runner was made.
  std::optional<std::vector<std::string>> environment;
  std::vector<std::string> environment_set;   ///< "NAME=value": added, or in place of what is there
  std::vector<std::string> environment_unset; ///< names; taken out before the above come in
  std::string directory;                      ///< "": ours
  process_input in;
  process_output out = process_output::lines;
  process_output err = process_output::lines;
  /// From the program's start; then its group gets SIGTERM. 0: none.
  std::chrono::milliseconds deadline{0};
  /// Between SIGTERM and SIGKILL.
  std::chrono::milliseconds grace{2'000};
  /// Both outputs together. 0: no limit.
  std::uint64_t output_bytes_max = 64u << 20;
  process_excess at_output_max = process_excess::cut;
  /// A longer line is told in pieces of this length, and counted in process_end::lines_split.
  std::uint32_t line_bytes_max = 1u << 20;
  /// How many bytes of output may be told before process_runner::more() is called; then the pipe
  /// fills and the program waits. What is told may exceed it by one read, and at the program's end
  /// by what the pipe held. Lines cost more memory than their bytes: 32 bytes each.
  /// 0: no limit, the consumer takes everything.
  std::uint64_t credit_bytes = 0;
};

/// A piece of a program's output.
struct process_text {
  bool err = false;               ///< from the error output; if merged, all is from the output
  std::vector<std::string> lines; ///< process_output::lines: without their '\n'; '\r' stays
  std::string chunk;              ///< process_output::chunks
  /// What it costs of the credit, and what to give back to more(): newlines included.
  std::uint64_t bytes = 0;
};

/// How a run came to its end.
struct process_end {
  enum class ending : std::uint8_t {
    exited,       ///< by itself, with `code`
    signaled,     ///< by a `signal` that we did not send
    deadline,     ///< we ended it, for its deadline
    cancelled,    ///< we ended it, or never started it, for cancel()
    output_limit, ///< we ended it, for its output
    not_started,  ///< there was no program to run, or no means to run it: see `reason`
    lost,         ///< it ended, but somebody else in this process waited for it first
  };
  ending how = ending::not_started;
  int code = -1;  ///< its exit code, also if we ended it and it exited in time; -1: it has none
  int signal = 0; ///< which ended it; 0: none
  /// One line for people, never empty: "exited with 3", "tar: no such program".
  std::string reason;
  bool core_dumped = false;
  bool killed = false;     ///< it took SIGKILL, after the grace
  bool stragglers = false; ///< it left others of its group that kept its output open, now killed
  bool output_cut = false; ///< there was more than `output_bytes_max`
  std::uint32_t lines_split = 0; ///< lines longer than `line_bytes_max`
  std::uint64_t out_bytes = 0;   ///< written, what was cut included
  std::uint64_t err_bytes = 0;
  double user_s = 0; ///< CPU, of the program and of the children that it waited for
  double system_s = 0;
  /// The largest resident set among them. Linux counts ours, before exec, as the program's: what
  /// is not above our own says nothing.
  std::uint64_t rss_kib_max = 0;
  /// Context switches, likewise: those in which it gave its processor up to wait for something, and
  /// those in which the processor was taken from it for others.
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  double wall_ms = 0; ///< from start to end
  bool ok() const { return how == ending::exited && code == 0; }
};

std::string_view to_string(process_end::ending e); ///< "exited", "output_limit" ...

/// Limits of a runner, for all its children.
struct process_limits {
  /// Running at the same time; more wait in the order of their start(). Three descriptors each.
  std::uint32_t children_max = 256;
  std::uint32_t waiting_max = 1'000'000; ///< beyond: not_started
  std::uint32_t read_bytes_max = 64u << 10;
  std::uint64_t input_bytes_max = 64u << 20; ///< process_input::bytes; beyond: not_started
  /// How long after a program's end its outputs may be kept open by what it left behind.
  std::uint32_t drain_ms_max = 1'000;
  /// How long the destructor waits for children after SIGKILL.
  std::uint32_t reap_ms_max = 2'000;
  /// RLIMIT_NOFILE (soft) of the programs; none: ours. For those who have raised theirs.
  std::optional<std::uint64_t> program_descriptors_max;
};

} // namespace troupe::io
