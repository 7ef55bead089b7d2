// SPDX-License-Identifier: BSD-3-Clause
// What the tests of the network port share: a few messages, an oracle that answers them and gives
// work to whoever asks for some, a relay that stands where the outside of a port does, and waiting
// for what happens on other threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/scoped_actor.hpp>

#include "runtime/mail.hpp"
#include "runtime/network.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::network_trial {

struct question {
  std::uint64_t number = 0;
};
struct answer {
  std::uint64_t number = 0;
};
struct parcel {
  std::string bytes;
};
struct want_work;

/// Doubles.
using worker_actor = runtime::interface<caf::result<answer>(question)>;
/// Adds one; sends parcels back; asks whoever wants work.
using oracle_actor = runtime::interface<caf::result<answer>(question), caf::result<parcel>(parcel),
                                        caf::result<void>(want_work)>;
/// What no oracle is.
using stranger_actor = runtime::interface<caf::result<parcel>(answer)>;

struct want_work {
  worker_actor who;
};

template <class Inspector>
auto inspect(Inspector& f, question& x) {
  return runtime::fields(f, x, "question", runtime::field("number", x.number));
}
template <class Inspector>
auto inspect(Inspector& f, answer& x) {
  return runtime::fields(f, x, "answer", runtime::field("number", x.number));
}
template <class Inspector>
auto inspect(Inspector& f, parcel& x) {
  return runtime::fields(f, x, "parcel", runtime::field("bytes", x.bytes));
}
template <class Inspector>
auto inspect(Inspector& f, want_work& x) {
  return runtime::fields(f, x, "want_work", runtime::field("who", x.who));
}

} // namespace troupe::network_trial

CAF_BEGIN_TYPE_ID_BLOCK(network_trial, caf::first_custom_type_id)
CAF_ADD_TYPE_ID(network_trial, (troupe::network_trial::question))
CAF_ADD_TYPE_ID(network_trial, (troupe::network_trial::answer))
CAF_ADD_TYPE_ID(network_trial, (troupe::network_trial::parcel))
CAF_ADD_TYPE_ID(network_trial, (troupe::network_trial::want_work))
CAF_END_TYPE_ID_BLOCK(network_trial)

namespace troupe::network_trial {

/// What others said, in their order. Waiting for more than a minute is a failure.
template <class T>
class heard {
public:
  void say(T what) {
    const std::lock_guard lock{mutex_};
    said_.push_back(std::move(what));
    changed_.notify_all();
  }
  T wait() {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, std::chrono::minutes(1), [this] { return !said_.empty(); }))
      throw std::runtime_error("nothing was said within a minute");
    auto first = std::move(said_.front());
    said_.pop_front();
    return first;
  }
  std::size_t size() {
    const std::lock_guard lock{mutex_};
    return said_.size();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> said_;
};

/// Waits, a minute at most, for what nobody tells of. Returns: whether it came about.
bool comes_true(const std::function<bool()>& what);

struct worker {
  static constexpr const char* name = "worker";
  explicit worker(worker_actor::pointer) {}
  worker_actor::behavior_type make_behavior() {
    return {[](question x) { return answer{x.number * 2}; }};
  }
};

/// What an oracle tells the test.
struct oracle_diary {
  heard<std::uint64_t> work_done; ///< answers of workers
  heard<std::string> gone;        ///< why a worker is down
};

struct oracle {
  static constexpr const char* name = "oracle";
  oracle(oracle_actor::pointer self, std::shared_ptr<oracle_diary> diary)
      : self_(self), workers_(self), diary_(std::move(diary)) {}
  oracle_actor::behavior_type make_behavior() {
    return {[](question x) { return answer{x.number + 1}; }, [](parcel& x) { return std::move(x); },
            [this](const want_work& x) {
              workers_.watch(self_, x.who, [this](const caf::error& why) {
                diary_->gone.say(runtime::text(self_->system(), why));
              });
              runtime::request(self_, x.who, std::chrono::minutes(1), question{21})
                  .then([this](const answer& a) { diary_->work_done.say(a.number); },
                        [](const caf::error&) {});
            }};
  }

private:
  oracle_actor::pointer self_;
  runtime::watcher workers_;
  std::shared_ptr<oracle_diary> diary_;
};

