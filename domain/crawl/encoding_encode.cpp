// SPDX-License-Identifier: BSD-3-Clause
// The encoders of the Encoding Standard. Only queries of URLs are encoded: short texts, so that an
// index is searched from its start (some microseconds a character) and no reverse tables are kept.
#include <algorithm>
#include <initializer_list>

#include "domain/crawl/encoding.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

void append_bytes(std::string& out, std::initializer_list<std::size_t> bytes) {
  for (const std::size_t b : bytes)
    out.push_back(static_cast<char>(b));
}

/// Returns: the first pointer in [from, to) that means `c`.
std::size_t pointer_of(char32_t c, const wide_index& index, std::size_t from = 0,
                       std::size_t to = none) {
  const auto end = index.begin() + static_cast<std::ptrdiff_t>(std::min(to, index.size()));
  const auto found = std::find(index.begin() + static_cast<std::ptrdiff_t>(from), end, c);
  return found == end ? none : static_cast<std::size_t>(found - index.begin());
}

std::size_t big5_pointer(char32_t c) {
  const wide_index& index = big5_index();
  // These stand in two places, and the later one is what old software understands.
  constexpr std::u32string_view later = U"\u2550\u255e\u2561\u256a\u5341\u5345";
  if (later.find(c) != later.npos) {
    const auto found = std::find(index.rbegin(), index.rend(), c);
    return found == index.rend() ? none : static_cast<std::size_t>(index.rend() - found) - 1;
  }
  return pointer_of(c, index, big5_encoder_pointer_min);
}

bool put_big5(char32_t c, std::string& out) {
  const std::size_t pointer = big5_pointer(c);
  if (pointer == none)
    return false;
  const std::size_t trail = pointer % 157;
  append_bytes(out, {pointer / 157 + 0x81, trail + (trail < 0x3f ? 0x40 : 0x62)});
  return true;
}

bool put_euc_kr(char32_t c, std::string& out) {
  const std::size_t pointer = pointer_of(c, euc_kr_index());
  if (pointer == none)
    return false;
  append_bytes(out, {pointer / 190 + 0x81, pointer % 190 + 0x41});
  return true;
}

bool put_euc_jp(char32_t c, std::string& out) {
  if (c == 0xa5 || c == 0x203e) {
    append_bytes(out, {c == 0xa5 ? 0x5cu : 0x7eu});
    return true;
  }
  if (c >= 0xff61 && c <= 0xff9f) {
    append_bytes(out, {0x8e, c - 0xff61 + 0xa1});
    return true;
  }
  const std::size_t pointer = pointer_of(c == 0x2212 ? 0xff0d : c, jis0208_index(), 0, 94 * 94);
  if (pointer == none)
    return false;
  append_bytes(out, {pointer / 94 + 0xa1, pointer % 94 + 0xa1});
  return true;
}

bool put_shift_jis(char32_t c, std::string& out) {
  if (c == 0x80 || c == 0xa5 || c == 0x203e) {
    append_bytes(out, {c == 0x80 ? 0x80u : c == 0xa5 ? 0x5cu : 0x7eu});
    return true;
  }
  if (c >= 0xff61 && c <= 0xff9f) {
    append_bytes(out, {c - 0xff61 + 0xa1});
    return true;
  }
  if (c == 0x2212)
    c = 0xff0d;
  // NEC's copies of IBM's characters, in between, are read but never written.
  std::size_t pointer = pointer_of(c, jis0208_index(), 0, 8272);
  if (pointer == none)
    pointer = pointer_of(c, jis0208_index(), 8836);
  if (pointer == none)
    return false;
  const std::size_t lead = pointer / 188;
  const std::size_t trail = pointer % 188;
  append_bytes(out, {lead + (lead < 0x1f ? 0x81 : 0xc1), trail + (trail < 0x3f ? 0x40 : 0x41)});
  return true;
}

/// Half-width katakana have no place in ISO-2022-JP's two-byte set; their full-width forms do.
char32_t full_width(char32_t c) {
  static constexpr std::u32string_view forms = U"。「」、・ヲァィゥェォャュョッーアイウエオ"
                                               U"カキクケコサシスセソタチツテトナニヌネノ"
                                               U"ハヒフヘホマミムメモヤユヨラリルレロワン゛゜";
  static_assert(forms.size() == 63);
  return c >= 0xff61 && c <= 0xff9f ? forms[c - 0xff61] : c;
}

} // namespace

