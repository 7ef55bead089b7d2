// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::io {

/// An answer, ready to be sent. The server adds Date, Content-Length or Transfer-Encoding, and
/// Connection where it is due; for HEAD it leaves the body out.
struct server_answer {
  int status = 200;
  std::string content_type; ///< "" for an answer without a body
  std::string fields; ///< further header lines, each with its CRLF; made by us, never by a client
  std::string body;
  std::shared_ptr<const std::string> shared_body; ///< in place of `body`, if there is one
  bool close = false;                             ///< the connection is closed after it
};

/// An answer that comes piece by piece, its end not known at the start: chunked, or until the close
/// for HTTP/1.0. Made by answerer::stream(). Threads: any, all functions.
class answer_stream {
public:
  virtual ~answer_stream() = default;
  /// Sends this next. Returns: false if nobody reads any more: the client has gone, or was dropped
  /// because more than stream_bytes_max were waiting for it.
  virtual bool write(std::string bytes) = 0;
  /// `room` is called, once, on the connection's thread, as soon as less than half of
  /// stream_bytes_max waits to be sent, or nobody reads any more. For whoever has much to say.
  virtual void when_room(std::function<void()> room) = 0;
  /// All was said. Without it, as when the last reference goes, the answer ends cut short, and the
  /// client can see it.
  virtual void end() = 0;
};

/// Where the answer to one request goes. A copyable handle: an answer that comes when its request
/// is over (answered, too late, its client gone, the server stopped) goes nowhere, and never to
/// another request. Only the first answer counts. If a handler lets all copies go without an
/// answer, the client is answered 500.
class answerer {
public:
  /// Threads: any.
  void send(server_answer a) const;
  /// The head now, the body piece by piece; the request's deadline ends with the head. `head.body`
  /// is the first piece. Threads: any. Returns: never null.
  std::shared_ptr<answer_stream> stream(server_answer head) const;

  /// `gone` is called, once, on the connection's thread, if the request is over before its answer
  /// (or the end of its stream): deadline, client gone, server stopping. At once, if it is over
  /// already. Threads: only inside the handler.
  void when_gone(std::function<void()> gone) const;
  /// From now on so long until 504, in place of the server's answer_ms_max; 0: for ever. Threads:
  /// only inside the handler.
  void set_deadline(std::uint32_t ms) const;

  /// The name under which this request is reported; it must outlive the server. Threads: only
  /// inside the handler.
  void set_label(std::string_view label) const;

  struct state; ///< io/http_server's own
  explicit answerer(std::shared_ptr<state> s) : state_(std::move(s)) {}

private:
  std::shared_ptr<state> state_;
};

} // namespace troupe::io
