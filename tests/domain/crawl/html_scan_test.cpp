// SPDX-License-Identifier: BSD-3-Clause
// The scanner against libxml2: the same events for every pair of elements and for documents drawn
// at random; the same links, directives and items in whole pages.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <libxml/HTMLparser.h>

#include "domain/crawl/html.hpp"
#include "domain/crawl/html_scan.hpp"
#include "domain/site/pages.hpp"

using namespace troupe::crawl;

namespace {

// -- events

/// "<a href=x>text</>": what a reader heard, with texts joined.
class heard final : public markup_events {
public:
  void start_element(std::string_view name,
                     std::span<const selector::attribute> attributes) override {
    out_ += '<';
    out_ += name;
    for (const auto& a : attributes)
      ((out_ += ' ') += a.name) += '=' + std::string(a.value);
    out_ += '>';
    ++depth_;
  }
  void end_element() override {
    out_ += "</>";
    --depth_;
  }
  void characters(std::string_view text) override { out_ += text; }
  /// The document is over: what is open ends.
  std::string finish() {
    while (depth_ > 0)
      end_element();
    return std::move(out_);
  }

private:
  std::string out_;
  int depth_ = 0;
};

const char* text_of(const xmlChar* s) { return reinterpret_cast<const char*>(s); }

std::string by_libxml2(std::string_view mended) {
  heard to;
  htmlSAXHandler handler{};
  handler.startElement = [](void* self, const xmlChar* name, const xmlChar** given) {
    std::vector<selector::attribute> attributes;
    for (; given != nullptr && *given != nullptr; given += 2)
      attributes.push_back({text_of(given[0]), given[1] != nullptr ? text_of(given[1]) : ""});
    static_cast<heard*>(self)->start_element(text_of(name), attributes);
  };
  handler.endElement = [](void* self, const xmlChar*) { static_cast<heard*>(self)->end_element(); };
  handler.characters = [](void* self, const xmlChar* text, int bytes) {
    static_cast<heard*>(self)->characters({text_of(text), static_cast<std::size_t>(bytes)});
  };
  handler.ignorableWhitespace = handler.characters;
  handler.cdataBlock = [](void*, const xmlChar*, int) {};
  htmlParserCtxtPtr context =
      htmlCreatePushParserCtxt(&handler, &to, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8);
  htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING
                                  | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
  htmlParseChunk(context, mended.data(), static_cast<int>(mended.size()), 0);
  htmlParseChunk(context, nullptr, 0, 1);
  htmlFreeParserCtxt(context);
  return to.finish();
}

/// Returns: "" where the scanner is not sure.
std::string by_scanner(std::string_view mended) {
  heard to;
  html_scanner scanner(to);
  scanner.begin();
  scanner.take(mended);
  scanner.finish();
  return scanner.unsure() ? "" : to.finish();
}

// Every element that libxml2 2.9 knows, some that it does not, and some that are void.
const std::vector<std::string> containers = {"a",
                                             "abbr",
                                             "acronym",
                                             "address",
                                             "applet",
                                             "article",
                                             "b",
                                             "bdo",
                                             "big",
                                             "blockquote",
                                             "button",
                                             "caption",
                                             "center",
                                             "cite",
                                             "code",
                                             "colgroup",
                                             "custom-element",
                                             "dd",
                                             "del",
                                             "details",
                                             "dfn",
                                             "dialog",
                                             "dir",
                                             "div",
                                             "dl",
                                             "dt",
                                             "em",
                                             "fieldset",
                                             "figure",
                                             "font",
                                             "footer",
                                             "form",
                                             "h1",
                                             "h2",
                                             "h3",
                                             "h4",
                                             "h5",
                                             "h6",
                                             "header",
                                             "i",
                                             "iframe",
                                             "ins",
                                             "kbd",
                                             "label",
                                             "legend",
                                             "li",
                                             "listing",
                                             "main",
                                             "map",
                                             "mark",
                                             "menu",
                                             "nav",
                                             "nobr",
                                             "noscript",
                                             "object",
                                             "ol",
                                             "optgroup",
                                             "option",
                                             "p",
                                             "picture",
                                             "plaintext",
                                             "pre",
                                             "q",
                                             "ruby",
                                             "s",
                                             "samp",
                                             "section",
                                             "select",
                                             "small",
                                             "span",
                                             "strike",
                                             "strong",
                                             "sub",
                                             "summary",
                                             "sup",
                                             "svg",
                                             "svg-style",
                                             "table",
                                             "tbody",
                                             "td",
                                             "template",
                                             "textarea",
                                             "tfoot",
                                             "th",
                                             "thead",
                                             "time",
                                             "title",
                                             "tr",
                                             "tt",
                                             "u",
                                             "ul",
                                             "var",
                                             "video",
                                             "xmp"};
const std::vector<std::string> voids = {"area",  "base",  "basefont", "br",    "col",
                                        "embed", "hr",    "img",      "input", "link",
                                        "meta",  "param", "source",   "wbr",   "isindex"};

BOOST_AUTO_TEST_SUITE(html_scan)

BOOST_AUTO_TEST_CASE(each_element_in_each_other) {
  std::size_t rows = 0;
  std::string wrong;
  const auto check = [&](const std::string& mended) {
    ++rows;
    const auto ours = by_scanner(mended), theirs = by_libxml2(mended);
    if (ours != theirs)
      wrong += mended + "\n  " + (ours.empty() ? "not sure" : ours) + "\n  " + theirs + '\n';
  };
  const std::string frame = "<html><body>";
  for (const auto& outer : containers) {
    for (const auto& inner : containers) {
      const std::string both = frame + "<div><" + outer + "><" + inner + ">x";
      check(both);
      check(both + "</" + outer + ">y</" + inner + ">z</div>");
      check(both + "</" + inner + ">y</" + outer + ">z");
      check(both + "</div>y");
    }
    for (const auto& inner : voids) {
      check(frame + "<" + outer + "><" + inner + "/>x</" + outer + ">");
      check(frame + "<" + outer + "><" + inner + ">x</" + inner + ">y</" + outer + ">");
    }
  }
  BOOST_TEST(wrong == "");
  BOOST_TEST(rows > 30'000u);
}

BOOST_AUTO_TEST_CASE(documents_drawn_at_random) {
  std::mt19937_64 random(1);
  const auto one_of = [&](const auto& list) { return list[random() % list.size()]; };
  const std::vector<std::string> texts = {
      "x", " ", "\n\t ", "&amp;", "a&lt;b&gt;&quot;c", "\r\n", "\xe4\xb8\xad", "\x7f y"};
  const std::vector<std::string> heads = {
      "<html><body>", "<html><head></head><body>",
      "<html lang=\"x\"><head><meta name=\"a&amp;b\"/>",
      "<html><head><title>t</title><script></script><link rel=\"next\" "
      "href=\"&quot;\"/></head><body>",
      "<html><head><style>a &amp; < b</style><noscript><img/></head><body>"};
  std::size_t sure = 0, all = 3'000;
  for (std::size_t n = 0; n < all; ++n) {
    std::string mended = one_of(heads);
    const bool in_head = !mended.ends_with("<body>");
    if (in_head)
      mended += "</head><body class=\"&lt;\">";
    for (auto left = random() % 60; left > 0; --left) {
      const auto roll = random() % 10;
      if (roll < 4)
        mended += "<" + one_of(containers) + (random() % 4 == 0 ? " class=\"a b\"" : "") + ">";
      else if (roll < 6)
        mended += "</" + one_of(containers) + ">";
      else if (roll < 7)
        mended += "<" + one_of(voids) + " href=\"?a&amp;b\"" + (random() % 3 == 0 ? ">" : "/>");
      else
        mended += one_of(texts);
    }
    const auto ours = by_scanner(mended);
    if (ours.empty())
      continue;
    ++sure;
    BOOST_TEST(ours == by_libxml2(mended), mended);
  }
  BOOST_TEST(sure > all * 9 / 10);
}

BOOST_AUTO_TEST_CASE(what_it_is_not_sure_of) {
  std::string deep = "<html><body>";
  for (int i = 0; i < 300; ++i)
    deep += "<div>";
  for (const std::string& mended :
       {std::string("<html><body><html>"), std::string("<html><body><div><body>"),
        std::string("<html><frameset>"), std::string("<html><body><p>a\x01"),
        std::string("<html><body><p>a\xef\xbf\xbf"), std::string("<html>text"), std::string("text"),
        std::string("<html><head><div>"), deep})
    BOOST_TEST(by_scanner(mended) == "", mended.substr(0, 80));
}

// -- whole pages

struct way {
  extract_kind how;
  std::string expression;
  bool mostly_sure; // of ordinary pages
};
const std::vector<way> ways = {
    {extract_kind::none, "", true},
    {extract_kind::css, "a.post-item-title", true},
    {extract_kind::css, "p, #i, .t, [title^=x], li, .navbar", true},
    {extract_kind::css, "div a, td > b, body > *, svg *, li, table a", true},
    {extract_kind::css, "html, head, body, tbody, td", true},
};

class two_readers {
public:
  explicit two_readers(const way& w)
      : scanner_({w.how, w.expression}, small()),
        libxml2_({w.how, w.expression}, small(), html_parser::libxml2) {}

  /// Returns: "" or where the two differ.
  std::string compare(std::string_view html, std::string_view type) {
    static const url page = *parse_url("http://h.test/d/p?q");
    const auto a = scanner_.read(html, page, type), b = libxml2_.read(html, page, type);
    ++pages_;
    scanned_ += a.parser == html_parser::scanner ? 1 : 0;
    if (a.base != b.base || a.nofollow != b.nofollow || a.noindex != b.noindex || a.cut != b.cut)
      return "base, directives or cut differ";
    if (a.items != b.items)
      return "items differ: " + std::to_string(a.items.size()) + ", "
             + std::to_string(b.items.size());
    const bool same = std::equal(a.links.begin(), a.links.end(), b.links.begin(), b.links.end(),
                                 [](const found_link& x, const found_link& y) {
                                   return x.target == y.target && x.nofollow == y.nofollow;
                                 });
    return same ? "" : "links differ";
  }
  std::size_t pages() const { return pages_; }
  std::size_t scanned() const { return scanned_; }

private:
  static limits small() {
    limits l;
    l.item_bytes_max = 5'000;
    return l;
  }
  html_reader scanner_, libxml2_;
  std::size_t pages_ = 0, scanned_ = 0;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> site_bodies() {
  troupe::site::site_options o;
  o.lists = 6;
  o.graph_pages = 20;
  const troupe::site::pages site(o);
  std::vector<std::string> out;
  for (const auto& path : site.main_paths(60))
    out.push_back(site.make(path).body);
  return out;
}

BOOST_AUTO_TEST_CASE(pages_of_the_demo_site) {
  const auto bodies = site_bodies();
  for (const way& w : ways) {
    two_readers both(w);
    for (const auto& body : bodies)
      BOOST_TEST(both.compare(body, "text/html; charset=utf-8") == "", w.expression);
    BOOST_TEST(both.scanned() * 10 >= both.pages() * 9, w.expression << ": " << both.scanned());
  }
}

// What is left of pages when bytes are changed, doubled and cut out.
BOOST_AUTO_TEST_CASE(pages_that_are_damaged) {
  auto bodies = site_bodies();
  for (const auto& entry : std::filesystem::directory_iterator(TROUPE_LINKS_CORPUS))
    bodies.push_back(read_file(entry.path()).substr(1));
  std::mt19937_64 random(2);
  static constexpr std::string_view bits[] = {"<",         ">",
                                              "\"",        "'",
                                              "</p>",      "<p>",
                                              "<li>",      "<b>",
                                              "</a>",      "<a href=x class=t>",
                                              "<td>",      "<table>",
                                              "<svg>",     "<!--",
                                              "&amp",      "\x01",
                                              "<div>",     "</div>",
                                              "<form>",    "<script>",
                                              "</script>", "<h1 class=t>",
                                              "<body>",    "</head>",
                                              "<frameset>"};
  std::vector<two_readers> readers;
  for (const way& w : ways)
    readers.emplace_back(w);
  const std::size_t pages = std::getenv("TROUPE_ALL_PAGES") != nullptr ? 100'000 : 1'500;
  for (std::size_t n = 0; n < pages; ++n) {
    std::string body = bodies[n % bodies.size()].substr(0, 20'000);
    for (auto left = random() % 8; left > 0 && !body.empty(); --left) {
      const auto at = random() % body.size();
      const auto bit = bits[random() % std::size(bits)];
      body.replace(at, random() % 3 == 0 ? random() % 200 : 0, bit);
    }
    const char* type = n % 7 == 0 ? "application/xhtml+xml" : "text/html";
    for (std::size_t w = 0; w < readers.size(); ++w)
      BOOST_TEST(readers[w].compare(body, type) == "", ways[w].expression << ", page " << n);
  }
}

// The pages of a real site, where its package is installed: all of them with TROUPE_ALL_PAGES, or
// else every fortieth.
BOOST_AUTO_TEST_CASE(pages_of_cppreference) {
  const std::filesystem::path folder = "/usr/share/cppreference/doc/html";
  if (!std::filesystem::is_directory(folder)) {
    BOOST_TEST_MESSAGE("skipped: " << folder << " is not there");
    return;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".html")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  const std::size_t step = std::getenv("TROUPE_ALL_PAGES") != nullptr ? 1 : 40;
  for (const way& w : ways) {
    two_readers both(w);
    for (std::size_t i = 0; i < files.size(); i += step)
      BOOST_TEST(both.compare(read_file(files[i]), "text/html; charset=utf-8") == "",
                 w.expression << ", " << files[i]);
    BOOST_TEST_MESSAGE("'" << w.expression << "': the scanner alone read " << both.scanned()
                           << " of " << both.pages());
    BOOST_TEST(both.scanned() * 10 >= both.pages() * 9, w.expression << ": " << both.scanned());
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
