// SPDX-License-Identifier: BSD-3-Clause
//
// --trace FILE, which every program takes: its timeline (io/trace/recorder.hpp).
//
//   declare_trace(app);                        // beside the other options
//   ...
//   apps::tracing trace{"troupe-crawl"};       // after parsing, before the first thread or actor
//   apps::trace_letters();                     // programs with actors: tracing_letters.hpp
//   ...
//   return trace.finish(code);                 // when all of them are gone
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace troupe::apps {

/// Adds --trace and --trace-events-max. What they say is kept for the one `tracing` of the program.
void declare_trace(CLI::App& app);

/// Takes down the program's timeline from here to finish(), if --trace was given.
class tracing {
public:
  /// Takes: `program`, its name, for the timeline and for complaints.
  /// Throws: std::runtime_error, one line, if the file cannot be written: now, not at the end.
  explicit tracing(const char* program);
  ~tracing();
  tracing(const tracing&) = delete;
  tracing& operator=(const tracing&) = delete;

  /// Writes the file; a line on standard error says if some of it was left out.
  /// Takes: the exit code as it is. Returns: it, or 1 in place of 0 if the file could not be
  /// written, which is said too.
  int finish(int code);

private:
  const char* program_;
  std::string file_;
};

} // namespace troupe::apps
