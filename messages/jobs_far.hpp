// SPDX-License-Identifier: BSD-3-Clause
//
// What those say to each other who run jobs at a cluster's nodes, beside what they say anyway
// (messages/jobs.hpp).
//
// clang-format off
//   a client's process              the coordinator's process                a node's process
//   crew - hire_for -> hirer                                                 team - starts -> hands
//   hirer     - run_opened ------>  head       <- hand_free ---------------- hand
//   hirer     - want_hands ------>  head
//                                   | starts, for each hand that it lends
//                                   v
//   hirer     <- hand_granted ----  lease      -- lease_opened ------------> hand
//   far slot  - hand_taken ------>  lease
//   far slot  - job_part, stop_job> lease      -- job_part, stop_job ------> hand - run_job -> slot
//   far slot  <- output_part -----  lease      <- output_part -------------- hand <- print_lines
//   far slot  - output_taken ---->  lease      -- output_taken ------------> hand, and so to the slot
//   far slot  <- job_over --------  lease      <- job_over ----------------- hand <- attempt_over
//
//   far slot  - hand_returned --->  lease      -- hand_released -----------> hand    there was no job
//   far slot  <- give_back -------  lease <- head <- hand_leaves ----------- hand    it drains
// clang-format on
//
// To the runner a far slot is a slot, which asks for one job and leaves with its end; to a node's
// slot its hand is the runner and the printer. A client and a node know each other through a lease
// alone: if the one is gone the other hears of it there. A hand lives for one job.
//
// Credit: of one job's output at most output_window_bytes, in output_window_parts messages, are on
// their way; a slot hears that its lines are printed when all of them were taken at the client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/jobs/job.hpp"
#include "messages/jobs.hpp"
#include "runtime/port.hpp"

