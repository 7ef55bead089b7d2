// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How answers come home: one inbox a thread.
//
//     any thread: push ── lock, append, unlock ── wake the loop, if it was empty
//     the loop:   take ── lock, swap, unlock ── deliver each ── write each connection once
//
// It owns the thread's io_context, so that whoever holds an answerer can still wake (and wake
// nothing) when the server is gone.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "io/http/asio.hpp"
#include "io/http_server/answer.hpp"

namespace troupe::io {

class stream_core;

/// Which connection of a loop, and which one in that place.
struct connection_id {
  std::uint32_t index = 0, generation = 0;
  bool operator==(const connection_id&) const = default;
};

struct answer_mail {
  enum class kind : std::uint8_t {
    answer,
    abandoned, ///< the last answerer went without an answer
    stream,    ///< the head of a streamed answer
    bytes,     ///< answer.body is the next piece
    end,
    cut,  ///< the last reference to the stream went without end()
    room, ///< somebody waits in the stream for room
  };
  kind what = kind::answer;
  connection_id to;
  std::uint64_t request = 0; ///< its number in its connection
  server_answer answer;
  std::shared_ptr<stream_core> stream;
};

class answer_inbox {
public:
  /// Threads: any.
  void push(answer_mail m);
  /// Swaps what has come into `taken`, which is empty. Threads: the loop's.
  void take(std::vector<answer_mail>& taken);
  /// From now on nothing comes in and nobody is woken.
  void close();

  asio::io_context context{1};
  std::function<void()> on_mail; ///< set before the loop runs

private:
  std::mutex gate_;
  std::vector<answer_mail> waiting_;
  bool closed_ = false;
};

} // namespace troupe::io
