// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "io/http/asio.hpp"
#include "io/process/lines.hpp"
#include "io/process/process.hpp"
#include "io/process/spawn.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

class process_run;

std::uint64_t bytes_in(int pipe); ///< written and not yet read

/// What the runs of one runner share.
struct process_host {
  explicit process_host(process_limits its_limits);
  virtual ~process_host() = default;
  /// A run has been reaped; it is to be forgotten and to deliver().
  virtual void ended(process_run& run) = 0;

  asio::io_context context{1};
  process_limits limits;
  std::vector<std::string> environment; ///< as it was when this was made
  spawner starter;
  descriptor null;          ///< /dev/null
  std::vector<char> buffer; ///< for one read; nothing stays in it
};

/// One run from start to reaping.
///
///     begin() -> running -> stopping (TERM, then KILL) -> ended, outputs draining -> reaped
///
/// The process stays unreaped until its outputs are done with: so long its id, which is also its
/// group's, cannot become another's, and signals to the group hit nobody else.
/// Threads: the loop's.
class process_run : public std::enable_shared_from_this<process_run> {
public:
  enum class begun : std::uint8_t {
    yes,
    no,       ///< not to be had; end() is filled, deliver() is the caller's to call
    shortage, ///< not now: too few processes, descriptors or too little memory; as `no` otherwise
  };

  process_run(process_host& host, std::uint64_t id, process_spec spec,
              std::function<void(process_text)> on_text, std::function<void(process_end)> on_end);

  std::uint64_t id() const { return id_; }
  begun begin();
  void more(std::uint64_t bytes);
  void stop(process_end::ending how);                       ///< deadline, cancelled, output_limit
  void kill(process_end::ending how);                       ///< without a grace
  void refuse(process_end::ending how, std::string reason); ///< ends what was never begun
  void deliver();                                           ///< calls on_end, once

  void abandon();                      ///< kills; nothing is called any more
  void reap(steady::time_point until); ///< after abandon()

private:
  using stream = asio::posix::basic_stream_descriptor<loop_executor>;
  enum class phase : std::uint8_t { deadline, grace, drain };

  struct outlet {
    outlet(asio::io_context& context, process_output its_kind, std::size_t line_bytes_max)
        : fd(context), kind(its_kind), lines(line_bytes_max) {}
    stream fd;
    process_output kind;
    line_splitter lines;
    bool waiting = false;
    std::uint64_t tail = 0; // what was in the pipe at the process's end: read without credit
  };

  spawned start(spawn_plan& plan);
  int open_outlet(outlet& o, descriptor& write_end); // returns errno
  void arm(phase what, std::chrono::milliseconds after);
  void on_timer();
  void on_exit();
  void wait_for(outlet& o);
  bool may_read(outlet& o) const;
  void read(outlet& o);
  void took(outlet& o, std::string_view bytes);
  void tell(process_text text);
  void close(outlet& o);
  bool any_open() const { return out_.fd.is_open() || err_.fd.is_open(); }
  void signal_group(int signal);
  void finish();
  void note_status();

  process_host& host_;
  std::uint64_t id_;
  process_spec spec_;
  std::function<void(process_text)> on_text_;
  std::function<void(process_end)> on_end_;
  process_end end_;

  pid_t pid_ = -1;
  stream pidfd_;
  outlet out_;
  outlet err_;
  loop_timer timer_;
  phase phase_ = phase::deadline;
  std::uint64_t armed_ = 0; // number of the timer that counts
  steady::time_point began_;
  trace::span runs_;

  bool limited_;             // by credit
  std::int64_t credit_;      // may fall below 0 by one read
  std::uint64_t passed_ = 0; // bytes that count for output_bytes_max and were not dropped
  bool dropping_ = false;
  bool stopping_ = false;
  bool kill_sent_ = false;
  bool exited_ = false;
  bool lost_ = false; // reaped by another: its id may be anybody's by now
  bool over_ = false;
};

} // namespace troupe::io
