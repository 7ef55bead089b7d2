// SPDX-License-Identifier: BSD-3-Clause
//
// What the prime checker's actors may say to each other.
//
// clang-format off
//   anybody    ---- check_primes ---> dispatcher   answered by primes_checked, in the numbers' order
//   stream     ---- check_lines ----> dispatcher   answered by lines_checked
//   dispatcher <--- want_batch ------ checker      "I have room for so many": nobody is pushed
//   dispatcher ---- numbers_batch or lines_batch --> checker
//   dispatcher <--- numbers_done or lines_done ----- checker
//   dispatcher ---- drop_batch -----> checker      another has it now: forget it, unless it is begun
//   dispatcher <--- batch_dropped --- checker      if it was not
//   anybody    ---- checker_leaves -> dispatcher   answered by checker_left, when it holds nothing
//   anybody    ---- crew_wanted ----> dispatcher   answered by crew_report
//   anybody    ---- crew_leaves ----> supervisor   has all its checkers leave; answered by crew_left
//
//   where the dispatcher is in another process, a relay stands for it:
//   anybody    ---- check_primes, check_lines, cancel_check --> relay ----> dispatcher
//   connector  ---- use_dispatcher or dispatcher_lost --------> relay
//
//   a stream of text, on one machine:
//   stream     ---- read_lines -----> reader       answered by lines_read
//   stream     ---- write_answers --> writer       answered by answers_written
//   stream     ---- stream_ended ---> supervisor
//
//   questions from outside, which have to be answered outside:
//   anybody    ---- numbers_asked --> desk         few and small numbers: answered at once
//   anybody    ---- numbers_asked --> clerk        all others: clerk ---- check_primes ---> dispatcher
//   anybody    ---- asker_gone -----> clerk
// clang-format on
//
// A checker or an asker may be in any process, and none of them knows. Inside one, numbers, lines
// and answers are shared and not copied; to another they travel as their values. Delivery between
// processes is at most once, and a checker may die: so a batch has a number of its own, may be
// handed out again, and is taken once, whoever answers it first.
//
// Known limits: reader and writer are beside their stream, in its process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "messages/primes_values.hpp"
#include "runtime/port.hpp"
#include "runtime/shared.hpp"

