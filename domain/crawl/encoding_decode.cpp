// SPDX-License-Identifier: BSD-3-Clause
// The decoders of the Encoding Standard. Each reads one character from the front of what is left
// and says how many bytes that took; taking fewer than were looked at puts the others back.
#include "domain/crawl/encoding.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

struct read_char {
  char32_t code_point; // 0: malformed
  std::size_t bytes;
};

unsigned byte_at(std::string_view in, std::size_t i) { return static_cast<unsigned char>(in[i]); }

bool within(unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; }

char32_t look_up(const wide_index& index, std::size_t pointer) {
  return pointer < index.size() ? index[pointer] : 0;
}

/// An ASCII trail byte that makes no character stays for the next one, or a '<' could hide.
read_char two_bytes(char32_t c, unsigned trail) {
  return {c, c == 0 && trail < 0x80 ? std::size_t{1} : std::size_t{2}};
}

read_char read_gb18030_four(std::string_view in) {
  if (in.size() == 2)
    return {0, 2};
  const unsigned third = byte_at(in, 2);
  if (!within(third, 0x81, 0xfe))
    return {0, 1};
  if (in.size() == 3)
    return {0, 3};
  const unsigned fourth = byte_at(in, 3);
  if (!within(fourth, 0x30, 0x39))
    return {0, 1};
  const std::size_t pointer = ((byte_at(in, 0) - 0x81) * 10 + byte_at(in, 1) - 0x30) * 1260
                              + (third - 0x81) * 10 + fourth - 0x30;
  if (pointer >= 189'000 && pointer <= 1'237'575)
    return {static_cast<char32_t>(0x10000 + pointer - 189'000), 4};
  return {look_up(gb18030_ranges(), pointer), 4};
}

read_char read_gb18030(std::string_view in) {
  const unsigned lead = byte_at(in, 0);
  if (lead == 0x80)
    return {0x20ac, 1};
  if (lead == 0xff || in.size() == 1)
    return {0, 1};
  const unsigned trail = byte_at(in, 1);
  if (within(trail, 0x30, 0x39))
    return read_gb18030_four(in);
  char32_t c = 0;
  if (within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfe))
    c = look_up(gb18030_index(), (lead - 0x81) * 190 + trail - (trail < 0x7f ? 0x40 : 0x41));
  return two_bytes(c, trail);
}

/// Four places of Big5 mean two code points.
constexpr char32_t big5_pair = 0x80000000;

read_char read_big5(std::string_view in) {
  const unsigned lead = byte_at(in, 0);
  if (!within(lead, 0x81, 0xfe) || in.size() == 1)
    return {0, 1};
  const unsigned trail = byte_at(in, 1);
  char32_t c = 0;
  if (within(trail, 0x40, 0x7e) || within(trail, 0xa1, 0xfe)) {
    const std::size_t pointer = (lead - 0x81) * 157 + trail - (trail < 0x7f ? 0x40 : 0x62);
    switch (pointer) {
    case 1133:
      c = big5_pair | 0xca << 16 | 0x304;
      break;
    case 1135:
      c = big5_pair | 0xca << 16 | 0x30c;
      break;
    case 1164:
      c = big5_pair | 0xea << 16 | 0x304;
      break;
    case 1166:
      c = big5_pair | 0xea << 16 | 0x30c;
      break;
    default:
      c = look_up(big5_index(), pointer);
    }
  }
  return two_bytes(c, trail);
}

read_char read_euc_jp(std::string_view in) {
  const unsigned lead = byte_at(in, 0);
  if ((lead != 0x8e && lead != 0x8f && !within(lead, 0xa1, 0xfe)) || in.size() == 1)
    return {0, 1};
  const unsigned second = byte_at(in, 1);
  const bool in_range = within(second, 0xa1, 0xfe);
  if (lead == 0x8e)
    return two_bytes(within(second, 0xa1, 0xdf) ? 0xff61 + second - 0xa1 : 0, second);
  if (lead == 0x8f && in_range) {
    if (in.size() == 2)
      return {0, 2};
    const unsigned third = byte_at(in, 2);
    char32_t c = 0;
    if (within(third, 0xa1, 0xfe))
      c = look_up(jis0212_index(), (second - 0xa1) * 94 + third - 0xa1);
    return {c, c == 0 && third < 0x80 ? std::size_t{2} : std::size_t{3}};
  }
  char32_t c = 0;
  if (lead != 0x8f && in_range)
    c = look_up(jis0208_index(), (lead - 0xa1) * 94 + second - 0xa1);
  return two_bytes(c, second);
}

read_char read_shift_jis(std::string_view in) {
  const unsigned lead = byte_at(in, 0);
  if (lead == 0x80)
    return {lead, 1};
  if (within(lead, 0xa1, 0xdf))
    return {0xff61 + lead - 0xa1, 1};
  if (lead == 0xa0 || lead > 0xfc || in.size() == 1)
    return {0, 1};
  const unsigned trail = byte_at(in, 1);
  char32_t c = 0;
  if (within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfc)) {
    const std::size_t row = lead - (lead < 0xa0 ? 0x81 : 0xc1);
    const std::size_t pointer = row * 188 + trail - (trail < 0x7f ? 0x40 : 0x41);
    if (pointer >= 8836 && pointer <= 10715)
      c = static_cast<char32_t>(0xe000 + pointer - 8836); // end-user-defined characters
    else
      c = look_up(jis0208_index(), pointer);
  }
  return two_bytes(c, trail);
}

read_char read_euc_kr(std::string_view in) {
  const unsigned lead = byte_at(in, 0);
  if (!within(lead, 0x81, 0xfe) || in.size() == 1)
    return {0, 1};
  const unsigned trail = byte_at(in, 1);
  char32_t c = 0;
  if (within(trail, 0x41, 0xfe))
    c = look_up(euc_kr_index(), (lead - 0x81) * 190 + trail - 0x41);
  return two_bytes(c, trail);
}

template <class Reader>
void decode_ascii_based(std::string_view in, std::string& out, Reader read) {
  while (!in.empty()) {
    const std::size_t ascii = ascii_prefix(in);
    out.append(in.substr(0, ascii));
    in.remove_prefix(ascii);
    while (!in.empty() && byte_at(in, 0) >= 0x80) {
      const read_char got = read(in);
      if ((got.code_point & big5_pair) != 0) {
        append_utf8(out, got.code_point >> 16 & 0x7fff);
        append_utf8(out, got.code_point & 0xffff);
      } else {
        append_utf8(out, got.code_point == 0 ? replacement_character : got.code_point);
      }
      in.remove_prefix(got.bytes);
    }
  }
}

void decode_utf16(std::string_view in, std::string& out, bool big_endian) {
  const auto unit = [&](std::size_t at) -> char32_t {
    const unsigned a = byte_at(in, at);
    const unsigned b = byte_at(in, at + 1);
    return big_endian ? a << 8 | b : b << 8 | a;
  };
  std::size_t at = 0;
  while (at < in.size()) {
    if (at + 1 == in.size()) {
      append_utf8(out, replacement_character);
      break;
    }
    const char32_t c = unit(at);
    at += 2;
    if (c < 0xd800 || c > 0xdfff) {
      append_utf8(out, c);
    } else if (c < 0xdc00 && at + 1 < in.size() && unit(at) >= 0xdc00 && unit(at) <= 0xdfff) {
      append_utf8(out, 0x10000 + ((c - 0xd800) << 10) + unit(at) - 0xdc00);
      at += 2;
    } else {
      append_utf8(out, replacement_character);
      if (c < 0xdc00 && at + 1 == in.size())
        break; // a lead and half of what follows it count as one
    }
  }
}

void decode_iso_2022_jp(std::string_view in, std::string& out) {
  enum class state { ascii, roman, katakana, two_bytes };
  state now = state::ascii;
  bool escaped_already = false; // two escapes in a row are an error: they could hide text
  const auto fail = [&] { append_utf8(out, replacement_character); };
  for (std::size_t at = 0; at < in.size();) {
    const unsigned b = byte_at(in, at++);
    if (b == 0x1b) {
      const std::string_view sequence = in.substr(at, 2);
      const bool twice = escaped_already;
      escaped_already = true;
      if (sequence == "(B")
        now = state::ascii;
      else if (sequence == "(J")
        now = state::roman;
      else if (sequence == "(I")
        now = state::katakana;
      else if (sequence == "$@" || sequence == "$B")
        now = state::two_bytes;
      else
        escaped_already = false;
      if (!escaped_already || twice)
        fail();
      if (escaped_already)
        at += 2;
      continue;
    }
    escaped_already = false;
    if (now == state::two_bytes) {
      char32_t c = 0;
      if (within(b, 0x21, 0x7e) && at < in.size() && in[at] != 0x1b) {
        const unsigned trail = byte_at(in, at++);
        if (within(trail, 0x21, 0x7e))
          c = look_up(jis0208_index(), (b - 0x21) * 94 + trail - 0x21);
      }
      append_utf8(out, c == 0 ? replacement_character : c);
    } else if (now == state::katakana) {
      append_utf8(out, within(b, 0x21, 0x5f) ? 0xff61 + b - 0x21 : replacement_character);
    } else if (b > 0x7f || b == 0x0e || b == 0x0f) {
      fail();
    } else if (now == state::roman && (b == 0x5c || b == 0x7e)) {
      append_utf8(out, b == 0x5c ? 0xa5 : 0x203e);
    } else {
      append_utf8(out, b);
    }
  }
}

} // namespace

