// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What goes over a link after the hellos. Bytes in, frames out: no socket, no clock.
//
//     frame  = kind(1) size(4, big-endian) bytes
//     accept   0                    the first frame is accept or refuse, and none later is
//     refuse   1 to 500: a sentence
//     data     1 to frame_bytes_max: the next bytes of the actors' stream
//     ping     8, chosen by the sender
//     pong     8, those of the ping
//     bye      0 to 500: a sentence; the last frame

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::cluster {

enum class frame_kind : std::uint8_t { accept = 1, refuse, data, ping, pong, bye };

inline constexpr std::size_t frame_head_bytes = 5;
inline constexpr std::size_t sentence_bytes_max = 500;
inline constexpr std::size_t ping_bytes = 8;

/// Appends a whole frame. Takes: a body as its kind allows; of a sentence, what is too long is cut.
void append_frame(std::string& out, frame_kind kind, std::string_view body = {});
/// Writes a frame's head to `to`, which has room for frame_head_bytes.
void write_frame_head(char* to, frame_kind kind, std::uint32_t size);

enum class frame_state : std::uint8_t { more, piece, refused };

/// What has come: a piece of a data frame as soon as it is there, every other frame whole.
struct frame_piece {
  frame_state state = frame_state::more;
  frame_kind kind = frame_kind::data;
  std::string_view bytes; ///< valid until the next call
  std::string why;        ///< refused: one clause
};

/// Takes a link's stream apart. Whatever it is given, it holds no more than one sentence.
class frame_reader {
public:
  explicit frame_reader(std::uint32_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  /// Takes the next piece from the front of `bytes`; to be called until it says more.
  frame_piece next(std::string_view& bytes);

private:
  frame_piece refuse(std::string why);
  frame_piece begin_frame(std::uint8_t kind, std::uint32_t size);

  std::uint32_t frame_bytes_max_;
  bool answered_ = false; // accept or refuse has been
  bool over_ = false;     // refuse, bye or a mistake has been
  std::string head_;
  frame_kind kind_ = frame_kind::data;
  std::uint32_t left_ = 0; // of the current frame's body
  std::string body_;       // of a frame that is given out whole
};

} // namespace troupe::cluster
