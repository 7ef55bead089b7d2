// SPDX-License-Identifier: BSD-3-Clause
// Inside of charset.hpp: which encodings there are, and their tables.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::crawl {

/// The encodings of the Encoding Standard, in its order.
enum class encoding : std::uint8_t {
  utf_8,
  ibm866,
  iso_8859_2,
  iso_8859_3,
  iso_8859_4,
  iso_8859_5,
  iso_8859_6,
  iso_8859_7,
  iso_8859_8,
  iso_8859_8_i,
  iso_8859_10,
  iso_8859_13,
  iso_8859_14,
  iso_8859_15,
  iso_8859_16,
  koi8_r,
  koi8_u,
  macintosh,
  windows_874,
  windows_1250,
  windows_1251,
  windows_1252,
  windows_1253,
  windows_1254,
  windows_1255,
  windows_1256,
  windows_1257,
  windows_1258,
  x_mac_cyrillic,
  gbk,
  gb18030,
  big5,
  euc_jp,
  iso_2022_jp,
  shift_jis,
  euc_kr,
  replacement,
  utf_16be,
  utf_16le,
  x_user_defined,
};

constexpr bool is_single_byte(encoding e) {
  return e >= encoding::ibm866 && e <= encoding::x_mac_cyrillic;
}

/// Returns: the name as the Standard writes it; ICU knows all single-byte ones by it but
/// ISO-8859-16.
std::string_view name_of(encoding e);

/// Takes: a label in any case, with blanks around it. Returns: none if no browser knows it.
std::optional<encoding> encoding_of_label(std::string_view label);

/// What the bytes 0x80 to 0xff of a single-byte encoding mean; 0: nothing.
/// Takes: e with is_single_byte(e). Cost: the first call loads all of them, in 0.3 ms.
using high_half = std::array<char16_t, 128>;
const high_half& high_half_of(encoding e);

/// Code points by pointer, a pointer being what the Standard computes of lead and trail byte; 0:
/// none. Loaded from ICU when first used (about a millisecond and 100 KB each), and mended where
/// ICU's tables differ from what browsers use.
using wide_index = std::vector<char32_t>;
const wide_index& gb18030_index();
const wide_index& jis0208_index();
const wide_index& jis0212_index();
const wide_index& euc_kr_index();
const wide_index& big5_index();
/// The part of the Basic Multilingual Plane that gb18030 writes in four bytes, by pointer;
/// ascending but for one.
const wide_index& gb18030_ranges();

/// The one place where gb18030's four-byte part breaks its order: U+E7C7 stands there, since
/// U+1E3F has two bytes.
inline constexpr std::size_t gb18030_odd_pointer = 7457;
inline constexpr char32_t gb18030_odd_code_point = 0xe7c7;

/// Two-byte places which meant a private-use code point before the standard of 2022 gave
/// them a real one; those still encode to their old places.
struct gb18030_change {
  std::uint16_t pointer;
  char16_t before;
  char16_t now;
};
const std::array<gb18030_change, 18>& gb18030_changes();

inline constexpr std::size_t big5_encoder_pointer_min = (0xa1 - 0x81) * 157;

/// Appends UTF-8. Malformed parts become U+FFFD, and how much of the input one stands for is as
/// the Standard says: an ASCII byte is never swallowed by the broken character before it.
void decode_bytes(encoding e, std::string_view bytes, std::string& out);

/// Writes code points one after the other in an encoding.
class encoder {
public:
  explicit encoder(encoding e) : encoding_(e) {}

  /// Appends the bytes. Returns: false if there are none for `c`; what was appended then only
  /// ends a shift state.
  bool put(char32_t c, std::string& out);
  /// Appends what ends the text.
  void finish(std::string& out);

private:
  enum class jp_state { ascii, roman, jis0208 };

  bool put_gb(char32_t c, std::string& out) const;
  bool put_iso_2022_jp(char32_t c, std::string& out);
  void shift_to(jp_state s, std::string& out);

  encoding encoding_;
  jp_state state_ = jp_state::ascii;
};

} // namespace troupe::crawl
