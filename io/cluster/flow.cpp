// SPDX-License-Identifier: BSD-3-Clause
// What goes through a connection: the hellos and frames of the peer, the bytes of the actors.
#include <algorithm>
#include <cstring>

#include <boost/asio/ssl/error.hpp>

#include "io/cluster/certificates.hpp"
#include "io/cluster/connection.hpp"

namespace troupe::cluster {

namespace {
constexpr std::size_t piece_bytes_max = 64u << 10;
} // namespace

// Of the actors' bytes, in one frame.
std::size_t link_connection::piece_bytes() const {
  return std::min<std::size_t>(
      {piece_bytes_max, bounds().frame_bytes_max, bounds().buffer_bytes_max});
}

void link_connection::read_peer() {
  if (reading_peer_ || phase_ == phase::closed || phase_ == phase::delivering)
    return;
  if (phase_ == phase::up && from_peer_.size() < piece_bytes_max)
    from_peer_.resize(piece_bytes_max);
  reading_peer_ = true;
  socket_.read_some(asio::buffer(from_peer_),
                    [this, self = shared_from_this()](error_code e, std::size_t n) {
                      reading_peer_ = false;
                      if (phase_ == phase::closed || phase_ == phase::delivering)
                        return;
                      if (e)
                        on_peer_gone(e);
                      else
                        on_peer_bytes(n);
                    });
}

void link_connection::on_peer_bytes(std::size_t n) {
  heard_at_ = steady::now();
  if (suspect_ && phase_ == phase::up) {
    suspect_ = false;
    home_.changed(*this, link_state::up, "heard of again");
  }
  std::string_view bytes(from_peer_.data(), n);
  if (phase_ == phase::greeting)
    take_hello(bytes);
  if (phase_ == phase::answering || phase_ == phase::up)
    take_frames(bytes);
  peer_paused_ = phase_ == phase::up && to_actors_.size() >= bounds().buffer_bytes_max;
  if (!peer_paused_)
    read_peer();
}

void link_connection::on_peer_gone(const error_code& e) {
  const bool in_order = e == asio::error::eof || e == asio::ssl::error::stream_truncated;
  switch (phase_) {
  case phase::greeting:
    if (socket_.ssl() && !in_order)
      return drop(explain_tls(socket_.ssl(), e));
    if (!in_order)
      return drop(e.message());
    if (!hello_bytes_.empty())
      return drop("it closed the connection in its hello");
    return drop(std::string("it closed the connection before its hello")
                + (incoming_ || socket_.ssl() ? "" : "; it may want TLS"));
  case phase::answering:
    return drop("it closed the connection without an answer to the hello");
  case phase::up:
    return deliver_rest(in_order ? "it closed the connection without a goodbye"
                                 : "the connection broke: " + e.message());
  default:
    return drop("");
  }
}

void link_connection::take_frames(std::string_view bytes) {
  while (phase_ == phase::answering || phase_ == phase::up) {
    const auto piece = frames_.next(bytes);
    if (piece.state == frame_state::more)
      break;
    if (piece.state == frame_state::refused)
      return refuse("it sent " + piece.why, "you sent " + piece.why);
    take_frame(piece);
  }
  if (phase_ == phase::up)
    write_actors();
}

void link_connection::take_frame(const frame_piece& piece) {
  switch (piece.kind) {
  case frame_kind::accept:
    return go_up();
  case frame_kind::refuse:
    return drop("it refused: " + printable(piece.bytes, sentence_bytes_max));
  case frame_kind::data:
    if (const auto why = guard_.look(piece.bytes); !why.empty())
      return refuse("its actors sent " + why, "your actors sent " + why);
    to_actors_.tail() += piece.bytes;
    return;
  case frame_kind::ping:
    // Who asks and does not read gets no answers that pile up; it hears what waits already.
    if (to_peer_.size() < bounds().buffer_bytes_max) {
      append_frame(to_peer_.tail(), frame_kind::pong, piece.bytes);
      write_peer();
    }
    return;
  case frame_kind::pong:
    return; // heard_at_ says it all
  case frame_kind::bye:
    return deliver_rest("it said " + printable(piece.bytes, sentence_bytes_max));
  }
}

void link_connection::write_peer() {
  if (writing_peer_ || !broken_.empty() || phase_ == phase::closed || phase_ == phase::delivering)
    return;
  const auto bytes = to_peer_.next();
  if (bytes.empty()) {
    if (phase_ == phase::leaving && !std::exchange(said_all_, true))
      socket_.shutdown_send();
    return;
  }
  writing_peer_ = true;
  socket_.write_some(asio::buffer(bytes.data(), bytes.size()),
                     [this, self = shared_from_this()](error_code e, std::size_t n) {
                       writing_peer_ = false;
                       if (phase_ == phase::closed || phase_ == phase::delivering)
                         return;
                       if (e) {
                         // The peer may have said why before: its words are read first.
                         if (phase_ == phase::leaving || !reading_peer_)
                           return drop("the connection broke: " + e.message());
                         broken_ = "the connection broke: " + e.message();
                         deadline_ = steady::now() + std::chrono::milliseconds(bounds().ping_ms);
                         return;
                       }
                       to_peer_.taken(n);
                       sent_at_ = steady::now();
                       write_peer();
                       read_actors();
                     });
}

// Only while there is room for what may come: so the actors' bytes wait in their own end.
void link_connection::read_actors() {
  if (reading_actors_ || phase_ != phase::up
      || to_peer_.size() + piece_bytes() > bounds().buffer_bytes_max + frame_head_bytes)
    return;
  reading_actors_ = true;
  actors_.async_read_some(asio::buffer(from_actors_),
                          [this, self = shared_from_this()](error_code e, std::size_t n) {
                            reading_actors_ = false;
                            if (phase_ != phase::up)
                              return;
                            if (e)
                              return say_goodbye("its actors closed the link");
                            on_actors_bytes(n);
                          });
}

void link_connection::on_actors_bytes(std::size_t n) {
  append_frame(to_peer_.tail(), frame_kind::data, {from_actors_.data(), n});
  write_peer();
  read_actors();
}

void link_connection::write_actors() {
  if (writing_actors_ || (phase_ != phase::up && phase_ != phase::delivering))
    return;
  const auto bytes = to_actors_.next();
  if (bytes.empty()) {
    if (phase_ == phase::delivering)
      drop(reason_);
    return;
  }
  writing_actors_ = true;
  actors_.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                           [this, self = shared_from_this()](error_code e, std::size_t n) {
                             writing_actors_ = false;
                             if (phase_ != phase::up && phase_ != phase::delivering)
                               return;
                             if (e)
                               return phase_ == phase::up
                                          ? say_goodbye("its actors closed the link")
                                          : drop(reason_);
                             to_actors_.taken(n);
                             write_actors();
                             if (peer_paused_ && phase_ == phase::up
                                 && to_actors_.size() < bounds().buffer_bytes_max / 2) {
                               peer_paused_ = false;
                               heard_at_ = steady::now(); // we did not listen
                               read_peer();
                             }
                           });
}

void link_connection::check_silence(steady::time_point now) {
  using std::chrono::milliseconds;
  to_peer_.trim();
  to_actors_.trim();
  if (peer_paused_)
    heard_at_ = now;
  const auto silent = now - heard_at_;
  if (silent >= milliseconds(bounds().down_ms))
    return drop("nothing heard for " + std::to_string(bounds().down_ms) + " ms");
  if (!suspect_ && silent >= milliseconds(bounds().suspect_ms)) {
    suspect_ = true;
    home_.changed(*this, link_state::suspect,
                  "nothing heard for " + std::to_string(bounds().suspect_ms) + " ms");
  }
  // What waits already is as good as a ping.
  if (now - sent_at_ >= milliseconds(bounds().ping_ms) && to_peer_.empty()) {
    char token[ping_bytes];
    const auto ticks = now.time_since_epoch().count();
    static_assert(sizeof ticks == sizeof token);
    std::memcpy(token, &ticks, sizeof token);
    append_frame(to_peer_.tail(), frame_kind::ping, {token, sizeof token});
    write_peer();
  }
}

} // namespace troupe::cluster
