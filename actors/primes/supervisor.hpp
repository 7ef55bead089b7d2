// SPDX-License-Identifier: BSD-3-Clause
//
// clang-format off
//   supervisor -- starts --> dispatcher (unless it is given one), checkers (or none)
//                            and for a stream: reader, writer, stream, progress
// clang-format on
//
// A checker that dies is replaced, and the dispatcher hands its batches out again (it watches them
// itself). The others hold what cannot be made again: if one of them dies the run ends and says so.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

/// Starts those who check, replaces checkers that die, ends all when the stream has ended.
class supervisor {
public:
  static constexpr const char* name = "supervisor";
  /// Takes: `plan`, if there is a stream to check: then `ended` is called once, inside this actor,
  /// when it is over. Without one it serves whoever asks its dispatcher, until it is stopped.
  /// `dispatcher`, if there is one already: then it starts none, its checkers and its stream ask
  /// that one, and it ends when that one does.
  supervisor(check_supervisor_actor::pointer self, check_ports ports, crew_limits crew,
             std::optional<io::prime_plan> plan, std::function<void(stream_ended)> ended,
             dispatcher_actor dispatcher = {});
  ~supervisor();
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;
  check_supervisor_actor::behavior_type make_behavior();

private:
  void start_checker(std::size_t i);
  void start_stream();
  void fail(const std::string& why);
  template <class Handle>
  void must_live(const Handle& who, const char* what);
  void end(stream_ended how);
  caf::result<crew_left> have_all_leave();
  void one_left();

  check_supervisor_actor::pointer self_;
  check_ports ports_;
  crew_limits crew_;
  std::optional<io::prime_plan> plan_;
  std::function<void(stream_ended)> ended_;
  runtime::watcher watcher_;

  dispatcher_actor dispatcher_;
  bool mine_ = false; // the dispatcher
  std::vector<checker_actor> checkers_;
  reader_actor reader_;
  writer_actor writer_;
  stream_actor stream_;
  check_progress_actor progress_;
  unsigned restarts_ = 0;
  std::size_t to_leave_ = 0; // checkers that have been told to and hold something
  bool leaving_ = false;     // none is replaced any more
  caf::typed_response_promise<crew_left> all_left_;
  std::string gave_up_; // why, once too many checkers have died
  bool over_ = false;
};

} // namespace troupe::primes
