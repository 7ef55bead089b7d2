// SPDX-License-Identifier: BSD-3-Clause
// Links, as a browser's document would have them. The tables' rows were checked against an
// independent parser that follows the HTML Standard.

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/char_ref.hpp"
#include "domain/crawl/html.hpp"

using namespace troupe::crawl;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

const url page = *parse_url("http://h.test/d/p?q");

document read(std::string_view html, std::string_view type = "text/html; charset=utf-8",
              const limits& bounds = {}, const extract_spec& what = {}) {
  html_reader reader(what, bounds);
  return reader.read(html, page, type);
}

/// Returns: the links, those below http://h.test/d/ in short, '!' before nofollow ones.
std::string links_of(const document& d) {
  std::string out;
  for (const found_link& link : d.links) {
    std::string_view text = link.target.str();
    if (text.starts_with("http://h.test/d/"))
      text.remove_prefix(16);
    out += (out.empty() ? "" : " ") + (link.nofollow ? "!"s : ""s) + std::string(text);
  }
  return out;
}

struct row {
  std::string_view html;
  std::string_view links;
};

void check(const std::vector<row>& rows) {
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.html) {
      BOOST_TEST(links_of(read(r.html)) == r.links);
      // Selecting must not change what the links are, whichever way the document is fed.
      BOOST_TEST(
          links_of(read(r.html, "text/html; charset=utf-8", {}, {extract_spec::kind::css, ".item"}))
          == r.links);
      BOOST_TEST(
          links_of(read(r.html, "text/html; charset=utf-8", {}, {extract_spec::kind::css, "* > *"}))
          == r.links);
    }
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(html)

BOOST_AUTO_TEST_CASE(finds_links_in_all_elements_that_bear_them) {
  check({
      {"<a href=1>x</a><A HREF='2'>y</A><area href=\"3\">", "1 2 3"},
      {"<iframe src=1></iframe><iframe></iframe><iframe src=''></iframe>", "1"},
      {"<frameset><frame src=1><frame src=2></frameset><a href=3>", "1 2"},
      {"<body><frame src=1><a href=2>", "2"},
      {"<link rel='x NEXT' href=1><link rel=canonical href=2><link rel=stylesheet href=3>"
       "<link href=4><link rel=next><link rel=next href=''>",
       "1 2"},
      {"<img src=1><form action=2><object data=3><a name=4><abbr href=5><b href=6>", ""},
      {"<a href=1>a</a><a href=2>b</a><a href=1#f>c</a><a href=./1>d</a>", "1 2"},
      {"<a href=#x>", "p?q"},
      {"<a href=''>", "p?q"},
      {"<a href=mailto:x><a href=javascript:1><a href=ftp://x/><a href=//><a href=http://e.test>",
       "http://e.test/"},
      {"", ""},
      {"no markup at all", ""},
  });
}

BOOST_AUTO_TEST_CASE(resolves_against_the_first_base_wherever_it_stands) {
  check({
      {"<a href=x><base href=/b/><base href=/c/><a href=y>", "http://h.test/b/x http://h.test/b/y"},
      {"<base target=x><base href=//o.test/q/r><a href=y>", "http://o.test/q/y"},
      {"<base href='http://['><base href=/c/><a href=y>", "y"},
      {"<base href=javascript:1><a href=y>", "y"},
      {"<base href=ftp://f.test/><a href=y><a href=http://o.test/z>", "http://o.test/z"},
      {"<svg><base href=/q/></svg><template><base href=/r/></template><a href=y>", "y"},
  });
  BOOST_TEST(read("<base href=/b/c>").base.str() == "http://h.test/b/c");
  BOOST_TEST(read("<a href=x>").base.str() == page.str());
}

