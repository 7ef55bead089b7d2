// SPDX-License-Identifier: BSD-3-Clause
//
// A pool of processes and its map: the tutorial's multi_process(), with ProcessPoolExecutor.map(),
// by hand: fork, sockets, poll. The parent alone reads and writes; each worker gets one block at a
// time and answers it.
//
// What Python's pool does not do: a worker that dies is noticed and replaced, and its block done
// again (over which block_deaths_max workers may die: then its numbers are unknown); and no worker
// is left behind, however the parent ends (see child_process.hpp).
//
//   parent -> worker   u64 size, then so many bytes of lines
//   worker -> parent   u64 size, then an answer: head, faults, text
//
// Both are one program on one machine, so that numbers go as they are in memory.

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "baselines/primes/engine.hpp"
#include "io/primes/answer_writer.hpp"
#include "io/primes/block_checker.hpp"
#include "io/primes/block_pace.hpp"
#include "io/primes/child_process.hpp"
#include "io/primes/forked.hpp"
#include "io/primes/line_reader.hpp"
#include "io/trace/trace.hpp"

namespace troupe::baselines {

namespace {

using size_prefix = std::uint64_t;

struct answer_head {
  primes::line_counts counts;
  std::uint64_t took_ns = 0, faults = 0;
  bool whole = false;
};

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class T>
T take(const char*& from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
  return value;
}

bool send_framed(int socket, const std::string& bytes) {
  const size_prefix size = bytes.size();
  return io::send_all(socket, reinterpret_cast<const char*>(&size), sizeof size)
         && io::send_all(socket, bytes.data(), bytes.size());
}

std::string packed(const io::timed_answer& x) {
  std::string out;
  append(out, answer_head{x.answer.counts, static_cast<std::uint64_t>(x.took.count()),
                          x.answer.faults.size(), x.answer.whole});
  for (const auto& f : x.answer.faults)
    append(out, f);
  return out + x.answer.text;
}

io::timed_answer unpacked(const char* from, const char* end) {
  const auto head = take<answer_head>(from);
  io::timed_answer x;
  x.answer.counts = head.counts;
  x.answer.whole = head.whole;
  x.took = std::chrono::nanoseconds(head.took_ns);
  for (std::uint64_t i = 0; i < head.faults; ++i)
    x.answer.faults.push_back(take<primes::faulty_line>(from));
  x.answer.text.assign(from, end);
  return x;
}

// -- the worker

bool read_exactly(int socket, char* to, std::size_t size) {
  while (size > 0) {
    const auto got = ::recv(socket, to, size, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

int work(int socket, const io::prime_plan& plan) {
  io::block_checker checker{plan, {}, true};
  for (std::string lines;;) {
    size_prefix size = 0;
    if (!read_exactly(socket, reinterpret_cast<char*>(&size), sizeof size))
      return 0; // no more work, or no more parent
    lines.resize(size);
    if (!read_exactly(socket, lines.data(), size)
        || !send_framed(socket, packed(checker.check(lines))))
      return 0;
  }
}

// -- the parent

struct block {
  std::uint64_t number = 0;
  std::string lines;
  unsigned deaths = 0;
};

struct worker {
  io::child_process process;
  std::optional<block> held;
  std::size_t sent = 0;    // of held: its size and its lines
  trace::row_id row = 0;   // of the timeline
  trace::moment given = 0; // its block, if there is a timeline
  std::string incoming;
};

class process_pool_map {
public:
  process_pool_map(const io::prime_plan& plan, const io::prime_setting& setting)
      : plan_(plan), setting_(setting), stop_(setting.stop),
        reader_(setting.in, setting.in_name, plan.job.line_bytes_max, setting.stop),
        writer_(plan, setting), pace_(plan) {}

  io::prime_summary run() {
    workers_.resize(plan_.workers);
    for (auto& w : workers_)
      start(w);
    while (writer_.wants_more() && !stop_.stopped() && error_.empty()) {
      for (auto& w : workers_)
        hand_out(w);
      if (!error_.empty() || (reader_.done() && written_ == next_number_))
        break;
      wait();
    }
    const bool complete = reader_.done() && written_ == next_number_;
    return writer_.finish(complete, error_.empty() ? reader_.error() : error_);
  }

private:
  void start(worker& w) {
    w.incoming.clear();
    w.process = io::child_process{[this](int socket) { return work(socket, plan_); }};
  }

  /// Leaves no hand free while there is something to do: a worker found dead is replaced, and its
  /// block is the next one.
  void hand_out(worker& w) {
    while (!w.held && error_.empty()) {
      w.held = next_block();
      w.sent = 0;
      if (!w.held)
        return;
      w.given = trace::on() ? trace::now() : 0;
      send_some(w);
    }
  }

  /// Sends what the worker takes now. One that is stopped takes nothing, and must not stop us.
  void send_some(worker& w) {
    const size_prefix size = w.held->lines.size();
    const auto all = sizeof size + w.held->lines.size();
    while (w.sent < all) {
      const bool head = w.sent < sizeof size;
      const char* from = head ? reinterpret_cast<const char*>(&size) + w.sent
                              : w.held->lines.data() + (w.sent - sizeof size);
      const auto put = ::send(w.process.socket(), from, (head ? sizeof size : all) - w.sent,
                              MSG_NOSIGNAL | MSG_DONTWAIT);
      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0 && errno == EAGAIN)
        return;
      if (put <= 0)
        return lost(w);
      w.sent += static_cast<std::size_t>(put);
    }
  }
  static bool is_sending(const worker& w) {
    return w.held && w.sent < sizeof(size_prefix) + w.held->lines.size();
  }

  std::optional<block> next_block() {
    if (!again_.empty()) {
      auto first = std::move(again_.front());
      again_.pop_front();
      return first;
    }
    if (!may_take())
      return std::nullopt;
    auto lines = reader_.take(pace_.bytes());
    if (!lines)
      return std::nullopt;
    return block{next_number_++, std::move(*lines)};
  }

  bool may_take() const { return next_number_ - written_ < plan_.window(); }

  /// Until somebody has something for us: the input, a worker, whoever stops us.
  void wait() {
    std::vector<pollfd> all{{stop_.fd(), POLLIN, 0}};
    // Input is wanted while a hand is free, and no sooner: what is read is held here.
    bool free_hand = false;
    for (const auto& w : workers_) {
      free_hand = free_hand || !w.held;
      const short wanted = is_sending(w) ? POLLIN | POLLOUT : POLLIN;
      all.push_back({w.process.socket(), wanted, 0});
    }
    const bool wants_input = free_hand && may_take() && !reader_.at_end();
    if (wants_input)
      all.push_back({setting_.in, POLLIN, 0});
    if (::poll(all.data(), all.size(), -1) < 0)
      return;
    for (std::size_t i = 0; i < workers_.size() && error_.empty(); ++i) {
      const auto came = all[i + 1].revents;
      if ((came & ~POLLOUT) != 0)
        receive(workers_[i]);
      else if (came != 0)
        send_some(workers_[i]);
    }
    if (wants_input && all.back().revents != 0)
      reader_.fill(plan_.block_bytes_max);
  }

  void receive(worker& w) {
    char piece[256 * 1024];
    const auto got = ::recv(w.process.socket(), piece, sizeof piece, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
      return;
    if (got <= 0)
      return lost(w);
    w.incoming.append(piece, static_cast<std::size_t>(got));
    if (w.incoming.size() < sizeof(size_prefix))
      return;
    const char* at = w.incoming.data();
    const auto size = take<size_prefix>(at);
    if (w.incoming.size() < sizeof size + size)
      return;
    tell(w);
    auto x = unpacked(at, w.incoming.data() + w.incoming.size());
    w.incoming.clear();
    pace_.learn(w.held->lines.size(), x.took);
    finished(w.held->number, std::move(x.answer));
    w.held.reset();
  }

  /// The timeline: the block that it had. What it does is seen from here alone.
  void tell(worker& w) {
    auto* const to = trace::on();
    if (!to || !w.held || w.given == 0)
      return;
    if (w.row == 0)
      w.row = to->add_row("process " + std::to_string(&w - workers_.data() + 1));
    to->slice(w.row, to->text("check a block"),
              to->text(std::to_string(w.held->lines.size()) + " bytes"), w.given, trace::now());
  }

  void lost(worker& w) {
    tell(w);
    if (w.held) {
      auto held = std::move(*w.held);
      w.held.reset();
      if (++held.deaths < plan_.block_deaths_max)
        again_.push_back(std::move(held));
      else
        finished(held.number, primes::unknown_block(plan_.job, held.lines));
    }
    if (restarts_++ < plan_.restarts_max)
      return start(w);
    error_ = "gave up: a worker process died, after " + std::to_string(plan_.restarts_max)
             + " others had been replaced";
  }

  void finished(std::uint64_t number, primes::block_answer answer) {
    answers_.emplace(number, std::move(answer));
    while (!answers_.empty() && answers_.begin()->first == written_ && writer_.wants_more()) {
      writer_.write(answers_.begin()->second);
      answers_.erase(answers_.begin());
      ++written_;
    }
  }

  const io::prime_plan& plan_;
  const io::prime_setting& setting_;
  io::stop_event stop_;
  io::line_reader reader_;
  io::answer_writer writer_;
  io::block_pace pace_;
  std::vector<worker> workers_;
  std::deque<block> again_;                               // whose workers died
  std::map<std::uint64_t, primes::block_answer> answers_; // that wait for an earlier one
  std::uint64_t next_number_ = 0, written_ = 0;
  unsigned restarts_ = 0;
  std::string error_;
};

} // namespace

io::prime_summary check_processes(const io::prime_plan& plan, const io::prime_setting& setting) {
  return process_pool_map{plan, setting}.run();
}

} // namespace troupe::baselines
