// SPDX-License-Identifier: BSD-3-Clause
//
// What the actors that run jobs may say to each other.
//
//   reader <- jobs_wanted ---- runner             "I have room for so many"
//   reader -- jobs_read -----> runner -- expect_outputs --> printer
//   runner <- want_job ------- slot               "I have a hand free": nobody is pushed
//   runner -- run_job -------> slot -- start --> a process
//                              slot <- output_came, process_over -- (its thread)
//   runner <- attempt_over --- slot               a credit as well: the hand is free again
//   runner -- print_output --> printer, answered by output_printed; then the row goes to the log
//   slot --- print_lines ----> printer, answered by lines_printed    (--line-buffer)
//
// A job is logged once its output has been printed: whoever resumes after a crash sees each output,
// and each success in the log once; a job that was caught between its end and its row runs again.
//
// With the slots at a cluster's nodes there is also, at whoever has the list
// (messages/jobs_far.hpp):
//
//   runner -- slots_wanted --> finder               "so many more could work now"
//   runner <- slot_leaves ---- slot, answered by slot_left: it is not to be given anything any more
//
// Known limits: these are said inside one process; outputs are shared buffers and never cross the
// network. What crosses it stands in messages/jobs_far.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/jobs/job.hpp"
#include "domain/jobs/plan.hpp"
#include "runtime/port.hpp"

namespace troupe::io {
class output_spool;
}

