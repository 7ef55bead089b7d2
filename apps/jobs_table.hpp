// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include "domain/jobs/plan.hpp"

namespace troupe::apps {

/// A live table on a terminal: what runs and for how long, how much is done, how long it may take.
/// On anything else it shows nothing.
/// Threads: one at a time.
class jobs_table {
public:
  /// Takes: `wanted`, false for none even on a terminal.
  explicit jobs_table(bool wanted);
  ~jobs_table() { erase(); }
  jobs_table(const jobs_table&) = delete;
  jobs_table& operator=(const jobs_table&) = delete;

  bool shows() const { return terminal_; }
  void draw(const jobs::job_progress& now);
  /// Takes the table off the screen, for others to write there; the next draw() puts it back.
  void erase();

private:
  bool terminal_;
  std::size_t lines_ = 0; // on the screen, below which the cursor stands
};

/// Returns: the line of counts: "12 done, 1 failed, 4 running, 83 left, 0:42 to go".
std::string counts_line(const jobs::job_progress& now);

/// Returns: seconds as "3.2 s", "2:05" or "1:02:03".
std::string human_seconds(double seconds);

/// Returns: `text` without control characters, of at most `columns` characters.
std::string for_terminal(const std::string& text, std::size_t columns);

} // namespace troupe::apps
