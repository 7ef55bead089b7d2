// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "io/process/runner.hpp"

namespace troupe::io {
inline std::ostream& operator<<(std::ostream& out, process_end::ending e) {
  return out << to_string(e);
}
} // namespace troupe::io

namespace troupe::test {

/// Everything that a run told.
struct heard {
  std::vector<std::string> out, err; ///< lines
  std::string out_bytes, err_bytes;  ///< chunks
  std::uint64_t told_bytes = 0;      ///< as the texts count themselves
  io::process_end end;
};

/// A runner, asked and waited for.
class process_probe {
public:
  using id = io::process_runner::process_id;
  using listener = std::function<void(id, const io::process_text&)>;

  explicit process_probe(io::process_limits limits = {});

  /// Takes: `listen`, called with each text after it was kept, on the runner's thread.
  std::future<heard> start(io::process_spec spec, listener listen = {});
  heard run(io::process_spec spec, listener listen = {});

  io::process_runner& runner() { return *runner_; }
  void destroy() { runner_.reset(); }

private:
  std::unique_ptr<io::process_runner> runner_;
};

/// Returns: what `future` brings, within a minute; a slow machine is no failure, a hang is.
heard get(std::future<heard> future);

io::process_spec command(std::vector<std::string> argv);
io::process_spec shell(std::string script); ///< sh -c

std::size_t open_descriptors(); ///< of this process
std::size_t zombie_children();  ///< ended and not reaped, of this process
/// Whether the process is gone, or will be within ten seconds; a zombie that somebody else has to
/// reap is gone.
bool gone(pid_t pid);

} // namespace troupe::test