BOOST_AUTO_TEST_CASE(reads_refresh_in_all_forms_that_browsers_accept) {
  const auto refresh = [](std::string_view content) {
    return links_of(read("<meta content=\"" + std::string(content) + "\" http-equiv=Refresh>"));
  };
  for (const auto* content : {"0; url=n", "0;URL='n'", "0,n", "0 n", " 12.5.1 ; UrL =  'n'x'",
                              ".5;url=n", "0; 'n", "0;n"})
    BOOST_TEST(refresh(content) == "n", content);
  BOOST_TEST(refresh("0;urln") == "urln");
  BOOST_TEST(refresh("0; u=n") == "u=n");
  for (const auto* content : {"5", "0;", "0;url=", "x;url=n", "-1;url=n", "0url=n", "", ";url=n"})
    BOOST_TEST(refresh(content) == "", content);
  check({{"<meta http-equiv=refresh content='0;url=1'><meta http-equiv=refresh content='0;url=2'>",
          "1"}});
}

BOOST_AUTO_TEST_CASE(knows_what_may_not_be_followed) {
  check({
      {"<a rel='x NoFollow' href=1><a rel=nofollow href=2><a href=1><a rel=nofollow href=2#f>",
       "1 !2"},
      {"<a rel=nofollowx href=1><a rel=nofollow,x href=2>", "1 2"},
  });
  BOOST_TEST(read("<meta name=ROBOTS content='noindex, NoFollow'>").nofollow);
  BOOST_TEST(read("<meta name=robots content='noindex'>").noindex);
  BOOST_TEST(!read("<meta name=robots content='noindex'>").nofollow);
  BOOST_TEST(read("<meta content=none name=robots>").nofollow);
  BOOST_TEST(!read("<meta name=somebot content=none>").nofollow);
  BOOST_TEST(!read("<!-- <meta name=robots content=none> -->").nofollow);
}

BOOST_AUTO_TEST_CASE(skips_comments_and_junk_as_browsers_do) {
  check({
      {"<!--><a href=1>x</a>--><a href=2>", "1 2"},
      {"<!---><a href=1>x</a>-->", "1"},
      {"<!-- --!><a href=1>-->", "1"},
      {"<!-- <!-- --><a href=1>", "1"},
      {"<!-- a > -- > <a href=0> --><a href=1>", "1"},
      {"<!-- unclosed <a href=1>", ""},
      {"<![CDATA[ <a href=1> ]]><a href=2>", "2"},
      {"<svg><![CDATA[ <a href=1> ]]></svg><a href=2>", "2"},
      {"<?php echo \"<a href=1>\"; ?><a href=2>", "2"},
      {"<!foo <a href=1>><a href=2>", "2"},
      {"</ <a href=1>><a href=2></><a href=3>", "2 3"},
      {"<!DOCTYPE html PUBLIC \"x>y\"><a href=1>", "1"},
      {"1 < 2 <a href=1> 3 > 2 << <a href=2>", "1 2"},
  });
}

BOOST_AUTO_TEST_CASE(takes_text_elements_for_text) {
  check({
      {"<textarea><a href=1></textarea><a href=2>", "2"},
      {"<title><a href=1></titlex></title ><a href=2>", "2"},
      {"<style><a href=1></style><a href=2>", "2"},
      {"<xmp><a href=1></xmp><noembed><a href=1></noembed><noframes><a href=1></noframes><a "
       "href=2>",
       "2"},
      {"<iframe src=1><a href=2></iframe><a href=3>", "1 3"},
      {"<noscript><a href=1></noscript><a href=2>", "1 2"},
      {"<a href=0><plaintext><a href=1></plaintext><a href=2>", "0"},
      {"<textarea></textarea foo=\"><a href=9>\"><a href=2>", "2"},
      {"<script>'<a href=1>'</scriptx></script><a href=2>", "2"},
      {"<script/><a href=1></script><a href=2>", "2"},
      {"<script><!-- <script> </script> <a href=1> --></script><a href=2>", "2"},
      {"<script><!-- </script><a href=1>", "1"},
      {"<script><!--><script></script><a href=1>", "1"},
      {"<script>unclosed <a href=1>", ""},
  });
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_not_in_the_document) {
  check({
      {"<template><a href=1><template><a href=2></template><a href=3></template><a href=4>", "4"},
      {"<template><svg></template><a href=1>", "1"},
      {"<template><a href=1>", ""},
      {"</template><a href=1>", "1"},
      {"<svg><a href=1></a><title><a href=2></title><desc></svg><a href=3>", "2 3"},
      {"<svg><foreignObject><a href=1></foreignObject><a href=2></svg><a href=3>", "1 3"},
      {"<svg><title/><script/><style/><a href=1></svg><a href=2>", "2"},
      {"<svg><style><a href=1></style><desc><a href=2></svg>", "2"},
      {"<svg><style><foreignObject><a href=1></style></svg><a href=2>", "1 2"},
      {"<svg><g><p><a href=1>", "1"},
      {"<div><svg><g></div><a href=1>", "1"},
      {"<svg></b><a href=1></svg><a href=2>", "2"},
      {"<math><mi><a href=1></mi><a href=2></math><a href=3>", "1 3"},
      {"<math><svg><desc><a href=1></math><a href=2>", "2"},
  });
}

