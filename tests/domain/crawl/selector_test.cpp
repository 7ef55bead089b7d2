// SPDX-License-Identifier: BSD-3-Clause
// What selectors and XPaths find, and what is refused in words.

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/html.hpp"
#include "domain/crawl/selector.hpp"

using namespace troupe::crawl;
using namespace std::string_literals;

namespace {

const url page = *parse_url("http://h.test/d/p");

document read(std::string_view html, const extract_spec& what, const limits& bounds = {}) {
  html_reader reader(what, bounds);
  return reader.read(html, page, "text/html; charset=utf-8");
}

std::string text_of(const document& d) {
  std::string out;
  for (const item& i : d.items)
    out += (out.empty() ? "" : "|") + i.text + (i.href.empty() ? "" : "@" + i.href.substr(16));
  return out;
}

std::string css(std::string_view selector, std::string_view html) {
  return text_of(read(html, {extract_spec::kind::css, std::string(selector)}));
}

std::string xpath(std::string_view expression, std::string_view html) {
  return text_of(read(html, {extract_spec::kind::xpath, std::string(expression)}));
}

std::string error_of(std::string_view expression,
                     extract_spec::kind how = extract_spec::kind::css) {
  return check_extract({how, std::string(expression)});
}

} // namespace

BOOST_AUTO_TEST_SUITE(selectors)

BOOST_AUTO_TEST_CASE(match_types_classes_ids_and_attributes) {
  const std::string html =
      "<div id=Top class='a b'>1</div><p class=\"a\">2</p><DIV CLASS=ab title=hello>3</DIV>"
      "<p id=top lang=en-US data-x='q r'>4</p>";
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"div", "1|3"},
      {"DIV", "1|3"},
      {".a", "1|2"},
      {"div.a", "1"},
      {".a.b", "1"},
      {".b.a", "1"},
      {".A", ""},
      {"#top", "4"},
      {"#Top", "1"},
      {"*.a", "1|2"},
      {"[title]", "3"},
      {"[title=hello]", "3"},
      {"[TITLE=hello]", "3"},
      {"[title=Hello]", ""},
      {"[title='Hello' i]", "3"},
      {"[title^=he]", "3"},
      {"[title$=lo]", "3"},
      {"[title*='ell']", "3"},
      {"[title^='']", ""},
      {"[data-x~=r]", "4"},
      {"[data-x~='q r']", ""},
      {"[lang|=en]", "4"},
      {"[lang|=EN]", "4"},
      {"[lang|=e]", ""},
      {"p[class=a]", "2"},
      {"p , div.ab", "2|3|4"},
      {"div[class~=b][id]", "1"},
      {"section", ""},
      {"p.a, .a, [class]", "1|2|3"},
  };
  for (const auto& [selector, want] : rows)
    BOOST_TEST(css(selector, html) == want, selector);
}

BOOST_AUTO_TEST_CASE(match_by_ancestors_and_parents) {
  const std::string html =
      "<main><div class=x><p>1</p><section><p>2</p></section></div><p>3</p></main>";
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"div p", "1|2"},
      {"div > p", "1"},
      {"div>p", "1"},
      {"main > div p", "1|2"},
      {"main>p", "3"},
      {"main div section > p", "2"},
      {"section p, main > p", "2|3"},
      {"main main p", ""},
      {".x *", "1|2|2"},
      {"body > main > p", "3"},
      {"html > body > main section", "2"},
  };
  for (const auto& [selector, want] : rows)
    BOOST_TEST(css(selector, html) == want, selector);
  const std::string table =
      "<table><tr><td>1<table><thead><tr><td>2</thead><tr><td>3</table></table>";
  BOOST_TEST(css("table > tbody > tr > td", table) == "123|3");
  BOOST_TEST(css("table > thead td", table) == "2");
  BOOST_TEST(css("tbody", table) == "123|3");
  BOOST_TEST(css("table > tr", table) == "");
  // The greedy ancestor is not the right one here: the middle div has a div parent, the inner has
  // not.
  BOOST_TEST(css("div > div p", "<div><div><b><div><p>1</p></div></b></div></div>") == "1");
}

