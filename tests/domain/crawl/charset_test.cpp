// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/charset.hpp"

#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/utf8.hpp"

using namespace troupe::crawl;
using namespace std::string_view_literals;

namespace {

charset named(std::string_view label) {
  auto found = charset::by_label(label);
  BOOST_REQUIRE_MESSAGE(found, "label " << label);
  return std::move(*found);
}

struct row {
  std::string_view label;
  std::string_view bytes;
  std::string_view text;
};

void check_decoding(const auto& rows) {
  for (const row& r : rows) {
    const std::string text = named(r.label).decode(r.bytes);
    BOOST_TEST(text == r.text, r.label << ": '" << text << "', not '" << r.text << "'");
    BOOST_TEST(is_valid_utf8(text));
  }
}

/// All labels that lead to multi-byte decoders, for what must hold of each.
constexpr std::string_view wide_labels[] = {"gbk",         "gb18030",  "big5",
                                            "euc-jp",      "euc-kr",   "shift_jis",
                                            "iso-2022-jp", "utf-16le", "utf-16be"};

} // namespace

BOOST_AUTO_TEST_SUITE(charsets)

BOOST_AUTO_TEST_CASE(labels_lead_to_the_encoding_that_browsers_use) {
  static constexpr std::pair<std::string_view, std::string_view> rows[] = {
      {"utf-8", "UTF-8"},
      {"UTF8", "UTF-8"},
      {" utf-8\n", "UTF-8"},
      {"unicode-1-1-utf-8", "UTF-8"},
      {"ascii", "windows-1252"},
      {"us-ascii", "windows-1252"},
      {"iso-8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {" Latin1 ", "windows-1252"},
      {"cp1252", "windows-1252"},
      {"iso-8859-9", "windows-1254"},
      {"latin5", "windows-1254"},
      {"gb2312", "GBK"},
      {"GB_2312-80", "GBK"},
      {"x-gbk", "GBK"},
      {"gb18030", "gb18030"},
      {"big5-hkscs", "Big5"},
      {"cn-big5", "Big5"},
      {"sjis", "Shift_JIS"},
      {"windows-31j", "Shift_JIS"},
      {"ms932", "Shift_JIS"},
      {"x-sjis", "Shift_JIS"},
      {"x-euc-jp", "EUC-JP"},
      {"csiso2022jp", "ISO-2022-JP"},
      {"ks_c_5601-1987", "EUC-KR"},
      {"windows-949", "EUC-KR"},
      {"koi8", "KOI8-R"},
      {"koi8-ru", "KOI8-U"},
      {"cp866", "IBM866"},
      {"dos-874", "windows-874"},
      {"tis-620", "windows-874"},
      {"logical", "ISO-8859-8-I"},
      {"visual", "ISO-8859-8"},
      {"l10", ""},
      {"latin6", "ISO-8859-10"},
      {"iso-8859-16", "ISO-8859-16"},
      {"l9", "ISO-8859-15"},
      {"mac", "macintosh"},
      {"x-mac-ukrainian", "x-mac-cyrillic"},
      {"utf-16", "UTF-16LE"},
      {"ucs-2", "UTF-16LE"},
      {"unicodefffe", "UTF-16BE"},
      {"hz-gb-2312", "replacement"},
      {"iso-2022-kr", "replacement"},
      {"iso-2022-cn", "replacement"},
      {"x-user-defined", "x-user-defined"},
      {"utf-7", ""},
      {"utf-32", ""},
      {"ebcdic", ""},
      {"", ""},
      {"utf -8", ""},
      {"utf-8\0"sv, ""},
      {"a-label-that-is-far-too-long-for-any-table", ""}};
  for (const auto& [label, name] : rows) {
    const auto found = charset::by_label(label);
    BOOST_TEST((found ? found->name() : ""sv) == name, "label '" << label << "'");
    if (found)
      BOOST_TEST(found->utf8() == (name == "UTF-8"));
  }
}

BOOST_AUTO_TEST_CASE(a_name_is_its_own_label) {
  for (const auto label : wide_labels)
    BOOST_TEST(named(named(label).name()).name() == named(label).name());
}

BOOST_AUTO_TEST_CASE(a_new_charset_is_utf_8_and_so_is_a_moved_from_one) {
  charset one;
  BOOST_TEST(one.utf8());
  charset other = named("gbk");
  one = std::move(other);
  BOOST_TEST(one.name() == "GBK");
  BOOST_TEST(one.decode("\xd6\xd0") == "中");
}

BOOST_AUTO_TEST_CASE(utf_8_is_repaired_by_maximal_parts) {
  static constexpr row rows[] = {
      {"utf-8", "", ""},
      {"utf-8", "plain", "plain"},
      {"utf-8", "a\0b"sv, "a\0b"sv},
      {"utf-8", "é日💩", "é日💩"},
      {"utf-8", "\xff", "\ufffd"},
      {"utf-8", "a\x80z", "a\ufffdz"},
      {"utf-8", "\xc3", "\ufffd"},
      {"utf-8", "\xc3z", "\ufffdz"},
      {"utf-8", "\xe6\x97", "\ufffd"},
      {"utf-8", "\xe6\x97z", "\ufffdz"},
      {"utf-8", "\xf0\x9f\x92", "\ufffd"},
      {"utf-8", "\xf0\x9f\x92z", "\ufffdz"},
      {"utf-8", "\xf0\x9f\xc3\xa9", "\ufffdé"},
      {"utf-8", "\xc0\xaf", "\ufffd\ufffd"},
      {"utf-8", "\xe0\x80\xaf", "\ufffd\ufffd\ufffd"},
      {"utf-8", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"utf-8", "\xf0\x80\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"utf-8", "\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"utf-8", "\xf5\x80", "\ufffd\ufffd"},
      {"utf-8", "\xf4\x8f\xbf\xbf", "\U0010ffff"},
      {"utf-8", "\xef\xbf\xbf", "\uffff"},
  };
  check_decoding(rows);
}

BOOST_AUTO_TEST_CASE(single_bytes_mean_what_their_code_page_says) {
  static constexpr row rows[] = {
      {"latin1", "caf\xe9 \x80\x93\x94", "café €“”"},
      {"windows-1252", "\x81\x8d\x9d", "\u0081\u008d\u009d"},
      {"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
      {"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
      {"koi8-u", "\xae\xbe\xa4", "ўЎє"},
      {"ibm866", "\x8f\xe0", "Пр"},
      {"iso-8859-2", "\xb1\xea", "ąę"},
      {"iso-8859-5", "\xbf\xe0", "Пр"},
      {"iso-8859-6", "\xc7\xa1", "ا\ufffd"},
      {"iso-8859-7", "\xc1\xd2\xa4", "Α\ufffd€"},
      {"iso-8859-8-i", "\xe0", "א"},
      {"iso-8859-15", "\xa4\xbc", "€Œ"},
      {"iso-8859-16", "\x85\xa4\xaa\xba", "\u0085€Șș"},
      {"windows-1253", "\xaa\xc1", "\ufffdΑ"},
      {"windows-1255", "\xca\xe0", "\u05baא"},
      {"windows-1256", "\xc7\x81", "اپ"},
      {"windows-1258", "\xd2", "\u0309"},
      {"windows-874", "\xa1\xdb", "ก\ufffd"},
      {"macintosh", "\x8e\xf0", "é\uf8ff"},
      {"x-mac-cyrillic", "\x80\xff", "А€"},
      {"x-user-defined", "a\x80\xff", "a\uf780\uf7ff"},
      {"replacement", "anything", "\ufffd"},
      {"replacement", "", ""},
  };
  check_decoding(rows);
}

BOOST_AUTO_TEST_CASE(double_byte_text_is_decoded_and_ascii_is_never_swallowed) {
  static constexpr row rows[] = {
      {"gb2312", "\xd6\xd0\xce\xc4", "中文"},
      {"gbk", "\x80", "€"},
      {"gbk", "\x81\x40\xfe\xa0", "丂龻"},
      {"gbk", "\xa3\xa0\xa2\xe3", "\u3000€"},
      {"gbk", "\x81<b>", "\ufffd<b>"},
      {"gbk", "\xff", "\ufffd"},
      {"gbk", "\xd6", "\ufffd"},
      {"gbk", "\xd6\xff.", "\ufffd."},
      {"gb18030", "\x81\x30\x81\x30", "\u0080"},
      {"gb18030", "\x95\x32\x82\x36", "\U00020000"},
      {"gb18030", "\x84\x31\xa4\x37", "\ufffd"},
      {"gb18030", "\xe3\x32\x9a\x35", "\U0010ffff"},
      {"gb18030", "\xe3\x32\x9a\x36", "\ufffd"},
      {"gb18030", "\x81\x35\xf4\x37", "\ue7c7"},
      {"gb18030", "\xa8\xbc\xa6\xd9", "\u1e3f\ufe10"},
      {"gb18030", "\x81\x30", "\ufffd"},
      {"gb18030", "\x81\x30\x81", "\ufffd"},
      {"gb18030", "\x81\x30z", "\ufffd0z"},
      {"gb18030", "\x81\x30\x81z", "\ufffd0亃"},
      {"big5", "\xa4\xa4\xa4\xe5", "中文"},
      {"big5", "\x88\x62\x88\x64\x88\xa3\x88\xa5", "Ê\u0304Ê\u030cê\u0304ê\u030c"},
      {"big5", "\x87\x40", "\u43f0"},
      {"big5", "\xa4<", "\ufffd<"},
      {"big5", "\xa4\x80.", "\ufffd."},
      {"big5", "\x80\xff\xa4", "\ufffd\ufffd\ufffd"},
      {"euc-kr", "\xc7\xd1\xb1\xdb", "한글"},
      {"euc-kr", "\x81\x41", "갂"},
      {"euc-kr", "\xc9\xa1\xfe\xfe.", "\ufffd\ufffd."},
      {"euc-kr", "\xc7\"", "\ufffd\""},
      {"euc-jp", "\xc6\xfc\xcb\xdc\x8e\xb1\x8f\xb0\xa1", "日本ｱ丂"},
      {"euc-jp", "\x8f\xf3\xf3.", "\ufffd."},
      {"euc-jp", "\x8e<\x8f<\x8f\xb0<\xc6<", "\ufffd<\ufffd<\ufffd<\ufffd<"},
      {"euc-jp", "\x8e\xe0.\x8f", "\ufffd.\ufffd"},
      {"euc-jp", "\x8f\xb0", "\ufffd"},
      {"euc-jp", "\xa0\xff\x80", "\ufffd\ufffd\ufffd"},
      {"shift_jis", "\x93\xfa\x96\x7b\xb1\x5c\x7e", "日本ｱ\\~"},
      {"shift_jis", "\x81\x60\x81\x7c\x87\x40\xfa\x40", "～－①ⅰ"},
      {"shift_jis", "\xf0\x40\xf9\xfc", "\ue000\ue757"},
      {"shift_jis", "\x80", "\u0080"},
      {"shift_jis", "\x81\"", "\ufffd\""},
      {"shift_jis", "\xa0\xfd\xff\x81", "\ufffd\ufffd\ufffd\ufffd"},
      {"shift_jis", "\x85\x40\x85\x9f", "\ufffd@\ufffd"},
  };
  check_decoding(rows);
}

BOOST_AUTO_TEST_CASE(iso_2022_jp_shifts_and_gives_no_cover_to_hidden_text) {
  static constexpr row rows[] = {
      {"iso-2022-jp", "a\x1b$BF|K\\\x1b(Bz", "a日本z"},
      {"iso-2022-jp", "\x1b$@F|\x1b(J\\~a", "日¥‾a"},
      {"iso-2022-jp", "\x1b(I1\x1b(B1", "ｱ1"},
      {"iso-2022-jp", "\x1b(B\x1b(Ba", "\ufffda"},
      {"iso-2022-jp", "\x1b$B\x1b(Ba", "\ufffda"},
      {"iso-2022-jp", "\x1b", "\ufffd"},
      {"iso-2022-jp", "\x1b(", "\ufffd("},
      {"iso-2022-jp", "\x1b$Cx", "\ufffd$Cx"},
      {"iso-2022-jp", "\x1b$BF", "\ufffd"},
      {"iso-2022-jp", "\x1b$BF\x1b(Ba", "\ufffda"},
      {"iso-2022-jp",
       "\x1b$B\x20"
       "F|",
       "\ufffd日"},
      {"iso-2022-jp",
       "\x1b$BF\x20"
       "F|",
       "\ufffd日"},
      {"iso-2022-jp", "\x0e\x0f\x80", "\ufffd\ufffd\ufffd"},
      {"iso-2022-jp", "\x1b(I\x60", "\ufffd"},
  };
  check_decoding(rows);
}

BOOST_AUTO_TEST_CASE(utf_16_is_decoded_and_lone_halves_are_replaced) {
  static constexpr row rows[] = {
      {"utf-16le", "a\0\xe9\0\xe5\x65"sv, "aé日"},
      {"utf-16be", "\0a\0\xe9\x65\xe5"sv, "aé日"},
      {"utf-16le", "\x3d\xd8\xa9\xdc"sv, "💩"},
      {"utf-16be", "\xd8\x3d\xdc\xa9"sv, "💩"},
      {"utf-16le",
       "\x3d\xd8"
       "a\0"sv,
       "\ufffda"},
      {"utf-16le",
       "\xa9\xdc"
       "a\0"sv,
       "\ufffda"},
      {"utf-16le", "\x3d\xd8\x3d\xd8\xa9\xdc"sv, "\ufffd💩"},
      {"utf-16le", "a\0b"sv, "a\ufffd"},
      {"utf-16le", "\x3d\xd8", "\ufffd"},
      {"utf-16le", "\x3d\xd8z", "\ufffd"},
      {"utf-16le", "\0\0"sv, "\0"sv},
  };
  check_decoding(rows);
}

BOOST_AUTO_TEST_CASE(any_bytes_decode_to_valid_utf_8_in_bounded_room) {
  std::mt19937 random{7};
  for (const auto label : {"utf-8"sv, "windows-1252"sv, "x-user-defined"sv, wide_labels[0],
                           wide_labels[1], wide_labels[2], wide_labels[3], wide_labels[4],
                           wide_labels[5], wide_labels[6], wide_labels[7], wide_labels[8]}) {
    const charset set = named(label);
    for (int i = 0; i < 2'000; ++i) {
      std::string bytes(random() % 40, '\0');
      for (char& c : bytes)
        c = static_cast<char>(random() % 4 == 0 ? random() % 128 : random());
      const std::string text = set.decode(bytes);
      BOOST_TEST(is_valid_utf8(text), label);
      BOOST_TEST(text.size() <= 4 * bytes.size() + 3, label);
    }
  }
}

BOOST_AUTO_TEST_CASE(valid_utf_8_is_told_from_everything_else_at_every_offset) {
  static constexpr std::string_view good[] = {
      "",       "a",      "é",      "日",         "💩",          "\u0080", "\u07ff",
      "\u0800", "\ud7ff", "\ue000", "\U00010000", "\U0010ffff", "\0"sv};
  static constexpr std::string_view bad[] = {"\x80",
                                             "\xbf",
                                             "\xc0\x80",
                                             "\xc1\xbf",
                                             "\xc2",
                                             "\xc2z",
                                             "\xe0\x9f\xbf",
                                             "\xe0\xa0",
                                             "\xed\xa0\x80",
                                             "\xed\xbf\xbf",
                                             "\xef\xbf",
                                             "\xf0\x8f\xbf\xbf",
                                             "\xf0\x90\x80",
                                             "\xf4\x90\x80\x80",
                                             "\xf5\x80\x80\x80",
                                             "\xfe",
                                             "\xff"};
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 12; ++after) {
      const std::string left(before, 'x');
      const std::string right(after, 'y');
      for (const auto text : good)
        BOOST_TEST(is_valid_utf8(left + std::string{text} + right), text);
      for (const auto text : bad)
        BOOST_TEST(!is_valid_utf8(left + std::string{text} + right), before << ' ' << after);
    }
  }
}

BOOST_AUTO_TEST_CASE(code_points_survive_a_round_trip_through_utf_8) {
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 37) {
    if (c >= 0xd800 && c <= 0xdfff)
      continue;
    std::string text;
    append_utf8(text, c);
    const utf8_step step = read_utf8(text, 0);
    BOOST_TEST((step.valid && step.code_point == c && step.bytes == text.size()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
