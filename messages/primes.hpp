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
// Batches of numbers are plain values: a checker may be anywhere. Delivery between processes is at
// most once, and a checker may die: so a batch has a number of its own, may be handed out again,
// and is taken once, whoever answers it first.
//
// Known limits: lines and their answers stay inside one process, where they are shared and not
// copied; for another, they become numbers first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/primes/lines.hpp"
#include "domain/primes/number_list.hpp"
#include "runtime/port.hpp"

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
    runtime::interface<caf::result<void>(numbers_batch), caf::result<void>(lines_batch)>;

/// Cuts requests into batches, hands them to checkers, and puts the answers in order.
using dispatcher_actor =
    runtime::interface<caf::result<primes_checked>(check_primes),
                       caf::result<lines_checked>(check_lines), caf::result<void>(want_batch),
                       caf::result<void>(numbers_done), caf::result<void>(lines_done),
                       caf::result<void>(cancel_check)>;

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
                                                  caf::result<dispatcher_known>(dispatcher_wanted)>;

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

/// Stream to dispatcher: check this block of lines. Reply: lines_checked.
struct check_lines {
  std::shared_ptr<const std::string> lines;
};
struct lines_checked {
  std::shared_ptr<const block_answer> answer;
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
  number_list list;
  method how = method::fast;
};
struct numbers_done {
  std::uint64_t batch = 0;
  std::vector<verdict> verdicts;
};

/// Dispatcher to checker, the same for a block of lines.
struct lines_batch {
  std::uint64_t batch = 0;
  std::shared_ptr<const std::string> lines;
};
struct lines_done {
  std::uint64_t batch = 0;
  lines_checked result;
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

TROUPE_INSPECT_ENUM(verdict)
TROUPE_INSPECT_ENUM(method)

template <class Inspector>
auto inspect(Inspector& f, line_counts& x) {
  using runtime::field;
  return runtime::fields(f, x, "line_counts", field("lines", x.lines), field("primes", x.primes),
                         field("probable", x.probable), field("composites", x.composites),
                         field("invalid", x.invalid), field("too_large", x.too_large),
                         field("unknown", x.unknown));
}
template <class Inspector>
auto inspect(Inspector& f, large_number& x) {
  return runtime::fields(f, x, "large_number", runtime::field("at", x.at),
                         runtime::field("digits", x.digits));
}
template <class Inspector>
auto inspect(Inspector& f, number_list& x) {
  return runtime::fields(f, x, "number_list", runtime::field("numbers", x.numbers),
                         runtime::field("large", x.large));
}
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
  return runtime::fields(f, x, "numbers_batch", runtime::field("batch", x.batch),
                         runtime::field("list", x.list), runtime::field("how", x.how));
}
template <class Inspector>
auto inspect(Inspector& f, numbers_done& x) {
  return runtime::fields(f, x, "numbers_done", runtime::field("batch", x.batch),
                         runtime::field("verdicts", x.verdicts));
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