BOOST_AUTO_TEST_CASE(give_the_reference_that_belongs_to_an_item) {
  BOOST_TEST(css("a", "<a href=1>x</a><a>y</a>") == "x@1|y");
  BOOST_TEST(css("h2", "<h2>t <a href=1>x</a> <a href=2>y</a></h2>") == "t x y@1");
  BOOST_TEST(css("span", "<a href=1><b><span>x</span></b></a><span>y</span>") == "x@1|y");
  BOOST_TEST(css("a", "<a href=1><b>x</b></a><a href=mailto:x>y</a>") == "x@1|y");
  BOOST_TEST(css("li", "<a href=0><ul><li><a href=1>x</a></li></ul>") == "x@1");
  BOOST_TEST(css(".t", "<base href=/d/e/><a class=t href=1>x</a>") == "x@e/1");
  BOOST_TEST(css("img", "<a href=1><img src=x></a>") == "@1");
  BOOST_TEST(css("div", "<div><a href=1>x</a><div>y</div></div>") == "xy@1|y");
}

BOOST_AUTO_TEST_CASE(give_folded_text_without_scripts) {
  BOOST_TEST(css("p", "<p> a\n\t b<br>c <b> d</b>e </p>") == "a bc de");
  BOOST_TEST(css("p", "<p>a &amp; b &lt;T&gt; &copy 1 &amp</p>") == "a & b <T> © 1 &");
  BOOST_TEST(css("div", "<div>a<script>x<y</script><style>z{}</style><!-- c -->b</div>") == "ab");
  BOOST_TEST(css("p", "<p>a<svg><style>.x{}</style><text>b</text></svg>c</p>") == "abc");
  BOOST_TEST(xpath("//p", "<p>a<svg><style>.x{}</style><text>b</text></svg>c</p>") == "abc");
  BOOST_TEST(css("title", "<title>a <b> &amp; c</title>") == "a <b> & c");
  BOOST_TEST(css("p", "<p>1<p>2<div>3</div>") == "1|2");
  BOOST_TEST(css("li", "<ul><li>1<li>2<ul><li>3</ul></ul>4") == "1|23|3");
  BOOST_TEST(css("td", "<table><tr><td>1<td>2<tr><td>3</table>4") == "1|2|3");
  BOOST_TEST(css("a.t", "<div><a class=t>x</div>y<a class=t>z</a>") == "x|z");
  BOOST_TEST(css("a.t", "<a class=t>x</span>y</a>z") == "xy");
  BOOST_TEST(css("body", "x<b>y</b>") == "xy");
  BOOST_TEST(css("template p, svg p", "<template><p>1</p></template>") == "");
}

BOOST_AUTO_TEST_CASE(come_in_document_order_and_within_limits) {
  limits bounds;
  bounds.items_per_page_max = 2;
  bounds.item_bytes_max = 4;
  const document d = read("<p>äöü</p><p>b</p><p>c</p>", {extract_spec::kind::css, "p"}, bounds);
  BOOST_TEST(text_of(d) == "äö|b");
  BOOST_TEST(d.cut);
  const document x = read("<p>äöü</p><p>b</p><p>c</p>", {extract_spec::kind::xpath, "//p"}, bounds);
  BOOST_TEST(text_of(x) == "äö|b");
  BOOST_TEST(x.cut);
}

BOOST_AUTO_TEST_CASE(do_not_let_items_inside_items_multiply) {
  std::string html;
  for (int i = 0; i < 500; ++i)
    html += "<div>";
  html += std::string(1u << 20, 'x');
  for (const auto& what : {extract_spec{extract_spec::kind::css, "div"},
                           extract_spec{extract_spec::kind::xpath, "//div"}}) {
    const document d = read(html, what);
    std::size_t bytes = 0;
    for (const item& i : d.items)
      bytes += i.text.size();
    BOOST_TEST(bytes <= page_item_bytes_max);
    BOOST_TEST(d.cut);
  }
}