namespace troupe::primes {

struct check_primes;
struct primes_checked;
struct check_lines;
struct lines_checked;
struct want_batch;
struct numbers_batch;
struct numbers_done;
struct lines_batch;
struct lines_done;
struct cancel_check;
struct check_next;
struct drop_batch;
struct batch_dropped;
struct checker_leaves;
struct checker_left;
struct crew_leaves;
struct crew_left;
struct crew_wanted;
struct crew_report;
struct use_dispatcher;
struct dispatcher_lost;
struct away_over;
struct read_lines;
struct lines_read;
struct write_answers;
struct answers_written;
struct check_progress_wanted;
struct check_progress;
struct stream_ended;
struct stop_check;
struct dispatcher_wanted;
struct dispatcher_known;
struct check_tick;
struct numbers_asked;
struct asker_gone;

/// Answers small questions by itself, for those who are no actors.
using prime_desk_actor = runtime::interface<caf::result<void>(numbers_asked)>;

/// Has the dispatcher answer questions of any size, for those who are no actors.
using prime_clerk_actor =
    runtime::interface<caf::result<void>(numbers_asked), caf::result<void>(asker_gone)>;

/// Checks what it is given, one batch after the other.
using checker_actor =
    runtime::interface<caf::result<void>(numbers_batch), caf::result<void>(lines_batch),
                       caf::result<void>(drop_batch), caf::result<void>(check_next)>; // to itself

template <class... More>
using dispatcher_with = runtime::interface<
    caf::result<primes_checked>(check_primes), caf::result<lines_checked>(check_lines),
    caf::result<void>(want_batch), caf::result<void>(numbers_done), caf::result<void>(lines_done),
    caf::result<void>(batch_dropped), caf::result<void>(cancel_check),
    caf::result<checker_left>(checker_leaves), caf::result<crew_report>(crew_wanted), More...>;

/// Cuts requests into batches, hands them to checkers, and puts the answers in order.
using dispatcher_actor = dispatcher_with<>;

/// Stands for a dispatcher in another process, for those who ask.
using relay_actor =
    dispatcher_with<caf::result<void>(use_dispatcher), caf::result<void>(dispatcher_lost),
                    caf::result<void>(away_over)>; // to itself

/// Reads blocks of lines when asked.
using reader_actor = runtime::interface<caf::result<void>(read_lines)>;

/// Writes blocks' answers in the order in which they come.
using writer_actor = runtime::interface<caf::result<void>(write_answers)>;

/// Keeps a stream of lines in order, and bounds what is on its way.
using stream_actor =
    runtime::interface<caf::result<void>(lines_read), caf::result<void>(answers_written),
                       caf::result<void>(stop_check), // Ctrl-C: what is in order is written, the
                                                      // rest is dropped
                       caf::result<check_progress>(check_progress_wanted)>;

/// Shows how far a stream is.
using check_progress_actor = runtime::interface<caf::result<void>(check_tick)>; // to itself

/// Starts the others and replaces checkers that die.
using check_supervisor_actor = runtime::interface<caf::result<void>(stream_ended),
                                                  caf::result<void>(stop_check), // passed on
                                                  caf::result<dispatcher_known>(dispatcher_wanted),
                                                  caf::result<crew_left>(crew_leaves)>;

/// Anybody to dispatcher: are these prime? Reply: primes_checked. A list that is malformed, or more
/// than the dispatcher's limits allow, is answered by an error.
struct check_primes {
  std::uint64_t job = 0; ///< drawn at random by who asks, for cancel_check; 0: never canceled
  number_list list;
  method how = method::fast;
};
/// A verdict a number, in their order. After a cancel_check those not known yet are `cancelled`; so
/// are those in `lost`, by their places: checkers died over them, again and again.
struct primes_checked {
  std::uint64_t job = 0;
  std::vector<verdict> verdicts;
  std::vector<std::uint32_t> lost;
};

/// Stream to dispatcher: check this block of lines. Reply: lines_checked, or an error if the
/// dispatcher has as much as it takes. No two askers need have the same job.
struct check_lines {
  std::shared_ptr<const std::string> lines; ///< never null
  line_job job;
};
struct lines_checked {
  std::shared_ptr<const block_answer> answer; ///< never null
  std::uint64_t took_ns = 0;
};

/// Checker to dispatcher: I have room for `batches` more.
struct want_batch {
  checker_actor who;
  std::uint32_t batches = 1;
};

/// Dispatcher to checker: check these; answered by a numbers_done with this number.
struct numbers_batch {
  std::uint64_t batch = 0;
  std::shared_ptr<const number_list> list; ///< never null
  method how = method::fast;
};
struct numbers_done {
  std::uint64_t batch = 0;
  std::vector<verdict> verdicts;
};

/// Dispatcher to checker, the same for a block of lines.
struct lines_batch {
  std::uint64_t batch = 0;
  std::shared_ptr<const std::string> lines; ///< never null
  line_job job;
};
struct lines_done {
  std::uint64_t batch = 0;
  lines_checked result;
};

/// Checker to itself: on to the next, behind what has come meanwhile.
struct check_next {};

/// Dispatcher to checker: nobody waits for this answer of yours. Answered by batch_dropped if the
/// batch was not begun, else by its *_done.
struct drop_batch {
  std::uint64_t batch = 0;
};
/// Checker to dispatcher: it is forgotten, and there is room for another.
struct batch_dropped {
  std::uint64_t batch = 0;
};

/// Anybody to dispatcher: give this checker nothing more. What it has not begun may go to others.
/// Reply: checker_left, once it holds nothing.
struct checker_leaves {
  checker_actor who;
};
struct checker_left {};
/// Anybody to supervisor: have all your checkers leave. Reply: crew_left, once they hold nothing.
struct crew_leaves {};
struct crew_left {};

/// Anybody to dispatcher: how is the crew? Reply: crew_report.
struct crew_wanted {};
struct crew_report {
  std::uint64_t checkers = 0;        ///< now, those that leave included
  std::uint64_t batches_waiting = 0; ///< now, in nobody's hands
  std::uint64_t batches_held = 0;    ///< now, in checkers' hands
  std::uint64_t batches_done = 0;
  std::uint64_t checks_done = 0; ///< numbers and lines
  std::uint64_t losses = 0;      ///< checkers that died or could not be reached any more
  std::uint64_t steals = 0;      ///< batches that went from one checker to an idle one
  bool operator==(const crew_report&) const = default;
};

/// Anybody to dispatcher: the check_primes of this number is wanted no longer. It is answered at
/// once; what is in a checker's hands is not interrupted.
struct cancel_check {
  std::uint64_t job = 0;
};

/// Stream to reader: whole lines, please, about so many bytes; answered by lines_read.
struct read_lines {
  stream_actor who;
  std::uint64_t bytes_wanted = 0;
};
/// Reader to stream. `lines` is null when there is no more: the end, a stop, or `error`.
struct lines_read {
  std::shared_ptr<const std::string> lines;
  bool complete = false; ///< it is null because the input is at its end
  std::string error;
};

/// Stream to writer: these, in this order; answered by answers_written. One is under way at a time.
struct write_answers {
  stream_actor who;
  std::vector<std::shared_ptr<const block_answer>> answers;
};
/// Writer to stream: how much is written by now, and whether more is wanted.
struct answers_written {
  line_counts counts;
  bool more_wanted = true;
};

/// Progress to stream: how far are you? Reply: check_progress.
struct check_progress_wanted {};
struct check_progress {
  line_counts counts;
};

/// Stream to supervisor: all that was to be written is.
struct stream_ended {
  bool complete = false; ///< all lines there were, and not after a stop
  std::string error;     ///< "", or why no more could be read or checked
};

/// Whoever has seen Ctrl-C, to supervisor and stream.
struct stop_check {};

/// Anybody to supervisor: whom do I ask? Reply: dispatcher_known.
struct dispatcher_wanted {};
struct dispatcher_known {
  dispatcher_actor who;
};

/// Connector to relay: a dispatcher is there, in place of the last one, if any.
struct use_dispatcher {
  dispatcher_actor who;
};
/// Connector to relay: the last one cannot be reached any more.
struct dispatcher_lost {};
/// Relay to itself, by the clock: it has been without a dispatcher for too long.
struct away_over {
  std::uint64_t absence = 0;
};

/// An actor to itself, by the clock.
struct check_tick {};

/// From outside, to desk or clerk: are these prime? Answered through the actor's port, under the
/// ticket.
struct numbers_asked {
  std::uint64_t ticket = 0; ///< never 0; each once
  number_list list;
};
/// From outside, to clerk: nobody waits for this ticket any more.
struct asker_gone {
  std::uint64_t ticket = 0;
};

template <class Inspector>
auto inspect(Inspector& f, check_primes& x) {
  return runtime::fields(f, x, "check_primes", runtime::field("job", x.job),
                         runtime::field("list", x.list), runtime::field("how", x.how));
}
template <class Inspector>
auto inspect(Inspector& f, primes_checked& x) {
  return runtime::fields(f, x, "primes_checked", runtime::field("job", x.job),
                         runtime::field("verdicts", x.verdicts), runtime::field("lost", x.lost));
}
template <class Inspector>
auto inspect(Inspector& f, want_batch& x) {
  return runtime::fields(f, x, "want_batch", runtime::field("who", x.who),
                         runtime::field("batches", x.batches));
}
template <class Inspector>
auto inspect(Inspector& f, numbers_batch& x) {
  auto list = runtime::shared{x.list};
  return runtime::fields(f, x, "numbers_batch", runtime::field("batch", x.batch),
                         runtime::field("list", list), runtime::field("how", x.how));
}
template <class Inspector>
auto inspect(Inspector& f, numbers_done& x) {
  return runtime::fields(f, x, "numbers_done", runtime::field("batch", x.batch),
                         runtime::field("verdicts", x.verdicts));
}
template <class Inspector>
auto inspect(Inspector& f, check_lines& x) {
  auto lines = runtime::shared{x.lines};
  return runtime::fields(f, x, "check_lines", runtime::field("lines", lines),
                         runtime::field("job", x.job));
}
template <class Inspector>
auto inspect(Inspector& f, lines_checked& x) {
  auto answer = runtime::shared{x.answer};
  return runtime::fields(f, x, "lines_checked", runtime::field("answer", answer),
                         runtime::field("took_ns", x.took_ns));
}
template <class Inspector>
auto inspect(Inspector& f, lines_batch& x) {
  auto lines = runtime::shared{x.lines};
  return runtime::fields(f, x, "lines_batch", runtime::field("batch", x.batch),
                         runtime::field("lines", lines), runtime::field("job", x.job));
}
template <class Inspector>
auto inspect(Inspector& f, lines_done& x) {
  return runtime::fields(f, x, "lines_done", runtime::field("batch", x.batch),
                         runtime::field("result", x.result));
}
template <class Inspector>
auto inspect(Inspector& f, check_next& x) {
  return runtime::fields(f, x, "check_next");
}
template <class Inspector>
auto inspect(Inspector& f, drop_batch& x) {
  return runtime::fields(f, x, "drop_batch", runtime::field("batch", x.batch));
}
template <class Inspector>
auto inspect(Inspector& f, batch_dropped& x) {
  return runtime::fields(f, x, "batch_dropped", runtime::field("batch", x.batch));
}
template <class Inspector>
auto inspect(Inspector& f, checker_leaves& x) {
  return runtime::fields(f, x, "checker_leaves", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, checker_left& x) {
  return runtime::fields(f, x, "checker_left");
}
template <class Inspector>
auto inspect(Inspector& f, crew_leaves& x) {
  return runtime::fields(f, x, "crew_leaves");
}
template <class Inspector>
auto inspect(Inspector& f, crew_left& x) {
  return runtime::fields(f, x, "crew_left");
}
template <class Inspector>
auto inspect(Inspector& f, crew_wanted& x) {
  return runtime::fields(f, x, "crew_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, crew_report& x) {
  return runtime::fields(f, x, "crew_report", runtime::field("checkers", x.checkers),
                         runtime::field("batches_waiting", x.batches_waiting),
                         runtime::field("batches_held", x.batches_held),
                         runtime::field("batches_done", x.batches_done),
                         runtime::field("checks_done", x.checks_done),
                         runtime::field("losses", x.losses), runtime::field("steals", x.steals));
}
template <class Inspector>
auto inspect(Inspector& f, use_dispatcher& x) {
  return runtime::fields(f, x, "use_dispatcher", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, dispatcher_lost& x) {
  return runtime::fields(f, x, "dispatcher_lost");
}
template <class Inspector>
auto inspect(Inspector& f, away_over& x) {
  return runtime::fields(f, x, "away_over", runtime::field("absence", x.absence));
}
template <class Inspector>
auto inspect(Inspector& f, cancel_check& x) {
  return runtime::fields(f, x, "cancel_check", runtime::field("job", x.job));
}
template <class Inspector>
auto inspect(Inspector& f, read_lines& x) {
  return runtime::fields(f, x, "read_lines", runtime::field("who", x.who),
                         runtime::field("bytes_wanted", x.bytes_wanted));
}
template <class Inspector>
auto inspect(Inspector& f, answers_written& x) {
  return runtime::fields(f, x, "answers_written", runtime::field("counts", x.counts),
                         runtime::field("more_wanted", x.more_wanted));
}
template <class Inspector>
auto inspect(Inspector& f, check_progress_wanted& x) {
  return runtime::fields(f, x, "check_progress_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, check_progress& x) {
  return runtime::fields(f, x, "check_progress", runtime::field("counts", x.counts));
}
template <class Inspector>
auto inspect(Inspector& f, stream_ended& x) {
  return runtime::fields(f, x, "stream_ended", runtime::field("complete", x.complete),
                         runtime::field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, stop_check& x) {
  return runtime::fields(f, x, "stop_check");
}
template <class Inspector>
auto inspect(Inspector& f, dispatcher_wanted& x) {
  return runtime::fields(f, x, "dispatcher_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, dispatcher_known& x) {
  return runtime::fields(f, x, "dispatcher_known", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, check_tick& x) {
  return runtime::fields(f, x, "check_tick");
}

template <class Inspector>
auto inspect(Inspector& f, numbers_asked& x) {
  return runtime::fields(f, x, "numbers_asked", runtime::field("ticket", x.ticket),
                         runtime::field("list", x.list));
}
template <class Inspector>
auto inspect(Inspector& f, asker_gone& x) {
  return runtime::fields(f, x, "asker_gone", runtime::field("ticket", x.ticket));
}

} // namespace troupe::primes