BOOST_AUTO_TEST_CASE(reads_attributes_as_browsers_do) {
  check({
      {"<a href=1 href=2>", "1"},
      {"<a rel=nofollow href=1 rel=x>", "!1"},
      {"<a/href=1><a\nhref\n=\n2\n><a //href=3//>", "1 2 3//"},
      {"<a href=x\"y'z`u>", "x%22y'z%60u"},
      {"<a href=x/>t</a>", "x/"},
      {"<a href= >", "p?q"},
      {"<a =href=1 href=2>", "2"},
      {"<a \"href\"=1 href=2><a href\"=3 href=4>", "2 4"},
      {"<a @click=\"a > b\" title='>' href=2>", "2"},
      {"<a href==x><a href=\"y\"rel=nofollow>", "=x !y"},
      {"<a<b href=1><ahref=2><a.b href=3><x:a href=4><a href=5>", "5"},
      {"<a href=1", ""},
      {"<a href=\"1", ""},
      {"<a href=\"1\"", ""},
      {"<a href=\" a\nb \">", "ab"},
  });
}

BOOST_AUTO_TEST_CASE(reads_character_references_as_browsers_do) {
  check({
      {"<a href='?a=1&copy=2&amp;b=3&lt=4&notit;=5&not=6'>",
       "p?a=1&copy=2&b=3&lt=4&notit;=5&not=6"},
      {"<a href='?a&amp'><a href='?b&ampx'>", "p?a& p?b&ampx"},
      {"<a href=/&#x4e2d;&#20013>", "http://h.test/%E4%B8%AD%E4%B8%AD"},
      {"<a href='&#128;&#0;&#xD800;&#99999999999;'>", "%E2%82%AC%EF%BF%BD%EF%BF%BD%EF%BF%BD"},
      {"<a href='http&colon;&sol;&sol;e.test'>", "http://e.test/"},
      {"<a href='x&Tab;y&NewLine;z'>", "xyz"},
      {"<a href=&quot;x&quot;>", "%22x%22"},
      {"<a href='?&;& &=&'>", "p?&;&%20&=&"},
      {"<a href='?&#;'><a href='?&#x;'>", "p?&"},
  });
}

BOOST_AUTO_TEST_CASE(decodes_references_in_text_more_eagerly_than_in_attributes) {
  BOOST_TEST(decode_char_refs("&copy2 &copy= &notit; &notin; &amp", false) == "©2 ©= ¬it; ∉ &");
  BOOST_TEST(decode_char_refs("&copy2 &copy= &notit; &notin; &amp", true)
             == "&copy2 &copy= &notit; ∉ &");
  BOOST_TEST(decode_char_refs("&NotEqualTilde;&CounterClockwiseContourIntegral;", true) == "≂̸∳");
  BOOST_TEST(decode_char_refs("&unknown; &AMP &Amp;", false) == "&unknown; & &Amp;");
}

BOOST_AUTO_TEST_CASE(goes_on_where_documents_end_too_early) {
  check({
      {"<html><body><a href=1></body></html><a href=2><link rel=next href=3>", "1 2 3"},
      {"<head><a href=1></head><body><a href=2>", "1 2"},
      {"<td><a href=1></td><option><a href=2></p></br></a></x><a href=3>", "1 2 3"},
      {"<table><a href=1><tr><td><a href=2></table>", "1 2"},
      {"<select><option><a href=1></select><a href=2>", "1 2"},
  });
}

