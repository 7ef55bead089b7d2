// SPDX-License-Identifier: BSD-3-Clause
// The tables come from ICU, which differs from what browsers do in places; those places are
// listed here. Private-use code points of ICU's tables mean "nothing" in the Standard's.
#include <algorithm>
#include <memory>

#include <unicode/ucnv.h>

#include "domain/crawl/encoding.hpp"

namespace troupe::crawl {

namespace {

class icu_converter {
public:
  explicit icu_converter(const char* name) {
    UErrorCode error = U_ZERO_ERROR;
    converter_.reset(ucnv_open(name, &error));
  }

  /// Returns: the one code point that the bytes mean; 0 if they mean nothing, or two of them.
  char32_t operator()(std::string_view bytes) const {
    if (!converter_)
      return 0;
    UErrorCode error = U_ZERO_ERROR;
    UChar units[8];
    ucnv_reset(converter_.get());
    const std::int32_t count = ucnv_toUChars(converter_.get(), units, 8, bytes.data(),
                                             static_cast<std::int32_t>(bytes.size()), &error);
    if (U_FAILURE(error) || count < 1 || count > 2)
      return 0;
    char32_t c = units[0];
    if (count == 2) {
      if (!U16_IS_LEAD(units[0]) || !U16_IS_TRAIL(units[1]))
        return 0;
      c = static_cast<char32_t>(U16_GET_SUPPLEMENTARY(units[0], units[1]));
    }
    return c == 0xfffd || c == 0x1a ? 0 : c;
  }

private:
  struct closer {
    void operator()(UConverter* c) const { ucnv_close(c); }
  };
  std::unique_ptr<UConverter, closer> converter_;
};

bool is_private_use(char32_t c) { return c >= 0xe000 && c <= 0xf8ff; }

/// Takes: the first lead byte, and the trail bytes in order of their pointers.
wide_index load(const char* name, std::string_view prefix, unsigned first_lead,
                const std::string& trails, std::size_t size) {
  const icu_converter convert{name};
  wide_index index(size);
  std::string bytes{prefix};
  bytes.append(2, '\0');
  for (std::size_t pointer = 0; pointer < size; ++pointer) {
    bytes[prefix.size()] = static_cast<char>(first_lead + pointer / trails.size());
    bytes[prefix.size() + 1] = trails[pointer % trails.size()];
    const char32_t c = convert(bytes);
    index[pointer] = is_private_use(c) ? 0 : c;
  }
  return index;
}

void append_byte_range(std::string& bytes, unsigned first, unsigned last) {
  for (unsigned b = first; b <= last; ++b)
    bytes.push_back(static_cast<char>(b));
}

std::string byte_ranges(unsigned first, unsigned last, unsigned first2, unsigned last2) {
  std::string bytes;
  append_byte_range(bytes, first, last);
  append_byte_range(bytes, first2, last2);
  return bytes;
}

// Source: GB 18030-2022, as the Encoding Standard applies it.
constexpr std::array<gb18030_change, 18> gb_changes = {{
    {7182, 0xe78d, 0xfe10},
    {7183, 0xe78e, 0xfe12},
    {7184, 0xe78f, 0xfe11},
    {7185, 0xe790, 0xfe13},
    {7186, 0xe791, 0xfe14},
    {7187, 0xe792, 0xfe15},
    {7188, 0xe793, 0xfe16},
    {7201, 0xe794, 0xfe17},
    {7202, 0xe795, 0xfe18},
    {7208, 0xe796, 0xfe19},
    {23775, 0xe81e, 0x9fb4},
    {23783, 0xe826, 0x9fb5},
    {23788, 0xe82b, 0x9fb6},
    {23789, 0xe82c, 0x9fb7},
    {23795, 0xe832, 0x9fb8},
    {23812, 0xe843, 0x9fb9},
    {23829, 0xe854, 0x9fba},
    {23845, 0xe864, 0x9fbb},
}};

struct pointer_run {
  std::uint16_t pointer;
  char16_t code_point;
  std::uint8_t count;
};

// Big5 with the Hong Kong additions: what ICU's table leaves out, often since the character
// stands in a second place.
constexpr pointer_run big5_additions[] = {
    {1008, 0x9f97, 1},  {1016, 0x9f96, 1},  {1099, 0x31c0, 5},  {1105, 0x31c5, 1},
    {1108, 0x31c6, 2},  {1112, 0x31c8, 1},  {1114, 0x31c9, 4},  {1119, 0x31cd, 2},
    {1170, 0x23da, 2},  {1730, 0x9fa6, 1},  {1772, 0x9fa7, 1},  {1779, 0x9fa8, 1},
    {1812, 0x9fa9, 1},  {1814, 0x9faa, 1},  {1816, 0x9fab, 1},  {1821, 0x9fac, 1},
    {1844, 0x9fad, 2},  {1847, 0x9faf, 1},  {1866, 0x9fb2, 1},  {1892, 0x9fb3, 1},
    {2082, 0x7bb8, 1},  {2088, 0x7c06, 1},  {2103, 0x7cce, 1},  {2114, 0x7dd2, 1},
    {2123, 0x7e1d, 1},  {2148, 0x8005, 1},  {2151, 0x8028, 1},  {2221, 0x83c1, 1},
    {2239, 0x84a8, 1},  {2244, 0x840f, 1},  {2303, 0x89a6, 1},  {2304, 0x89a9, 1},
    {2354, 0x8d77, 1},  {2400, 0x90fd, 1},  {2413, 0x92b9, 1},  {2477, 0x975c, 1},
    {2498, 0x97ff, 1},  {2605, 0x9f16, 1},  {2673, 0x8503, 1},  {2746, 0x5159, 1},
    {2747, 0x515b, 1},  {2748, 0x515d, 2},  {2771, 0x936e, 1},  {2780, 0x7479, 1},
    {2990, 0x6d67, 1},  {3087, 0x799b, 1},  {3259, 0x9097, 1},  {3301, 0x975d, 1},
    {3436, 0x701e, 1},  {3451, 0x5b28, 1},  {4136, 0x7201, 1},  {4138, 0x77d7, 1},
    {4141, 0x7e87, 1},  {4182, 0x99d6, 1},  {4206, 0x91d4, 1},  {4220, 0x60de, 1},
    {4230, 0x6fb6, 1},  {4241, 0x8f36, 1},  {4258, 0x4fbb, 1},  {4273, 0x71df, 1},
    {4279, 0x9104, 1},  {4282, 0x9df0, 1},  {4294, 0x83cf, 1},  {4329, 0x5c10, 1},
    {4330, 0x79e3, 1},  {4349, 0x5a67, 1},  {4419, 0x8f0b, 1},  {4422, 0x7b51, 1},
    {4494, 0x62d0, 1},  {4624, 0x6062, 1},  {4694, 0x75f9, 1},  {4708, 0x6c4a, 1},
    {4742, 0x9b2e, 1},  {4748, 0x9f17, 1},  {4815, 0x50ed, 1},  {4828, 0x5f0c, 1},
    {4902, 0x880f, 1},  {4922, 0x62ce, 1},  {4982, 0x7468, 1},  {4992, 0x7162, 1},
    {4997, 0x7250, 1},  {5432, 0x2400, 32}, {5464, 0x2421, 1},  {10942, 0x5ef4, 1},
    {10946, 0x65e0, 1}, {10948, 0x7676, 1}, {10950, 0x96b6, 1}, {10957, 0x3003, 1},
    {10958, 0x4edd, 1}, {11204, 0x31cf, 1}, {11210, 0x9fb0, 1}, {11212, 0x9fb1, 1},
    {19028, 0x5029, 1}, {19035, 0x507d, 1}, {19088, 0x5305, 1}, {19096, 0x5344, 1},
    {19112, 0x537f, 1}, {19162, 0x5605, 1}, {19240, 0x5a77, 1}, {19299, 0x5e75, 1},
    {19305, 0x5ed0, 1}, {19326, 0x5f58, 1}, {19355, 0x60a4, 1}, {19398, 0x6490, 1},
    {19439, 0x6674, 1}, {19454, 0x675e, 1}, {19553, 0x6c9c, 1}, {19554, 0x6e1d, 1},
    {19557, 0x6e2f, 1}, {19611, 0x716e, 1}, {19643, 0x732a, 1}, {19672, 0x745c, 1},
    {19697, 0x74e9, 1}, {19748, 0x7809, 1},
};

// ICU has no converter for this one. From U+00A0 on; below are the C1 controls.
constexpr std::u16string_view iso_8859_16_letters = u"\u00a0ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸż"
                                                    u"ÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚß"
                                                    u"àáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ";
static_assert(iso_8859_16_letters.size() == 96);

high_half load_high_half(encoding e) {
  high_half high{};
  if (e == encoding::iso_8859_16) {
    for (std::size_t i = 0; i < 128; ++i)
      high[i] = i < 32 ? static_cast<char16_t>(0x80 + i) : iso_8859_16_letters[i - 32];
    return high;
  }
  const icu_converter convert{name_of(e).data()}; // the names are literals, so they end in NUL
  for (std::size_t i = 0; i < 128; ++i) {
    const char byte = static_cast<char>(0x80 + i);
    const char32_t c = convert({&byte, 1});
    // Apple's logo in the Mac encodings is a private-use code point that browsers do show.
    const bool mac = e == encoding::macintosh || e == encoding::x_mac_cyrillic;
    high[i] = is_private_use(c) && !mac ? 0 : static_cast<char16_t>(c);
  }
  if (e == encoding::koi8_u) {
    high[0xae - 0x80] = 0x45e;
    high[0xbe - 0x80] = 0x40e;
  } else if (e == encoding::windows_1253) {
    high[0xaa - 0x80] = 0;
  } else if (e == encoding::windows_1255) {
    high[0xca - 0x80] = 0x5ba;
  }
  return high;
}

} // namespace

const high_half& high_half_of(encoding e) {
  constexpr auto first = static_cast<std::size_t>(encoding::ibm866);
  constexpr auto last = static_cast<std::size_t>(encoding::x_mac_cyrillic);
  static const auto halves = [] {
    std::array<high_half, last - first + 1> made;
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = load_high_half(static_cast<encoding>(first + i));
    return made;
  }();
  return halves[static_cast<std::size_t>(e) - first];
}

const std::array<gb18030_change, 18>& gb18030_changes() { return gb_changes; }

const wide_index& gb18030_index() {
  static const wide_index index = [] {
    const icu_converter convert{"gb18030"};
    const std::string trails = byte_ranges(0x40, 0x7e, 0x80, 0xfe);
    wide_index made(126 * 190);
    for (std::size_t pointer = 0; pointer < made.size(); ++pointer) {
      const char bytes[2] = {static_cast<char>(0x81 + pointer / 190), trails[pointer % 190]};
      made[pointer] = convert({bytes, 2}); // with its private-use code points: they are official
    }
    for (const auto& change : gb_changes)
      made[change.pointer] = change.now;
    made[6555] = 0x3000; // pages do use this second ideographic space
    return made;
  }();
  return index;
}

const wide_index& gb18030_ranges() {
  static const wide_index index = [] {
    // Whatever has no two-byte place in the standard of 2005, in order.
    std::vector<bool> two_bytes(0x10000);
    for (const char32_t c : gb18030_index())
      if (c < 0x10000)
        two_bytes[c] = true;
    for (const auto& change : gb_changes) {
      two_bytes[change.now] = false;
      two_bytes[change.before] = true;
    }
    two_bytes[0xe5e5] = true;
    two_bytes[0x1e3f] = false; // replaced below
    two_bytes[gb18030_odd_code_point] = true;
    wide_index made;
    made.reserve(39'420);
    for (char32_t c = 0x80; c < 0x10000; ++c)
      if (!two_bytes[c] && (c < 0xd800 || c > 0xdfff))
        made.push_back(c);
    made.resize(39'420);
    made[gb18030_odd_pointer] = gb18030_odd_code_point;
    return made;
  }();
  return index;
}

const wide_index& jis0208_index() {
  static const wide_index index = [] {
    // Lead bytes of Shift_JIS are not contiguous, so that rows are read half by half.
    const std::string trails = byte_ranges(0x40, 0x7e, 0x80, 0xfc);
    wide_index made = load("ibm-943_P15A-2003", "", 0x81, trails, 31 * 188);
    const wide_index rest = load("ibm-943_P15A-2003", "", 0xe0, trails, 29 * 188);
    made.insert(made.end(), rest.begin(), rest.end());
    return made;
  }();
  return index;
}

const wide_index& jis0212_index() {
  static const wide_index index =
      load("euc-jp-2007", "\x8f", 0xa1, byte_ranges(0xa1, 0xfe, 1, 0), 7'708);
  return index;
}

const wide_index& euc_kr_index() {
  static const wide_index index =
      load("windows-949-2000", "", 0x81, byte_ranges(0x41, 0xfe, 1, 0), 126 * 190);
  return index;
}

const wide_index& big5_index() {
  static const wide_index index = [] {
    wide_index made =
        load("ibm-1375_P100-2008", "", 0x81, byte_ranges(0x40, 0x7e, 0xa1, 0xfe), 126 * 157);
    for (const auto& run : big5_additions)
      for (unsigned i = 0; i < run.count; ++i)
        made[run.pointer + i] = run.code_point + i;
    return made;
  }();
  return index;
}

} // namespace troupe::crawl
