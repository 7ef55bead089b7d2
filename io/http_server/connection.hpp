// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One connection of the server, of one thread. What differs between plain and TLS is below it, in
// transports.cpp.
//
//     read ─▶ head ─▶ body ─▶ handler ─▶ pending ─▶ out ─▶ written ─▶ (next)
//                refused ────────────────▶ pending, the last one ─▶ linger ─▶ closed
//
// Requests are taken from what was read as long as no more than pipeline_max wait for their
// answers and no more than unsent_bytes_max of answers wait to be sent; beyond that nothing is
// read.
//
// That a client closed, and did not only end its side, is seen by a reset, so not before something
// is sent to it: who ended its side is waited for half_closed_ms_max.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/gateway/chunks.hpp"
#include "domain/gateway/framing.hpp"
#include "io/http/asio.hpp"
#include "io/http_server/in_buffer.hpp"
#include "io/http_server/inbox.hpp"
#include "io/http_server/pending.hpp"
#include "io/http_server/reply.hpp"
#include "io/http_server/server.hpp"

namespace troupe::io {

class server_loop;

inline constexpr std::size_t unsent_bytes_max = 64u << 10; ///< then no further request is taken
inline constexpr std::size_t out_kept_bytes_max = 32u << 10;
/// After the last answer the client is heard out so long, that the answer is not lost in a reset.
inline constexpr std::uint32_t linger_ms_max = 2'000;
inline constexpr std::size_t linger_bytes_max = 4u << 20;

class server_connection : public std::enable_shared_from_this<server_connection> {
public:
  server_connection(server_loop& home, std::string peer, bool over_tls);
  virtual ~server_connection() = default;
  server_connection(const server_connection&) = delete;
  server_connection& operator=(const server_connection&) = delete;

  virtual void begin() = 0;
  /// There are too many: 503, and nothing is read.
  void turn_away();
  /// The server stops: an idle connection ends now, a busy one with its last answer.
  void drain();
  /// Ends at once; who waits is told. Returns: whether something was in flight.
  bool cut();
  void sweep(std::uint64_t now_ms);

  // What the inbox and the handler's answerer bring.
  void deliver(answer_mail& m);
  void flush_now(); ///< after deliver(), outside of the handler
  void set_gone(std::uint64_t request, std::function<void()> gone);
  void set_deadline(std::uint64_t request, std::uint32_t ms);
  void set_label(std::uint64_t request, std::string_view label);

  connection_id id;
  bool dirty = false;       ///< the loop's: it waits for flush_now()
  bool turned_away = false; ///< not counted as a connection

protected:
  // -- what a transport does
  virtual void read_some(char* to, std::size_t bytes) = 0; ///< then on_read()
  /// Returns: what could be sent without waiting; e: would_block if that was not all.
  virtual std::size_t write_now(std::string_view bytes, error_code& e) = 0;
  virtual void write_some(std::string_view bytes) = 0; ///< then on_written()
  virtual void send_goodbye() = 0;                     ///< no more comes from us
  virtual bool hears_after_goodbye() const = 0;        ///< may read_some() be used then
  virtual void await_reset() = 0;                      ///< then on_reset()
  virtual int socket_number() = 0;
  virtual void close_socket() = 0;
  virtual void reset_on_close() = 0;

  // -- and what it reports
  void on_ready(); ///< requests may come
  void on_read(error_code e, std::size_t bytes);
  void on_written(error_code e, std::size_t bytes);
  void on_reset() { end(); }
  void end();
  bool is_closed() const { return closed_; }
  void expect_within(std::uint32_t ms);
  /// Returns: a refusal for send_and_close(); it is reported.
  std::string bytes_of_refusal(int status, std::string_view code, std::string_view why);

private:
  enum class stage : std::uint8_t { start, head, body, done }; // done: no further request

  // connection_read.cpp
  void process();
  void settle();
  bool may_take() const;
  bool take_one();
  void give_up_answers();
  void look_for_end(std::uint64_t now_ms);
  bool take_room(std::size_t bytes);
  void count_room();
  void refuse(int status, std::string_view code, std::string_view why);
  void dispatch(std::string_view body, std::size_t used);
  void start_read();

  // connection_write.cpp
  void emit();
  bool emit_front(pending_request& p);
  bool emit_answer(pending_request& p);
  bool emit_stream(pending_request& p);
  after_answer after(const pending_request& p) const;
  void finish_front();
  void put_body(pending_request& p, std::string_view bytes);
  void flush();
  void on_progress(std::size_t bytes);
  void begin_linger();
  void deliver_stream(pending_request* p, answer_mail& m);

  // connection.cpp
  const http_server_limits& bounds() const;
  void report(const request_facts& facts, int status) const;
  void uncount(pending_request& p);
  void drop_pending();

  server_loop& loop_;
  const std::string peer_;
  const bool over_tls_;

  // reading
  in_buffer in_;
  gateway::head_reader reader_;
  gateway::request_head head_;
  gateway::chunk_reader chunks_;
  stage stage_ = stage::start;
  bool reading_ = false, eof_ = false, processing_ = false;
  bool continue_due_ = false;
  std::uint64_t read_deadline_ms_ = 0; // of the stage; 0: none
  std::uint64_t eof_deadline_ms_ = 0;  // of the answers, once the client ended its side; 0: not yet
  std::size_t counted_bytes_ = 0;      // of in_, among the server's incoming_bytes

  pending_queue pending_;

  // writing
  struct credit {
    std::shared_ptr<stream_core> stream;
    std::size_t bytes;
  };
  struct finished {
    std::uint64_t at; // of all bytes ever put out
    request_facts facts;
  };
  std::string out_, writing_;
  std::size_t written_ = 0;
  std::vector<credit> out_credits_, writing_credits_;
  std::vector<finished> finished_; // answers on their way out; only if there are reports
  std::uint64_t put_out_ = 0, sent_ = 0;
  std::uint64_t write_deadline_ms_ = 0;
  bool write_pending_ = false;
  bool close_when_written_ = false, lingering_ = false, closed_ = false, draining_ = false;
  bool reset_when_written_ = false;
  std::size_t heard_ = 0; // while lingering
};

/// Makes the connection for an accepted socket; `tls`: an asio::ssl::context, or null.
std::shared_ptr<server_connection> make_connection(server_loop& home, tcp_socket socket,
                                                   std::string peer, void* tls);

} // namespace troupe::io