BOOST_AUTO_TEST_CASE(survives_nul_and_malformed_bytes) {
  check({
      {"\0<a href=1>\0</a\0><a\0 href=2><a href=3>"sv, "1 3"},
      {"<a href=a\0b><a hr\0ef=1>"sv, "a%EF%BF%BDb"},
      {"<a href='\xff\xc3'>", "%EF%BF%BD%EF%BF%BD"},
      {"<a href=\xe4\xb8\xad?\xe4\xb8\xad>", "%E4%B8%AD?%E4%B8%AD"},
  });
}

BOOST_AUTO_TEST_CASE(reads_documents_in_their_charset) {
  const auto one = [](std::string_view html, std::string_view type) {
    const document d = read(html, type);
    return d.encoding + " " + links_of(d);
  };
  // The path is always UTF-8, the query in the document's charset.
  BOOST_TEST(one("<meta charset=gbk><a href='\xd6\xd0?\xd6\xd0'>", "text/html")
             == "GBK %E4%B8%AD?%D6%D0");
  BOOST_TEST(one("<meta http-equiv=Content-Type content='text/html; charset=shift_jis'>"
                 "<a href='\x93\xfa?\x93\xfa'>",
                 "text/html")
             == "Shift_JIS %E6%97%A5?%93%FA");
  BOOST_TEST(one("<a href='\xe4?\xe4'>", "text/html; charset=windows-1251")
             == "windows-1251 %D0%B4?%E4");
  BOOST_TEST(one("<meta charset=utf-8><a href='\xe4'>", "text/html; charset=windows-1251")
             == "windows-1251 %D0%B4");
  BOOST_TEST(one("\xef\xbb\xbf<a href='\xc3\xa4?\xc3\xa4'>", "text/html; charset=windows-1251")
             == "UTF-8 %C3%A4?%C3%A4");
  std::string little = "\xff\xfe";
  std::string big = "\xfe\xff";
  for (const char16_t c : u"<a href='ä?ä'>"sv) {
    little += {static_cast<char>(c & 0xff), static_cast<char>(c >> 8)};
    big += {static_cast<char>(c >> 8), static_cast<char>(c & 0xff)};
  }
  BOOST_TEST(one(little, "text/html") == "UTF-16LE %C3%A4?%C3%A4");
  BOOST_TEST(one(big, "text/html") == "UTF-16BE %C3%A4?%C3%A4");
}

BOOST_AUTO_TEST_CASE(reads_xhtml_by_its_own_rules) {
  const auto type = "application/xhtml+xml"sv;
  BOOST_TEST(
      links_of(read("<script src='x'/><a href='1'/><title/><a href='2'>y</a>"
                    "<script><![CDATA[ </script><a href='3'> ]]></script><?x <a href='4'> ?>",
                    type))
      == "1 2");
}

BOOST_AUTO_TEST_CASE(keeps_within_the_links_of_a_page) {
  limits bounds;
  bounds.links_per_page_max = 3;
  bounds.url_bytes_max = 40;
  const document d =
      read("<a href=1><a href=2><a href=2><a href=3><a href=4>", "text/html", bounds);
  BOOST_TEST(links_of(d) == "1 2 3");
  BOOST_TEST(d.cut);
  const document long_ones =
      read("<a href=" + std::string(50, 'x') + "><a href=1>", "text/html", bounds);
  BOOST_TEST(links_of(long_ones) == "1");
  BOOST_TEST(!long_ones.cut);
}

