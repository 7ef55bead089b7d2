// SPDX-License-Identifier: BSD-3-Clause
// How charsets write queries, and how a document's charset is found.
#include <string>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/charset.hpp"

using namespace troupe::crawl;
using namespace std::string_view_literals;

namespace {

std::string encoded(std::string_view label, std::string_view text) {
  const auto found = charset::by_label(label);
  BOOST_REQUIRE_MESSAGE(found, "label " << label);
  return found->encode_query(text);
}

struct row {
  std::string_view label;
  std::string_view text;
  std::string_view result;
};

/// Not for texts of ISO-2022-JP that have a '%' as half a character.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct page_row {
  std::string_view body;
  std::string_view header;
  std::string_view name;
};

void check_pages(const auto& rows) {
  for (const page_row& r : rows) {
    const sniffed s = sniff_charset(r.body, r.header);
    BOOST_TEST(s.encoding.name() == r.name,
               "'" << r.body << "' sent as '" << r.header << "': " << s.encoding.name());
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(charset_queries)

BOOST_AUTO_TEST_CASE(queries_are_encoded_and_escaped) {
  static constexpr row rows[] = {
      {"utf-8", "a b'é", "a%20b%27%C3%A9"},
      {"utf-8", "\xff", "%EF%BF%BD"},
      {"utf-16be", "é", "%C3%A9"},
      {"replacement", "é", "%C3%A9"},
      {"windows-1252", "é€\u0081", "%E9%80%81"},
      {"windows-1252", "日💩", "%26%2326085%3B%26%23128169%3B"},
      {"windows-1253", "ª", "%26%23170%3B"},
      {"iso-8859-16", "Ș", "%AA"},
      {"x-user-defined", "\uf7ff\uf77f", "%FF%26%2363359%3B"},
      {"gbk", "中€", "%D6%D0%80"},
      {"gbk", "𠀀", "%26%23131072%3B"},
      {"gbk", "\ue5e5", "%26%2358853%3B"},
      {"gb18030", "€", "%A2%E3"},
      {"gb18030", "\u0080𠀀\U0010ffff", "%810%810%952%826%E32%9A5"},
      {"gb18030", "\ue7c7\u1e3f", "%815%F47%A8%BC"},
      {"gb18030", "\ufe10\ue78d", "%A6%D9%A6%D9"},
      {"big5", "中€", "%A4%A4%A3%E1"},
      {"big5", "═╞╡╪十卅", "%F9%F9%F9%E9%F9%EB%F9%EA%A4Q%A4%CA"},
      {"big5", "\u43f0", "%26%2317392%3B"},
      {"euc-kr", "한갂", "%C7%D1%81A"},
      {"euc-jp", "日ｱ¥‾−", "%C6%FC%8E%B1\\~%A1%DD"},
      {"euc-jp", "丂", "%26%2319970%3B"},
      {"shift_jis", "日ｱ¥‾−\u0080", "%93%FA%B1\\~%81|%80"},
      {"shift_jis", "纊①", "%FA\\%87@"},
      {"shift_jis", "€", "%26%238364%3B"},
      {"iso-2022-jp", "日本", "%1B$BF|K\\%1B(B"},
      {"iso-2022-jp", "¥a\\‾", "%1B(J\\a%1B(B\\%1B(J~%1B(B"},
      {"iso-2022-jp", "ｱ−", "%1B$B%%22!]%1B(B"},
      {"iso-2022-jp", "日💩", "%1B$BF|%1B(B%26%23128169%3B"},
      {"iso-2022-jp",
       "a\x1b"
       "b",
       "a%26%2365533%3Bb"},
      {"iso-2022-jp", "日\x0e", "%1B$BF|%1B(B%26%2365533%3B"},
  };
  for (const row& r : rows) {
    const std::string query = encoded(r.label, r.text);
    BOOST_TEST(query == r.result, r.label << ' ' << r.text << ": " << query);
  }
}

BOOST_AUTO_TEST_CASE(what_was_encoded_decodes_to_the_same_text) {
  static constexpr std::pair<std::string_view, std::string_view> rows[] = {
      {"gbk", "你好，世界——丂亐"},        {"gb18030", "你好\u0080ḿ𠀀\ue7c7ﬁ"},
      {"big5", "繁體中文，乂亍"},         {"shift_jis", "日本語のｶﾅ、ソ表能―①"},
      {"euc-jp", "日本語のｶﾅ、ソ表能①"},  {"iso-2022-jp", "日本語の表 ASCII \\~"},
      {"euc-kr", "한국어 똠방각하 漢字"}, {"windows-1251", "Съешь же ещё этих — №"},
      {"koi8-u", "Їжак і ґанок"},         {"windows-1255", "שלום"},
      {"windows-1256", "سلام پچگ"},       {"windows-874", "ภาษาไทย"},
      {"iso-8859-7", "Ελληνικά"},         {"macintosh", "naïve café “x”"},
  };
  for (const auto& [label, text] : rows)
    BOOST_TEST(charset::by_label(label)->decode(percent_decoded(encoded(label, text))) == text,
               label);
}

BOOST_AUTO_TEST_CASE(every_high_byte_of_a_code_page_survives_the_round_trip) {
  for (const auto label :
       {"ibm866", "iso-8859-2", "iso-8859-3", "iso-8859-6", "iso-8859-8", "iso-8859-16", "koi8-r",
        "koi8-u", "macintosh", "windows-874", "windows-1250", "windows-1252", "windows-1253",
        "windows-1255", "windows-1257", "x-mac-cyrillic", "x-user-defined"}) {
    const auto set = charset::by_label(label);
    for (int b = 0x80; b < 0x100; ++b) {
      const std::string byte(1, static_cast<char>(b));
      const std::string text = set->decode(byte);
      if (text != "\ufffd")
        BOOST_TEST(percent_decoded(set->encode_query(text)) == byte, label << ' ' << b);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_comes_before_everything) {
  const sniffed utf8 = sniff_charset("\xef\xbb\xbf<meta charset=gbk>", "text/html;charset=gbk");
  BOOST_TEST(utf8.encoding.utf8());
  BOOST_TEST(utf8.bom_bytes == 3u);
  const sniffed little = sniff_charset("\xff\xfe<\0"sv, "text/html; charset=utf-8");
  BOOST_TEST(little.encoding.name() == "UTF-16LE");
  BOOST_TEST(little.bom_bytes == 2u);
  const sniffed big = sniff_charset("\xfe\xff\0<"sv, "");
  BOOST_TEST(big.encoding.name() == "UTF-16BE");
  BOOST_TEST(big.bom_bytes == 2u);
  BOOST_TEST(sniff_charset("<meta charset=gbk>", "").bom_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(the_header_comes_before_the_page) {
  static constexpr std::string_view page = "<meta charset=koi8-r>";
  static constexpr page_row rows[] = {
      {page, "text/html; charset=gbk", "GBK"},
      {page, "text/html;charset=\"gbk\"", "GBK"},
      {page, "text/html; CHARSET = gbk", "KOI8-R"},
      {page, "text/html;  Charset=gbk ; x=y", "GBK"},
      {page, "text/html; x=\"a;charset=gbk\"; charset=big5", "Big5"},
      {page, "text/html; x=\"a\\\";\"; charset=big5", "Big5"},
      {page, "text/html; charset=", "KOI8-R"},
      {page, "text/html; charset=nonsense", "KOI8-R"},
      {page, "text/html; xcharset=gbk", "KOI8-R"},
      {page, "text/html", "KOI8-R"},
      {page, "charset=gbk", "KOI8-R"},
      {page, "text/html;", "KOI8-R"},
      {page, "text/html; charset=\"gbk", "GBK"},
      {page, "text/html; charset=utf-16le", "UTF-16LE"},
      {page, "", "KOI8-R"},
  };
  check_pages(rows);
}

BOOST_AUTO_TEST_CASE(the_page_says_its_charset_in_a_meta_tag) {
  static constexpr page_row rows[] = {
      {"<meta charset=gbk>", "", "GBK"},
      {"<META CHARSET='GBK'>", "", "GBK"},
      {"<meta\tcharset = \"gbk\" />", "", "GBK"},
      {"<meta/charset=gbk>", "", "GBK"},
      {"<meta charset=utf-16>", "", "UTF-8"},
      {"<meta charset=utf-16be>", "", "UTF-8"},
      {"<meta charset=x-user-defined>", "", "windows-1252"},
      {"<meta http-equiv=Content-Type content='text/html; charset=gbk'>", "", "GBK"},
      {"<meta content='text/html; charset=gbk' http-equiv=content-type>", "", "GBK"},
      {"<meta content='text/html; charset=gbk'>", "", "UTF-8"},
      {"<meta http-equiv=refresh content='text/html; charset=gbk'>", "", "UTF-8"},
      {"<meta http-equiv=content-type content='charset = \"gbk\"'>", "", "GBK"},
      {"<meta http-equiv=content-type content='charset=\"gbk'>", "", "UTF-8"},
      {"<meta http-equiv=content-type content='charset charset=gbk'>", "", "GBK"},
      {"<meta http-equiv=content-type content='charset=gbk;x'>", "", "GBK"},
      {"<meta http-equiv=content-type content='charset'>", "", "UTF-8"},
      {"<meta charset=nonsense><meta charset=gbk>", "", "GBK"},
      {"<meta charset=big5 charset=gbk>", "", "Big5"},
      {"<meta charset=big5 http-equiv=content-type content='charset=gbk'>", "", "Big5"},
      {"<meta http-equiv=content-type content='charset=gbk' charset=big5>", "", "Big5"},
      {"<meta name=x content=y><meta charset=gbk>", "", "GBK"},
      {"<metacharset=gbk>", "", "UTF-8"},
      {"<metas charset=gbk>", "", "UTF-8"},
      {"</meta charset=gbk>", "", "UTF-8"},
      {"<meta charset=gbk", "", "UTF-8"},
      {"<meta charset='gbk", "", "UTF-8"},
      {"<meta charset>", "", "UTF-8"},
      {"<!-- <meta charset=big5> --><meta charset=gbk>", "", "GBK"},
      {"<!--><meta charset=gbk>", "", "GBK"},
      {"<!---><meta charset=gbk>", "", "GBK"},
      {"<!-- <meta charset=gbk>", "", "UTF-8"},
      {"<!doctype html><html lang='<meta charset=big5>'><meta charset=gbk>", "", "GBK"},
      {"<p title=\"<meta charset=big5>\"/><meta charset=gbk>", "", "GBK"},
      {"<? <meta charset=big5> ?><meta charset=gbk>", "", "GBK"},
      {"<?php ><meta charset=gbk>", "", "GBK"},
      {"< meta charset=big5><meta charset=gbk>", "", "GBK"},
      {"<<meta charset=gbk>", "", "GBK"},
      {"<a b=c/><meta charset=gbk>", "", "GBK"},
      {"<a =b><meta charset=gbk>", "", "GBK"},
      {"<?xml version='1.0' encoding='gbk'?><p>", "", "GBK"},
      {"<?xml version='1.0' encoding = \"utf-16\"?><p>", "", "UTF-8"},
      {"<?xml version='1.0' encoding='gbk'?><meta charset=big5>", "", "Big5"},
      {"<?xml version='1.0' encoding=gbk?>\xe9!", "", "windows-1252"},
      {"<\0?\0x\0m\0l\0"sv, "", "UTF-16LE"},
      {"\0<\0?\0x\0m\0l"sv, "", "UTF-16BE"},
  };
  check_pages(rows);
}

BOOST_AUTO_TEST_CASE(only_the_first_1024_bytes_are_scanned) {
  const std::string_view meta = "<meta charset=gbk>";
  const std::string spaces(1024 - meta.size(), ' ');
  BOOST_TEST(sniff_charset(spaces + std::string{meta}, "").encoding.name() == "GBK");
  BOOST_TEST(sniff_charset(spaces + " " + std::string{meta}, "").encoding.name() == "UTF-8");
}

BOOST_AUTO_TEST_CASE(without_a_word_it_is_utf_8_if_it_can_be_and_else_windows_1252) {
  static constexpr page_row rows[] = {
      {"", "", "UTF-8"},
      {"plain", "", "UTF-8"},
      {"日本語", "", "UTF-8"},
      {"caf\xe9!", "", "windows-1252"},
      {"caf\xe9", "", "UTF-8"}, // may be cut off
      {"日本\xe8\xaa", "", "UTF-8"},
      {"日本\xf0\x9f\x92", "", "UTF-8"},
      {"日本\xf0\x9f\x92z", "", "windows-1252"},
      {"日本\xff", "", "windows-1252"},
      {"日本\xe8\xaa\x9e\x80", "", "windows-1252"},
      {"\xed\xa0\x80", "", "windows-1252"},
  };
  check_pages(rows);
}

BOOST_AUTO_TEST_SUITE_END()
