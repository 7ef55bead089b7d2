// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/utf8.hpp"

#include <cstring>

#include "domain/crawl/charset.hpp"

namespace troupe::crawl {

namespace {

constexpr bool continues(unsigned char c) { return (c & 0xc0) == 0x80; }

} // namespace

std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + 8 <= text.size()) {
    std::uint64_t block;
    std::memcpy(&block, text.data() + at, 8);
    if ((block & 0x8080808080808080u) != 0)
      break; // the bytes below find the place, whatever the byte order
    at += 8;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
    ++at;
  return at;
}

utf8_step read_utf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; // 0 continues nothing
  };
  const unsigned lead = byte(at);
  if (lead < 0x80)
    return {lead, 1, true};
  if (lead < 0xc2 || lead > 0xf4)
    return {replacement_character, 1, false};
  const unsigned second = byte(at + 1);
  if (lead < 0xe0) {
    if (!continues(second))
      return {replacement_character, 1, false};
    return {(lead & 0x1f) << 6 | (second & 0x3f), 2, true};
  }
  // The second byte's range is what shuts out overlong forms, surrogates and too high values.
  unsigned low = 0x80;
  unsigned high = 0xbf;
  switch (lead) {
  case 0xe0:
    low = 0xa0;
    break;
  case 0xed:
    high = 0x9f;
    break;
  case 0xf0:
    low = 0x90;
    break;
  case 0xf4:
    high = 0x8f;
    break;
  default:
    break;
  }
  if (second < low || second > high)
    return {replacement_character, 1, false};
  const unsigned third = byte(at + 2);
  if (!continues(third))
    return {replacement_character, 2, false};
  if (lead < 0xf0)
    return {(lead & 0x0f) << 12 | (second & 0x3f) << 6 | (third & 0x3f), 3, true};
  const unsigned fourth = byte(at + 3);
  if (!continues(fourth))
    return {replacement_character, 3, false};
  return {(lead & 0x07) << 18 | (second & 0x3f) << 12 | (third & 0x3f) << 6 | (fourth & 0x3f), 4,
          true};
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

bool is_valid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    at += ascii_prefix(bytes.substr(at));
    if (at == bytes.size())
      return true;
    // Text in one script stays above ASCII for a while: no new prefix search per character.
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) >= 0x80) {
      const utf8_step step = read_utf8(bytes, at);
      if (!step.valid)
        return false;
      at += step.bytes;
    }
  }
}

std::string repair_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t kept = 0; // start of the run of good bytes that is not copied yet
  std::size_t at = 0;
  while (at < text.size()) {
    at += ascii_prefix(text.substr(at));
    if (at == text.size())
      break;
    const utf8_step step = read_utf8(text, at);
    if (!step.valid) {
      out.append(text, kept, at - kept);
      append_utf8(out, replacement_character);
      kept = at + step.bytes;
    }
    at += step.bytes;
  }
  out.append(text, kept);
  return out;
}

} // namespace troupe::crawl