BOOST_AUTO_TEST_CASE(does_not_let_a_long_base_multiply) {
  std::string html = "<base href='/" + std::string(8'000, 'b') + "/'>";
  for (int i = 0; i < 20'000; ++i)
    html += "<a href=" + std::to_string(i) + ">";
  const document d = read(html);
  BOOST_TEST(d.cut);
  BOOST_TEST(d.links.size() * 8'000 <= page_link_bytes_max + 8'000);
}

BOOST_AUTO_TEST_CASE(ends_on_every_truncation_of_a_page) {
  const std::string whole =
      "<!DOCTYPE html><html><head><meta charset='utf-8'><title>t &amp; u</title><base href='/b/'>"
      "<style>a{}</style><script>if(a<b){'</a>'}</script></head><body class=\"x y\"><!-- c --><p>"
      "<a class='item' rel=nofollow href='1?a=1&amp;b=2'>t <b>u</b></a><svg><title/><g/></svg>"
      "<template><a href=2></template><textarea>&lt;</textarea><a "
      "href=\"3\">\xe4\xb8\xad</a></html>";
  for (const auto how : {extract_spec::kind::none, extract_spec::kind::css}) {
    html_reader reader({how, "a.item"}, {});
    std::size_t before = 0;
    for (std::size_t n = 0; n <= whole.size(); ++n) {
      const document d = reader.read(std::string_view(whole).substr(0, n), page, "text/html");
      BOOST_TEST(d.links.size() >= before); // more of the page never means fewer links
      before = d.links.size();
    }
    BOOST_TEST(before == 2u);
  }
  html_reader reader({extract_spec::kind::xpath, "//a[@class='item']"}, {});
  for (std::size_t n = 0; n <= whole.size(); ++n)
    reader.read(std::string_view(whole).substr(0, n), page, "text/html");
  BOOST_TEST(reader.read(whole, page, "text/html").items.size() == 1u);
}

BOOST_AUTO_TEST_CASE(finds_links_below_a_hundred_thousand_open_elements) {
  for (const auto* name : {"a", "b", "p", "div", "table", "li", "svg", "font", "x-y", "select"}) {
    std::string html;
    for (int i = 0; i < 100'000; ++i)
      html += "<"s + name + ">";
    html += "<p></p><a href=end>";
    for (const auto& what : {extract_spec{}, extract_spec{extract_spec::kind::css, "div a"},
                             extract_spec{extract_spec::kind::xpath, "//a"}})
      BOOST_TEST(links_of(read(html, "text/html", {}, what)) == "end", name);
  }
}

BOOST_AUTO_TEST_CASE(ends_on_hostile_documents) {
  const auto times = [](std::string_view what, std::size_t n) {
    std::string out;
    out.reserve(what.size() * n);
    while (n-- != 0)
      out += what;
    return out;
  };
  constexpr std::size_t bytes = 2u << 20;
  const std::vector<std::string> pages = {times("<", bytes),
                                          times("&", bytes),
                                          times("<!", bytes / 2),
                                          "<!--" + times("-", bytes),
                                          times("<!--", bytes / 4),
                                          "<a " + times("x=1 ", bytes / 4) + "href=1>",
                                          "<a href='" + times("x", 10u << 20) + "'>",
                                          "<a href='" + times("&amp", bytes / 4) + "'>",
                                          times("<a href=\"", bytes / 9),
                                          "&" + times("a", bytes),
                                          "&#" + times("9", bytes) + ";",
                                          "<script><!--" + times("<script></script>", bytes / 17),
                                          "<title>" + times("</titl", bytes / 6),
                                          times("<b>", 600) + times("</i>", bytes / 4),
                                          "<svg>" + times("<g>", 999) + times("</q>", bytes / 4),
                                          times("<div class=i>", 500) + times(" <br>", bytes / 5),
                                          "<" + times("a", bytes),
                                          times("<p><div class=i></p></div>", bytes / 26),
                                          std::string(bytes, '\0'),
                                          std::string(bytes, '\xff')};
  const std::clock_t begin = std::clock(); // CPU time: other programs do not count
  for (const std::string& html : pages) {
    for (const auto& what : {extract_spec{}, extract_spec{extract_spec::kind::css, ".i"},
                             extract_spec{extract_spec::kind::css, "b .i, * > div"},
                             extract_spec{extract_spec::kind::xpath, "//*"}}) {
      const document d = read(html, "text/html", {}, what);
      BOOST_TEST(d.links.size() <= limits{}.links_per_page_max);
    }
  }
  // Quadratic reading of any of these would take minutes.
  BOOST_TEST((std::clock() - begin) / CLOCKS_PER_SEC < 60);
}

BOOST_AUTO_TEST_SUITE_END()