bool encoder::put(char32_t c, std::string& out) {
  if (encoding_ == encoding::iso_2022_jp)
    return put_iso_2022_jp(c, out);
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
    return true;
  }
  switch (encoding_) {
  case encoding::utf_8:
  case encoding::utf_16be:
  case encoding::utf_16le:
  case encoding::replacement:
    append_utf8(out, c);
    return true;
  case encoding::gbk:
  case encoding::gb18030:
    return put_gb(c, out);
  case encoding::big5:
    return put_big5(c, out);
  case encoding::euc_jp:
    return put_euc_jp(c, out);
  case encoding::shift_jis:
    return put_shift_jis(c, out);
  case encoding::euc_kr:
    return put_euc_kr(c, out);
  case encoding::x_user_defined:
    if (c < 0xf780 || c > 0xf7ff)
      return false;
    append_bytes(out, {c - 0xf780 + 0x80});
    return true;
  default: {
    const high_half& high = high_half_of(encoding_);
    const auto found = c > 0xffff ? high.end() : std::find(high.begin(), high.end(), c);
    if (found == high.end())
      return false;
    append_bytes(out, {static_cast<std::size_t>(found - high.begin()) + 0x80});
    return true;
  }
  }
}

bool encoder::put_gb(char32_t c, std::string& out) const {
  if (c == 0xe5e5)
    return false; // its place decodes to U+3000
  if (encoding_ == encoding::gbk && c == 0x20ac) {
    append_bytes(out, {0x80});
    return true;
  }
  std::size_t pointer = none;
  for (const auto& change : gb18030_changes())
    if (change.before == c)
      pointer = change.pointer;
  if (pointer == none)
    pointer = pointer_of(c, gb18030_index());
  if (pointer != none) {
    const std::size_t trail = pointer % 190;
    append_bytes(out, {pointer / 190 + 0x81, trail + (trail < 0x3f ? 0x40 : 0x41)});
    return true;
  }
  if (encoding_ == encoding::gbk)
    return false;
  pointer = c > 0xffff ? 189'000 + (c - 0x10000) : pointer_of(c, gb18030_ranges());
  if (pointer == none)
    return false;
  append_bytes(out, {pointer / 12'600 + 0x81, pointer / 1'260 % 10 + 0x30,
                     pointer / 10 % 126 + 0x81, pointer % 10 + 0x30});
  return true;
}

void encoder::shift_to(jp_state s, std::string& out) {
  if (state_ == s)
    return;
  state_ = s;
  out += s == jp_state::ascii ? "\x1b(B" : s == jp_state::roman ? "\x1b(J" : "\x1b$B";
}

bool encoder::put_iso_2022_jp(char32_t c, std::string& out) {
  if (state_ != jp_state::jis0208 && (c == 0x0e || c == 0x0f || c == 0x1b))
    return false; // they would shift
  if (c < 0x80) {
    if (state_ == jp_state::jis0208 || c == 0x5c || c == 0x7e)
      shift_to(jp_state::ascii, out);
    if (c == 0x0e || c == 0x0f || c == 0x1b)
      return false;
    out.push_back(static_cast<char>(c));
    return true;
  }
  if (c == 0xa5 || c == 0x203e) {
    shift_to(jp_state::roman, out);
    append_bytes(out, {c == 0xa5 ? 0x5cu : 0x7eu});
    return true;
  }
  const char32_t wanted = c == 0x2212 ? 0xff0d : full_width(c);
  const std::size_t pointer = pointer_of(wanted, jis0208_index(), 0, 94 * 94);
  if (pointer == none) {
    if (state_ == jp_state::jis0208)
      shift_to(jp_state::ascii, out);
    return false;
  }
  shift_to(jp_state::jis0208, out);
  append_bytes(out, {pointer / 94 + 0x21, pointer % 94 + 0x21});
  return true;
}

void encoder::finish(std::string& out) { shift_to(jp_state::ascii, out); }

} // namespace troupe::crawl