void decode_bytes(encoding e, std::string_view bytes, std::string& out) {
  out.reserve(out.size() + bytes.size() + bytes.size() / 2);
  switch (e) {
  case encoding::utf_8:
    out += repair_utf8(bytes);
    break;
  case encoding::replacement:
    // Encodings in which text can be hidden from a reader of ASCII are not read at all.
    if (!bytes.empty())
      append_utf8(out, replacement_character);
    break;
  case encoding::utf_16be:
    decode_utf16(bytes, out, true);
    break;
  case encoding::utf_16le:
    decode_utf16(bytes, out, false);
    break;
  case encoding::gbk:
  case encoding::gb18030:
    decode_ascii_based(bytes, out, read_gb18030);
    break;
  case encoding::big5:
    decode_ascii_based(bytes, out, read_big5);
    break;
  case encoding::euc_jp:
    decode_ascii_based(bytes, out, read_euc_jp);
    break;
  case encoding::iso_2022_jp:
    decode_iso_2022_jp(bytes, out);
    break;
  case encoding::shift_jis:
    decode_ascii_based(bytes, out, read_shift_jis);
    break;
  case encoding::euc_kr:
    decode_ascii_based(bytes, out, read_euc_kr);
    break;
  case encoding::x_user_defined:
    decode_ascii_based(bytes, out, [](std::string_view in) -> read_char {
      return {0xf780 + byte_at(in, 0) - 0x80, 1};
    });
    break;
  default: {
    const high_half& high = high_half_of(e);
    decode_ascii_based(bytes, out, [&](std::string_view in) -> read_char {
      return {high[byte_at(in, 0) - 0x80], 1};
    });
  }
  }
}

} // namespace troupe::crawl