/// Holds an oracle's handle as long as it lives, and tells when the oracle is down.
struct widow {
  static constexpr const char* name = "widow";
  widow(worker_actor::pointer self, oracle_actor whom, std::shared_ptr<heard<std::string>> gone)
      : self_(self), watcher_(self), whom_(std::move(whom)), gone_(std::move(gone)) {}
  worker_actor::behavior_type make_behavior() {
    watcher_.watch(self_, whom_, [this](const caf::error& why) {
      gone_->say(runtime::text(self_->system(), why));
    });
    return {[](question x) { return answer{x.number}; }};
  }

private:
  worker_actor::pointer self_;
  runtime::watcher watcher_;
  oracle_actor whom_;
  std::shared_ptr<heard<std::string>> gone_;
};

/// A system of its own, as if in another process, with a port.
struct node {
  runtime::actor_runtime<caf::id_block::network_trial> actors;
  std::optional<runtime::network_port> port;

  explicit node(std::size_t message_bytes_max = runtime::network_port::message_bytes_max_default)
      : actors({.threads = 2, .network = runtime::network_layer}) {
    port.emplace(actors.system(), message_bytes_max);
  }
  caf::actor_system& system() { return actors.system(); }

  template <class Handle = oracle_actor>
  runtime::network_answer<Handle> connect(int fd,
                                          caf::timespan deadline = std::chrono::minutes(1)) {
    auto came = std::make_shared<heard<runtime::network_answer<Handle>>>();
    port->connect<Handle>(fd, deadline, [came](auto x) { came->say(std::move(x)); });
    return came->wait();
  }
};

/// Asks from this thread. Returns: nothing if no answer came.
template <class Handle>
std::optional<std::uint64_t> ask(node& from, const Handle& whom, std::uint64_t number) {
  caf::scoped_actor self{from.system()};
  std::optional<std::uint64_t> got;
  runtime::request(self.ptr(), whom, std::chrono::minutes(1), question{number})
      .receive([&got](const answer& x) { got = x.number; }, [](const caf::error&) {});
  return got;
}

/// Two connected sockets; what is not taken out is closed.
class socket_pair {
public:
  socket_pair();
  ~socket_pair();
  socket_pair(const socket_pair&) = delete;
  socket_pair& operator=(const socket_pair&) = delete;
  int take(int which) { return std::exchange(ends_[which], -1); }
  int end(int which) const { return ends_[which]; }
  void close(int which);

private:
  int ends_[2];
};

/// Writes all of it. Returns: false if the other end does not take it.
bool write_all(int fd, const std::string& bytes);
/// Reads until the other end closes, a minute at most. Returns: nothing if it did not.
std::optional<std::string> read_to_end(int fd);

/// Carries bytes between two ends until either closes, then closes both; keeps what it carried.
class relay {
public:
  relay();
  ~relay();
  relay(const relay&) = delete;
  relay& operator=(const relay&) = delete;
  /// Returns: the socket to hand to a port; once for each of 0 and 1.
  int outer(int which) { return which == 0 ? left_.take(0) : right_.take(0); }
  void cut() { cut(true, true); }
  void cut(bool left, bool right); ///< only these ends notice; once more for the other one
  /// Returns: what came in at end `which`. Takes: only after a cut.
  const std::string& carried(int which) const { return carried_[which]; }

private:
  void run();
  socket_pair left_, right_, stop_;
  std::string carried_[2];
  std::thread thread_;
};

/// Returns: the descriptors of this process; those of them that listen.
std::size_t open_descriptors();
std::size_t listening_sockets();
/// Returns: the threads of this process.
std::size_t threads();

} // namespace troupe::network_trial
