// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/frame.hpp"

#include <algorithm>

namespace troupe::cluster {

void write_frame_head(char* to, frame_kind kind, std::uint32_t size) {
  *to = static_cast<char>(kind);
  for (int i = 0; i < 4; ++i)
    to[1 + i] = static_cast<char>(size >> (24 - 8 * i) & 0xff);
}

void append_frame(std::string& out, frame_kind kind, std::string_view body) {
  if (kind == frame_kind::refuse || kind == frame_kind::bye)
    body = body.substr(0, sentence_bytes_max);
  char head[frame_head_bytes];
  write_frame_head(head, kind, static_cast<std::uint32_t>(body.size()));
  out.append(head, sizeof head).append(body);
}

frame_piece frame_reader::refuse(std::string why) {
  over_ = true;
  return {frame_state::refused, kind_, {}, std::move(why)};
}

// Returns: refused, or more if the frame may come.
frame_piece frame_reader::begin_frame(std::uint8_t kind, std::uint32_t size) {
  if (kind < static_cast<std::uint8_t>(frame_kind::accept)
      || kind > static_cast<std::uint8_t>(frame_kind::bye))
    return refuse("a frame of unknown kind " + std::to_string(kind));
  kind_ = static_cast<frame_kind>(kind);
  std::uint32_t least = 0, most = 0;
  switch (kind_) {
  case frame_kind::accept:
    break;
  case frame_kind::refuse:
    least = 1;
    most = sentence_bytes_max;
    break;
  case frame_kind::data:
    least = 1;
    most = frame_bytes_max_;
    break;
  case frame_kind::ping:
  case frame_kind::pong:
    least = most = ping_bytes;
    break;
  case frame_kind::bye:
    most = sentence_bytes_max;
    break;
  }
  if (size < least || size > most)
    return refuse("a frame of " + std::to_string(size) + " bytes where " + std::to_string(least)
                  + " to " + std::to_string(most) + " are allowed");
  const bool answers = kind_ == frame_kind::accept || kind_ == frame_kind::refuse;
  if (answers == answered_)
    return refuse(answered_ ? "a second answer to the hello" : "no answer to the hello");
  answered_ = true;
  left_ = size;
  return {};
}

frame_piece frame_reader::next(std::string_view& bytes) {
  if (over_) {
    bytes = {};
    return {};
  }
  if (head_.size() < frame_head_bytes) {
    const auto take = std::min(bytes.size(), frame_head_bytes - head_.size());
    head_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    if (head_.size() < frame_head_bytes)
      return {};
    std::uint32_t size = 0;
    for (std::size_t i = 1; i < frame_head_bytes; ++i)
      size = size << 8 | static_cast<unsigned char>(head_[i]);
    auto begun = begin_frame(static_cast<std::uint8_t>(head_[0]), size);
    if (begun.state == frame_state::refused)
      return begun;
    body_.clear();
  }
  const auto take = std::min<std::size_t>(bytes.size(), left_);
  const auto found = bytes.substr(0, take);
  bytes.remove_prefix(take);
  left_ -= static_cast<std::uint32_t>(take);
  if (left_ == 0)
    head_.clear();
  if (kind_ == frame_kind::data)
    return {take > 0 ? frame_state::piece : frame_state::more, kind_, found, {}};
  body_.append(found);
  if (left_ > 0)
    return {};
  over_ = kind_ == frame_kind::refuse || kind_ == frame_kind::bye;
  return {frame_state::piece, kind_, body_, {}};
}

} // namespace troupe::cluster