namespace troupe::jobs {

struct run_opened;
struct run_taken;
struct want_hands;
struct hands_there;
struct hand_free;
struct hand_leaves;
struct lease_opened;
struct hand_granted;
struct hand_taken;
struct hand_returned;
struct hand_released;
struct give_back;
struct job_part;
struct output_part;
struct output_taken;
struct job_over;
struct hands_leave;
struct hire_for;
struct use_job_head;
struct job_head_lost;
struct slot_busy;
struct hirer_due;

/// At a client, one a run: asks for hands, and has a far slot for each that it gets.
using hirer_actor =
    runtime::interface<caf::result<void>(hire_for), caf::result<void>(use_job_head),
                       caf::result<void>(job_head_lost), caf::result<void>(slots_wanted),
                       caf::result<void>(hand_granted), caf::result<void>(hands_there),
                       caf::result<void>(slot_busy),
                       caf::result<void>(hirer_due)>; // to itself: it has waited for long enough

/// At a client: a slot whose process is elsewhere.
using far_slot_actor =
    runtime::interface<caf::result<void>(run_job), caf::result<void>(stop_job),
                       caf::result<void>(output_came), caf::result<void>(process_over),
                       caf::result<void>(give_back), caf::result<void>(output_part),
                       caf::result<void>(job_over)>;

/// At a node, one a job: has a slot, and is its runner and its printer.
using hand_actor =
    runtime::interface<caf::result<void>(lease_opened), caf::result<void>(job_part),
                       caf::result<void>(stop_job), caf::result<void>(output_taken),
                       caf::result<void>(hand_released), caf::result<void>(hands_leave),
                       caf::result<void>(want_job), caf::result<void>(attempt_over),
                       caf::result<lines_printed>(print_lines)>;

/// At the coordinator: one hand, lent to one run for one job.
using lease_actor =
    runtime::interface<caf::result<void>(hand_taken), caf::result<void>(hand_returned),
                       caf::result<void>(job_part), caf::result<void>(stop_job),
                       caf::result<void>(output_taken), caf::result<void>(output_part),
                       caf::result<void>(job_over), caf::result<void>(hand_leaves)>;

/// At the coordinator: lends hands to runs.
using job_head_actor =
    runtime::interface<caf::result<run_taken>(run_opened), caf::result<void>(want_hands),
                       caf::result<void>(hand_free), caf::result<void>(hand_leaves)>;

/// At a node: has its hands.
using job_team_actor = runtime::interface<caf::result<void>(hands_leave)>;

/// Hirer to head: there will be jobs; hands are asked for as they can start. Reply: run_taken.
struct run_opened {
  hirer_actor who; ///< if it is gone, so is the run
};
struct run_taken {
  std::string refused;  ///< "", or why not, as a sentence
  std::uint64_t id = 0; ///< of the run at this head
};

/// Hirer to head: so many hands more, please, each as it becomes free. A credit of one each.
struct want_hands {
  std::uint64_t run = 0;
  std::uint64_t count = 0;
};
/// Head to hirer: whether there are any hands at all, of whoever.
struct hands_there {
  bool any = false;
};

/// Hand to head: lend me.
struct hand_free {
  hand_actor who;
  std::string node;
};
/// Hand to head, and on to its lease: have no job begin here any more. Answered by hand_released,
/// or a job that was under way.
struct hand_leaves {
  hand_actor who;
};

/// Lease to hand: I am it.
struct lease_opened {
  lease_actor who;
};
/// Lease to hirer: this is the hand that you have asked for.
struct hand_granted {
  lease_actor lease;
  std::string node;
};
/// Far slot to lease: I am it.
struct hand_taken {
  far_slot_actor who;
};
/// Far slot or hirer to lease: there is no job for it.
struct hand_returned {};
/// Lease or head to hand: you are nobody's; what you run is to be killed.
struct hand_released {};
/// Lease or hirer to far slot: return your hand, if it has no job yet.
struct give_back {};

/// What a job's process is held to.
struct far_rules {
  std::int64_t timeout_ms = 0;        ///< 0: none
  std::int64_t grace_ms = 0;          ///< between SIGTERM and SIGKILL
  std::uint64_t output_bytes_max = 0; ///< then it is ended
  bool whole_lines = false; ///< a line that is cut, or has no end, gets a line feed (--tag)
};

/// Far slot to lease, and on to hand: run this. Long commands come in several.
struct job_part {
  far_rules rules;
  std::uint64_t seq = 0;
  std::uint32_t number = 1;      ///< the attempt
  std::vector<std::string> argv; ///< what follows what came before
  bool more = false;             ///< of argv is to come
};

/// Hand to lease, and on to far slot: what the job writes.
struct output_part {
  bool err = false;
  std::string text;
  bool more = false; ///< of these lines is to come
};
/// Far slot to lease, and on to hand: so much was taken; or why nothing can be ("" if not).
struct output_taken {
  std::uint64_t bytes = 0;
  std::string error;
};

/// Hand to lease, and on to far slot: the last word; all output has been taken.
struct job_over {
  attempt what;
};

/// A node to its team, and on to the hands: finish what you have begun, and begin no more.
struct hands_leave {};

/// Crew to hirer: whom for.
struct hire_for {
  crew_actor crew;
  runner_actor runner;
  printer_actor printer;
};
/// A client to its hirer: ask there; nobody is there any more.
struct use_job_head {
  job_head_actor head;
};
struct job_head_lost {
  std::string why;
};
/// Far slot to hirer: I have a job.
struct slot_busy {
  far_slot_actor who;
};
/// A hirer to itself.
struct hirer_due {
  std::uint64_t number = 0;
};

TROUPE_INSPECT_ENUM(job_end)

template <class Inspector>
auto inspect(Inspector& f, attempt& x) {
  using runtime::field;
  return runtime::fields(f, x, "attempt", field("seq", x.seq), field("number", x.number),
                         field("end", x.end), field("exit_code", x.exit_code),
                         field("signal", x.signal), field("reason", x.reason),
                         field("start_s", x.start_s), field("seconds", x.seconds),
                         field("cpu_s", x.cpu_s), field("bytes", x.bytes), field("node", x.node));
}
template <class Inspector>
auto inspect(Inspector& f, far_rules& x) {
  using runtime::field;
  return runtime::fields(
      f, x, "far_rules", field("timeout_ms", x.timeout_ms), field("grace_ms", x.grace_ms),
      field("output_bytes_max", x.output_bytes_max), field("whole_lines", x.whole_lines));
}
template <class Inspector>
auto inspect(Inspector& f, run_opened& x) {
  return runtime::fields(f, x, "run_opened", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, run_taken& x) {
  return runtime::fields(f, x, "run_taken", runtime::field("refused", x.refused),
                         runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, want_hands& x) {
  return runtime::fields(f, x, "want_hands", runtime::field("run", x.run),
                         runtime::field("count", x.count));
}
template <class Inspector>
auto inspect(Inspector& f, hands_there& x) {
  return runtime::fields(f, x, "hands_there", runtime::field("any", x.any));
}
template <class Inspector>
auto inspect(Inspector& f, hand_free& x) {
  return runtime::fields(f, x, "hand_free", runtime::field("who", x.who),
                         runtime::field("node", x.node));
}
template <class Inspector>
auto inspect(Inspector& f, hand_leaves& x) {
  return runtime::fields(f, x, "hand_leaves", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, lease_opened& x) {
  return runtime::fields(f, x, "lease_opened", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, hand_granted& x) {
  return runtime::fields(f, x, "hand_granted", runtime::field("lease", x.lease),
                         runtime::field("node", x.node));
}
template <class Inspector>
auto inspect(Inspector& f, hand_taken& x) {
  return runtime::fields(f, x, "hand_taken", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, hand_returned& x) {
  return runtime::fields(f, x, "hand_returned");
}
template <class Inspector>
auto inspect(Inspector& f, hand_released& x) {
  return runtime::fields(f, x, "hand_released");
}
template <class Inspector>
auto inspect(Inspector& f, give_back& x) {
  return runtime::fields(f, x, "give_back");
}
template <class Inspector>
auto inspect(Inspector& f, job_part& x) {
  using runtime::field;
  return runtime::fields(f, x, "job_part", field("rules", x.rules), field("seq", x.seq),
                         field("number", x.number), field("argv", x.argv), field("more", x.more));
}
template <class Inspector>
auto inspect(Inspector& f, output_part& x) {
  return runtime::fields(f, x, "output_part", runtime::field("err", x.err),
                         runtime::field("text", x.text), runtime::field("more", x.more));
}
template <class Inspector>
auto inspect(Inspector& f, output_taken& x) {
  return runtime::fields(f, x, "output_taken", runtime::field("bytes", x.bytes),
                         runtime::field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, job_over& x) {
  return runtime::fields(f, x, "job_over", runtime::field("what", x.what));
}
template <class Inspector>
auto inspect(Inspector& f, hands_leave& x) {
  return runtime::fields(f, x, "hands_leave");
}
template <class Inspector>
auto inspect(Inspector& f, hire_for& x) {
  return runtime::fields(f, x, "hire_for", runtime::field("crew", x.crew),
                         runtime::field("runner", x.runner), runtime::field("printer", x.printer));
}
template <class Inspector>
auto inspect(Inspector& f, use_job_head& x) {
  return runtime::fields(f, x, "use_job_head", runtime::field("head", x.head));
}
template <class Inspector>
auto inspect(Inspector& f, job_head_lost& x) {
  return runtime::fields(f, x, "job_head_lost", runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, slot_busy& x) {
  return runtime::fields(f, x, "slot_busy", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, hirer_due& x) {
  return runtime::fields(f, x, "hirer_due", runtime::field("number", x.number));
}

} // namespace troupe::jobs
