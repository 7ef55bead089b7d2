// SPDX-License-Identifier: BSD-3-Clause
#include "domain/gateway/chunks.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "domain/gateway/characters.hpp"

namespace troupe::gateway {

namespace {

const framing more{};
const framing whole{framing_state::whole, 0, ""};

// What must not come behind the body: it would say anew where the body ends, or whom it is for.
bool is_forbidden_trailer(std::string_view name) {
  return is_word(name, "content-length") || is_word(name, "transfer-encoding")
         || is_word(name, "host") || is_word(name, "trailer");
}

} // namespace

framing chunk_reader::read(char* bytes, std::size_t size) {
  for (;;) {
    switch (part_) {
    case part::size:
    case part::extension:
      if (const auto r = size_line(bytes, size); r.state != framing_state::whole)
        return r;
      break;
    case part::data: {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size - at_));
      if (at_ != body_ && n != 0)
        std::memmove(bytes + body_, bytes + at_, n);
      body_ += n;
      at_ += n;
      left_ -= n;
      if (left_ != 0)
        return more;
      part_ = part::data_end;
      break;
    }
    case part::data_end:
      if (at_ < size && bytes[at_] != '\r')
        return refused(400, "a chunk is longer than it says");
      if (at_ + 1 >= size)
        return more;
      if (bytes[at_ + 1] != '\n')
        return refused(400, "a chunk is longer than it says");
      at_ += 2;
      digits_ = 0;
      part_ = part::size;
      break;
    case part::trailer:
      return trailer(bytes, size);
    }
  }
}

// Byte by byte and with its state in the object, so that a line that comes slowly costs once.
framing chunk_reader::size_line(const char* bytes, std::size_t size) {
  while (at_ < size) {
    const char c = bytes[at_];
    if (c == '\r') {
      if (digits_ == 0)
        return refused(400, "a chunk without a size");
      if (at_ + 1 >= size)
        return more;
      if (bytes[at_ + 1] != '\n')
        return refused(400, "a CR without its LF");
      at_ += 2;
      if (left_ > body_bytes_max_ - body_)
        return beyond(413, "body_too_large", "the body is larger than", body_bytes_max_);
      part_ = left_ != 0 ? part::data : part::trailer;
      return whole;
    }
    if (part_ == part::size) {
      if (const int digit = hex_digit(c); digit >= 0) {
        if (++digits_ > chunk_size_digits_max)
          return refused(400, "a chunk's size has too many digits");
        left_ = left_ << 4 | static_cast<unsigned>(digit);
      } else if (c == ';' && digits_ != 0) {
        part_ = part::extension;
      } else {
        return refused(400, "a chunk's size is malformed");
      }
    } else if (!is(c, in_value)) {
      return refused(400, "a control character in a chunk's extension");
    } else if (++extensions_ > chunk_extension_bytes_max) {
      return refused(400, "chunk extensions are too long");
    }
    ++at_;
  }
  return more;
}

framing chunk_reader::trailer(const char* bytes, std::size_t size) {
  for (;;) {
    const std::string_view rest(bytes + at_, size - at_);
    const auto end = rest.find('\n');
    if (trailers_ + std::min(end, rest.size()) > trailer_bytes_max)
      return beyond(431, "header_too_large", "the trailers are larger than", trailer_bytes_max);
    if (end == rest.npos)
      return more;
    if (end == 0 || rest[end - 1] != '\r')
      return refused(400, "a line does not end in CR LF");
    const auto line = rest.substr(0, end - 1);
    at_ += end + 1;
    trailers_ += end + 1;
    if (line.empty())
      return whole;
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == line.npos || name.empty() || !all_are(name, in_token)
        || !all_are(line.substr(colon + 1), in_value))
      return refused(400, "a trailer is malformed");
    if (is_forbidden_trailer(name))
      return refused(400, "a trailer that may not be one");
  }
}

std::size_t chunk_reader::compact(char* bytes, std::size_t size) {
  if (at_ != body_ && at_ < size)
    std::memmove(bytes + body_, bytes + at_, size - at_);
  const auto left = size - (at_ - body_);
  at_ = body_;
  return left;
}

} // namespace troupe::gateway