BOOST_AUTO_TEST_CASE(that_are_not_supported_are_refused_in_words) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"", "empty"},
      {"  ", "empty"},
      {"a:hover", "\":hover\" is not supported"},
      {"li:nth-child(2)", "\":nth-child\" is not supported"},
      {"p::before", "\"::before\" is not supported"},
      {"a + b", "combinator '+'"},
      {"a ~ b", "combinator '~'"},
      {"a,", "missing"},
      {",a", "missing"},
      {"a > > b", "missing"},
      {"> a", "missing"},
      {"a >", "missing"},
      {".", "class's name is missing"},
      {".1a", "cannot begin with a digit"},
      {"#", "id's name is missing"},
      {"[", "attribute's name is missing"},
      {"[a", "needs ="},
      {"[a=", "needs quotes"},
      {"[a=b", "']' is missing"},
      {"[a=\"b]", "quote is not closed"},
      {"[a!=b]", "needs ="},
      {"[a=b c]", "']' is missing"},
      {"svg|a", "namespaces"},
      {".a\\:b", "escapes"},
      {"a{}", "'{' is not expected"},
      {"a)", "')' is not expected"},
  };
  for (const auto& [selector, words] : rows) {
    BOOST_TEST_CONTEXT(selector)
    BOOST_TEST((error_of(selector).find(words) != std::string::npos), error_of(selector));
  }
  std::string many;
  for (int i = 0; i < 65; ++i)
    many += "a ";
  BOOST_TEST((error_of(many).find("more than 64") != std::string::npos));
  BOOST_TEST(error_of("a.post-item-title") == "");
  BOOST_CHECK_THROW(html_reader({extract_spec::kind::css, "a:b"}, {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(of_xpath_give_elements_attributes_and_values) {
  const std::string html =
      "<div class=x><a href=1>a <b>b</b></a><script>s</script><p>2</p></div><p>3";
  BOOST_TEST(xpath("//a", html) == "a b@1");
  BOOST_TEST(xpath("//div[@class='x']", html) == "a b2@1");
  BOOST_TEST(xpath("//b", html) == "b@1");
  BOOST_TEST(xpath("//a/@href", html) == "1");
  BOOST_TEST(xpath("//p/text()", html) == "2|3");
  BOOST_TEST(xpath("//p | //a", html) == "a b@1|2|3");
  BOOST_TEST(xpath("count(//p)", html) == "2");
  BOOST_TEST(xpath("string(//p)", html) == "2");
  BOOST_TEST(xpath("//script/text()", html) == "s");
  BOOST_TEST(xpath("//p[2]", html) == "");
  BOOST_TEST(xpath("//script/text()", "<script>\"</p>\" + '</scripty>'</script>")
             == "\"</p>\" + '<|scripty>'");
  BOOST_TEST(xpath("//p", "<p>&amp &copy; &nosuch;<p>&#x4e2d;") == "& © &nosuch;|中");
}

BOOST_AUTO_TEST_CASE(of_xpath_that_cannot_be_used_are_refused_in_words) {
  using kind = extract_spec::kind;
  for (const auto* expression : {"", "//a[", "nosuch(1)", "//x:a", "$v", "//a/", "]"})
    BOOST_TEST((error_of(expression, kind::xpath).find("the XPath cannot be used: ") == 0),
               expression);
  BOOST_TEST(error_of("//a[@class='post-item-title']", kind::xpath) == "");
  BOOST_CHECK_THROW(html_reader({kind::xpath, "//["}, {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(of_xpath_end_when_they_take_too_long) {
  std::string html;
  for (int i = 0; i < 3'000; ++i)
    html += "<b>";
  const document d =
      read(html, {extract_spec::kind::xpath, "//*[count(.//*[count(.//*) > 1]) > 1]"});
  BOOST_TEST(d.cut);
}

BOOST_AUTO_TEST_SUITE_END()