namespace troupe::jobs {

struct want_job;
struct run_job;
struct stop_job;
struct output_came;
struct process_over;
struct attempt_over;
struct slot_leaves;
struct slot_left;
struct slots_wanted;
struct hands_failed;
struct jobs_wanted;
struct jobs_read;
struct expect_outputs;
struct forget_outputs;
struct print_output;
struct output_printed;
struct print_lines;
struct lines_printed;
struct job_progress_wanted;
struct job_progress_report;
struct show_progress;
struct run_ended;
struct stop_run;
struct job_tick;

/// Runs one process at a time and keeps what it writes.
using slot_actor = runtime::interface<caf::result<void>(run_job),
                                      caf::result<void>(stop_job),      // end what you run
                                      caf::result<void>(output_came),   // from the process' thread
                                      caf::result<void>(process_over)>; // likewise, the last word

/// Who gives slots their work: the runner, or who stands for it at a node.
using slot_owner_actor =
    runtime::interface<caf::result<void>(want_job), caf::result<void>(attempt_over)>;

/// Who takes the lines of jobs that still run: the printer, or who stands for it at a node.
using line_taker_actor = runtime::interface<caf::result<lines_printed>(print_lines)>;

/// Who finds slots elsewhere, if there are none here.
using slot_finder_actor = runtime::interface<caf::result<void>(slots_wanted)>;

/// Reads the job list; may wait long for it, so that nobody else has to.
using reader_actor = runtime::interface<caf::result<void>(jobs_wanted)>;

/// The one that writes to standard output, to standard error and to the terminal.
using printer_actor =
    runtime::interface<caf::result<void>(expect_outputs), caf::result<void>(forget_outputs),
                       caf::result<void>(print_output), caf::result<lines_printed>(print_lines),
                       caf::result<void>(show_progress)>;

/// Owns the schedule and the log; decides everything, runs nothing.
using runner_actor =
    runtime::interface<caf::result<void>(want_job), caf::result<void>(attempt_over),
                       caf::result<slot_left>(slot_leaves), caf::result<void>(jobs_read),
                       caf::result<void>(output_printed),
                       caf::result<job_progress_report>(job_progress_wanted),
                       caf::result<void>(stop_run),  // from the supervisor
                       caf::result<void>(job_tick)>; // to itself: a retry is due

/// Shows how far the run is.
using watch_actor = runtime::interface<caf::result<void>(job_tick)>; // to itself: look again

/// Starts the others and replaces slots that die.
using crew_actor = runtime::interface<caf::result<void>(run_ended), // from the runner
                                      caf::result<void>(stop_run),  // passed on to it
                                      caf::result<void>(hands_failed)>;

/// Slot to runner: one job more, please; a credit of one.
struct want_job {
  slot_actor who;
};

/// Runner to slot: run this; answered by an attempt_over.
struct run_job {
  job work;
  std::uint32_t number = 1; ///< the attempt
};

/// Runner to slot: end what you run, with TERM and after a grace with KILL. Its end comes as usual.
struct stop_job {};

/// Process to slot: it wrote this. `bytes` is what it costs of the credit.
struct output_came {
  std::uint64_t run = 0; ///< which of the slot's runs
  bool err = false;
  std::string text;
  std::uint64_t bytes = 0;
};

/// Process to slot: it is over, its job's number and the attempt's left open.
struct process_over {
  std::uint64_t run = 0;
  attempt what;
};

/// Slot to runner: what came of it, with what it wrote (null: nothing).
struct attempt_over {
  slot_actor who;
  attempt what;
  std::shared_ptr<io::output_spool> out, err;
  bool leaves = false; ///< it takes no more: no credit
};

/// Slot to runner: give me nothing, unless you have by now. Reply: slot_left.
struct slot_leaves {
  slot_actor who;
};
struct slot_left {
  bool was_free = true; ///< false: it has been given a job, whose end is waited for
};

/// Runner to finder: so many jobs could start at once, had I slots for them.
struct slots_wanted {
  std::uint64_t count = 0;
};

/// Finder to crew: there are no slots and there will be none, because of this; end the run.
struct hands_failed {
  std::string error;
};

/// Runner to reader: up to so many jobs, please. Answered by one jobs_read, which may take its
/// time.
struct jobs_wanted {
  runner_actor answer_to;
  std::uint64_t count = 0;
};

/// Reader to runner: the next jobs. `end`: there are no more; `error`: because of this ("" if not).
struct jobs_read {
  std::vector<job> jobs;
  bool end = false;
  std::string error;
};

/// Runner to printer: the outputs of these jobs will come, or be forgotten.
struct expect_outputs {
  std::vector<std::uint64_t> seqs;
};
struct forget_outputs {
  std::vector<std::uint64_t> seqs;
};

/// Runner to printer: a job is over for good; print what it wrote when it is its turn. Answered by
/// an output_printed.
struct print_output {
  runner_actor answer_to;
  std::uint64_t seq = 0;
  std::string tag;
  std::shared_ptr<io::output_spool> out, err;
};

/// Printer to runner: it is with the operating system, or why not ("" if all went well).
struct output_printed {
  std::uint64_t seq = 0;
  std::string error;
};

/// Slot to printer: whole lines of a job that still runs. Reply: lines_printed.
struct print_lines {
  bool err = false;
  std::string tag;
  std::string text;
};
struct lines_printed {
  std::string error; ///< "" or why not
};

/// Watch to runner: how far are you? Reply: job_progress_report.
struct job_progress_wanted {};
struct job_progress_report {
  job_progress how_far;
};
/// Watch to printer, which owns the terminal.
struct show_progress {
  job_progress how_far;
};

/// Runner to crew: nothing is left to do; everything is printed and logged.
struct run_ended {
  job_summary summary;
};

/// Whoever has seen Ctrl-C, to the crew and on to the runner.
struct stop_run {
  bool now = false; ///< do not even wait for the jobs that were told to end
};

/// An actor to itself, by the clock.
struct job_tick {
  std::uint64_t number = 0;
};

template <class Inspector>
auto inspect(Inspector& f, want_job& x) {
  return runtime::fields(f, x, "want_job", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, stop_job& x) {
  return runtime::fields(f, x, "stop_job");
}
template <class Inspector>
auto inspect(Inspector& f, output_came& x) {
  return runtime::fields(f, x, "output_came", runtime::field("run", x.run),
                         runtime::field("err", x.err), runtime::field("text", x.text),
                         runtime::field("bytes", x.bytes));
}
template <class Inspector>
auto inspect(Inspector& f, slot_leaves& x) {
  return runtime::fields(f, x, "slot_leaves", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, slot_left& x) {
  return runtime::fields(f, x, "slot_left", runtime::field("was_free", x.was_free));
}
template <class Inspector>
auto inspect(Inspector& f, slots_wanted& x) {
  return runtime::fields(f, x, "slots_wanted", runtime::field("count", x.count));
}
template <class Inspector>
auto inspect(Inspector& f, hands_failed& x) {
  return runtime::fields(f, x, "hands_failed", runtime::field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, jobs_wanted& x) {
  return runtime::fields(f, x, "jobs_wanted", runtime::field("answer_to", x.answer_to),
                         runtime::field("count", x.count));
}
template <class Inspector>
auto inspect(Inspector& f, expect_outputs& x) {
  return runtime::fields(f, x, "expect_outputs", runtime::field("seqs", x.seqs));
}
template <class Inspector>
auto inspect(Inspector& f, forget_outputs& x) {
  return runtime::fields(f, x, "forget_outputs", runtime::field("seqs", x.seqs));
}
template <class Inspector>
auto inspect(Inspector& f, output_printed& x) {
  return runtime::fields(f, x, "output_printed", runtime::field("seq", x.seq),
                         runtime::field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, print_lines& x) {
  return runtime::fields(f, x, "print_lines", runtime::field("err", x.err),
                         runtime::field("tag", x.tag), runtime::field("text", x.text));
}
template <class Inspector>
auto inspect(Inspector& f, lines_printed& x) {
  return runtime::fields(f, x, "lines_printed", runtime::field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, job_progress_wanted& x) {
  return runtime::fields(f, x, "job_progress_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, stop_run& x) {
  return runtime::fields(f, x, "stop_run", runtime::field("now", x.now));
}
template <class Inspector>
auto inspect(Inspector& f, job_tick& x) {
  return runtime::fields(f, x, "job_tick", runtime::field("number", x.number));
}

} // namespace troupe::jobs
