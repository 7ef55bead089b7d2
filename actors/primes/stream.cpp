// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/stream.hpp"

#include <utility>
#include <vector>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

stream_actor::behavior_type stream::make_behavior() {
  read_on();
  return {
      [this](const lines_read& x) {
        reading_ = false;
        if (x.lines) {
          check(x.lines);
        } else {
          read_all_ = true;
          complete_ = x.complete;
          error_ = x.error;
        }
        read_on();
        end_if_done();
      },
      [this](const answers_written& x) {
        written_ = x;
        write_done_ = write_next_;
        write_on();
        read_on();
        end_if_done();
      },
      [this](stop_check) { stop(); },
      [this](check_progress_wanted) -> caf::result<check_progress> {
        return check_progress{written_.counts};
      },
  };
}

stream::stream(stream_actor::pointer self, check_supervisor_actor supervisor,
               dispatcher_actor dispatcher, reader_actor reader, writer_actor writer,
               const io::prime_plan& plan, crew_limits crew)
    : self_(self), supervisor_(std::move(supervisor)), dispatcher_(std::move(dispatcher)),
      reader_(std::move(reader)), writer_(std::move(writer)), crew_(crew), window_(plan.window()),
      job_(plan.job), pace_(plan) {}

void stream::read_on() {
  if (reading_ || read_all_ || !takes_more() || read_next_ - write_done_ >= window_)
    return;
  reading_ = true;
  runtime::send(self_, reader_, read_lines{stream_actor{self_}, pace_.bytes()});
}

void stream::check(std::shared_ptr<const std::string> lines) {
  const auto bytes = lines->size();
  runtime::request(self_, dispatcher_, crew_.answer_deadline, check_lines{std::move(lines), job_})
      .then(
          [this, number = read_next_, bytes](const lines_checked& x) { checked(number, bytes, x); },
          [this](const caf::error& why) {
            if (error_.empty())
              error_ = runtime::words(self_->system(), why);
            stop();
          });
  ++read_next_;
}

void stream::checked(std::uint64_t number, std::size_t bytes, const lines_checked& x) {
  if (!takes_more())
    return;
  if (!x.answer->whole)
    return stop(); // a checker has heard of the stop before us
  pace_.learn(bytes, std::chrono::nanoseconds(x.took_ns));
  answers_.emplace(number, x.answer);
  write_on();
}

void stream::write_on() {
  if (write_done_ != write_next_ || !written_.more_wanted)
    return;
  write_answers next{stream_actor{self_}, {}};
  while (!answers_.empty() && answers_.begin()->first == write_next_) {
    next.answers.push_back(std::move(answers_.extract(answers_.begin()).mapped()));
    ++write_next_;
  }
  if (!next.answers.empty())
    runtime::send(self_, writer_, std::move(next));
}

void stream::stop() {
  stopping_ = true;
  end_if_done();
}

// After a stop, or once no more is wanted, what is not in order yet never will be.
void stream::end_if_done() {
  const bool writing = write_done_ != write_next_;
  const bool all_written = read_all_ && write_done_ == read_next_;
  if (ended_ || writing || (takes_more() && !all_written))
    return;
  ended_ = true;
  runtime::send(self_, supervisor_, stream_ended{all_written && complete_, error_});
}

} // namespace troupe::primes
