// SPDX-License-Identifier: BSD-3-Clause
// What a sitemap lists, in all of its forms, and what is left of one that is wrong.

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/gunzip.hpp"
#include "domain/crawl/sitemap.hpp"
#include "tests/support/gzipped.hpp"

using namespace troupe::crawl;
using namespace std::string_literals;
using troupe::test::gzipped;

namespace {

const std::string urlset = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
                           "<url><loc>http://h.test/1</loc><lastmod>2024-01-01</lastmod></url>"
                           "<url><loc>http://h.test/2</loc></url></urlset>";

std::string utf16(std::string_view text, bool little) {
  std::string out = little ? "\xff\xfe" : "\xfe\xff";
  for (const char c : text) {
    out += little ? c : '\0';
    out += little ? '\0' : c;
  }
  return out;
}

sitemap read(std::string_view body, const limits& bounds = {}) {
  return read_sitemap(body, *parse_url("http://h.test/maps/sitemap.xml"), bounds);
}

std::string names(const std::vector<url>& list) {
  std::string out;
  for (const url& u : list) {
    const auto& text = u.str();
    out += (out.empty() ? "" : " ");
    out += text.starts_with("http://h.test/") ? text.substr(14) : text;
  }
  return out;
}

/// A form or a fault, what is found in it, and what is said of it.
struct row {
  const char* what;
  std::string body;
  std::string pages;
  std::string sitemaps = "";
  std::string wrong = ""; // its beginning, "" for none
};

const std::vector<row> rows = {
    {"nothing", "", ""},
    {"blanks", " \r\n\t", ""},
    {"a urlset", urlset, "1 2"},
    {"a declaration", "<?xml version='1.0' encoding='UTF-8'?>\n" + urlset, "1 2"},
    {"a blank line before the declaration", "\n <?xml version='1.0'?>" + urlset, "1 2"},
    {"a byte order mark", "\xef\xbb\xbf<?xml version='1.0'?>" + urlset, "1 2"},
    {"a byte order mark and a blank line", "\xef\xbb\xbf\r\n<?xml version='1.0'?>" + urlset, "1 2"},
    {"UTF-16, little end first", utf16("<?xml version='1.0' encoding='UTF-16'?>" + urlset, true),
     "1 2"},
    {"UTF-16, big end first", utf16(urlset, false), "1 2"},
    {"latin 1",
     "<?xml version='1.0' encoding='ISO-8859-1'?><urlset><url><loc>http://h.test/\xe4</loc></url>"
     "</urlset>",
     "%C3%A4"},
    {"no namespace", "<urlset><url><loc>http://h.test/1</loc></url></urlset>", "1"},
    {"another namespace",
     "<urlset xmlns='http://www.google.com/schemas/sitemap/0.84'><url><loc>http://h.test/1</loc>"
     "</url></urlset>",
     "1"},
    {"a prefix on everything",
     "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'><s:url><s:loc>http://h.test/1"
     "</s:loc></s:url></s:urlset>",
     "1"},
    {"a prefix that nobody declared",
     "<urlset><url><loc>http://h.test/1</loc><image:image><image:loc>http://h.test/no</image:loc>"
     "</image:image></url><url><loc>http://h.test/2</loc></url></urlset>",
     "1 2"},
    {"pictures, videos and other languages",
     "<urlset xmlns:image='i' xmlns:video='v' xmlns:xhtml='x'><url><image:image><image:loc>"
     "http://h.test/no</image:loc></image:image><loc>http://h.test/1</loc><video:video>"
     "<video:content_loc>http://h.test/no</video:content_loc></video:video><xhtml:link "
     "rel='alternate' hreflang='de' href='http://h.test/no'/></url></urlset>",
     "1"},
    {"blanks around a URL", "<urlset><url><loc>\n   http://h.test/1\t\r\n </loc></url></urlset>",
     "1"},
    {"entities",
     "<urlset><url><loc>http://h.test/?a=1&amp;b=%3C&lt;&#x26;c=&#50;&apos;&quot;</loc></url>"
     "</urlset>",
     "?a=1&b=%3C%3C&c=2%27%22"},
    {"CDATA", "<urlset><url><loc><![CDATA[http://h.test/?a=1&b=2]]></loc></url></urlset>",
     "?a=1&b=2"},
    {"a URL in pieces",
     "<urlset><url><loc>http://h<!-- -->.test/<![CDATA[a]]>&amp;<?pi?>b</loc></url></urlset>",
     "a&b"},
    {"elements in a URL", "<urlset><url><loc>http://h.test/<b>1</b>2</loc></url></urlset>", "2"},
    {"doubles",
     "<urlset><url><loc>http://h.test/1</loc></url><url><loc>http://H.test:80/1#x</loc></url>"
     "</urlset>",
     "1"},
    {"what is relative", "<urlset><url><loc>../2</loc></url></urlset>", "2"},
    {"what is no page",
     "<urlset><url><loc>mailto:me@h.test</loc></url><url><loc></loc></url><url/><url><loc>ftp://h/"
     "</loc></url><url><loc>http://</loc></url><loc>http://h.test/no</loc><url><x><loc>"
     "http://h.test/no</loc></x></url></urlset>",
     ""},
    {"international URLs",
     "<urlset><url><loc>http://b\xc3\xbc.test/\xe5\xa5\xbd</loc></url></urlset>",
     "http://xn--b-eha.test/%E5%A5%BD"},
    {"an index",
     "<sitemapindex><sitemap><loc>http://h.test/a.xml.gz</loc></sitemap><sitemap><loc>"
     "http://h.test/b.xml</loc></sitemap></sitemapindex>",
     "", "a.xml.gz b.xml"},
    {"sitemaps and pages in one",
     "<urlset><url><loc>http://h.test/1</loc></url><sitemap><loc>http://h.test/a</loc></sitemap>"
     "</urlset>",
     "1", "a"},
    {"text", "http://h.test/1\nhttp://h.test/2\r\nhttp://h.test/1\r\r  http://h.test/3  ", "1 2 3"},
    {"text with a byte order mark", "\xef\xbb\xbfhttp://h.test/1\n", "1"},
    {"text with lines that are no URLs",
     "# pages\nhttp://h.test/1\n/2\nh.test/3\n\nhttp://h.test/4 x\n", "1 4%20x"},
    {"RSS",
     "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>t</title>"
     "<link>http://h.test/</link><atom:link href='http://h.test/feed' rel='self'/>"
     "<item><title>x</title><link>http://h.test/1</link><guid>http://h.test/no</guid></item>"
     "<item><link>http://h.test/2</link></item></channel></rss>",
     "1 2"},
    {"RSS 1.0",
     "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
     "xmlns='http://purl.org/rss/1.0/'><channel><link>http://h.test/</link></channel>"
     "<item><link>http://h.test/1</link></item></rdf:RDF>",
     "1"},
    {"Atom",
     "<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://h.test/'/><entry><link "
     "href='http://h.test/?a=1&amp;b=2&#38;c=3'/><link rel='enclosure' href='http://h.test/no'/>"
     "</entry><entry><link rel='alternate' href='http://h.test/2'/></entry></feed>",
     "?a=1&b=2&c=3 2"},
    {"gzip", gzipped(urlset), "1 2"},
    {"gzip of text", gzipped("http://h.test/1\nhttp://h.test/2"), "1 2"},
    {"gzip of nothing", gzipped(""), ""},
    {"two members", gzipped(urlset.substr(0, 100)) + gzipped(urlset.substr(100)), "1 2"},
    {"padding behind gzip", gzipped(urlset) + std::string(9, '\0'), "1 2"},

    {"cut in a URL", urlset.substr(0, urlset.find("/2</loc>") + 2), "1", "", "line 1: "},
    {"cut behind an entry", urlset.substr(0, urlset.find("</urlset>")), "1 2", "", "line 1: "},
    {"an ampersand",
     "<urlset><url><loc>http://h.test/1</loc></url>\n<url><loc>http://h.test/?a&b"
     "</loc></url><url><loc>http://h.test/3</loc></url></urlset>",
     "1", "", "line 2: "},
    {"tags that do not match",
     "<urlset><url><loc>http://h.test/1</loc></url><url><loc>http://h.test/2</url></urlset>", "1",
     "", "line 1: "},
    {"bytes of no character",
     "<urlset><url><loc>http://h.test/1</loc></url><url><loc>\xff\xfe</loc></url></urlset>", "1",
     "", "line 1: "},
    {"an encoding of nobody",
     "<?xml version='1.0' encoding='x-klingon'?><urlset><url><loc>http://h.test/1</loc></url>"
     "</urlset>",
     "", "", "line 1: "},
    {"a page", "<!doctype html><html><a href='http://h.test/1'>x</a></html>", "", "", "line 1: "},
    {"a page of XHTML", "<!DOCTYPE html><html><a href='http://h.test/1'>x</a></html>", "", "",
     "no sitemap: its root is <html>"},
    {"words", "Not found.\n", "", "", "no sitemap: neither"},
    {"a picture", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, "", "", "no sitemap: neither"},
    {"gzip in gzip", gzipped(gzipped(urlset)), "", "", "no sitemap: neither"},
    {"half of a gzip", gzipped(urlset).substr(0, gzipped(urlset).size() - 10), "1 2", "", "gzip: "},
    {"no gzip", "\x1f\x8b\x08 and so on", "", "", "gzip: "},
    {"an entity of its own",
     "<!DOCTYPE urlset [<!ENTITY a 'http://h.test/no'>]><urlset><url><loc>http://h.test/1</loc>"
     "</url><url><loc>&a;</loc></url></urlset>",
     "", "", "line 1: declarations"},
    {"a file of this machine",
     "<!DOCTYPE urlset [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><urlset><url><loc>http://h.test/"
     "1</loc></url><url><loc>http://h.test/&a;</loc></url></urlset>",
     "", "", "line 1: declarations"},
    {"an entity that nobody declared",
     "<!DOCTYPE urlset SYSTEM "
     "'http://h.test/no.dtd'><urlset><url><loc>http://h.test/1&eacute;</loc>"
     "</url></urlset>",
     "1"},
    {"a document type elsewhere",
     "<!DOCTYPE urlset SYSTEM 'http://h.test/no.dtd'><urlset><url><loc>http://h.test/1</loc></url>"
     "</urlset>",
     "1"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(sitemaps)

BOOST_AUTO_TEST_CASE(list_pages_in_all_forms_and_up_to_the_first_fault) {
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.what) {
      const auto found = read(r.body);
      BOOST_TEST(names(found.pages) == r.pages);
      BOOST_TEST(names(found.sitemaps) == r.sitemaps);
      BOOST_TEST(found.wrong.starts_with(r.wrong), found.wrong);
      BOOST_TEST(found.wrong.empty() == r.wrong.empty(), found.wrong);
      BOOST_TEST(!found.cut);
    }
  }
}

BOOST_AUTO_TEST_CASE(do_not_expand_entities_a_billionfold) {
  std::string bomb = "<!DOCTYPE urlset [<!ENTITY a 'http://h.test/'>";
  for (char c = 'b'; c < 'm'; ++c) {
    bomb += "<!ENTITY "s + c + " '";
    for (int i = 0; i < 10; ++i)
      bomb += "&"s + static_cast<char>(c - 1) + ";";
    bomb += "'>";
  }
  const auto found = read(bomb + "]><urlset><url><loc>&l;</loc></url></urlset>");
  BOOST_TEST(found.pages.empty());
  BOOST_TEST(found.wrong != "");
}

BOOST_AUTO_TEST_CASE(end_at_a_number_of_urls) {
  limits bounds;
  bounds.sitemap_urls_max = 2;
  for (const std::string& text : {"http://h.test/1\nhttp://h.test/2\nhttp://h.test/3\n"s,
                                  "<urlset><url><loc>http://h.test/1</loc></url><url><loc>http://"
                                  "h.test/2</loc></url><url><loc>"
                                  "http://h.test/3</loc></url><broken"s}) {
    for (const auto& body : {text, gzipped(text)}) {
      const auto found = read(body, bounds);
      BOOST_TEST(names(found.pages) == "1 2");
      BOOST_TEST(found.cut);
      BOOST_TEST(found.wrong == "");
    }
  }
  BOOST_TEST(!read(urlset, bounds).cut); // just so many
}

BOOST_AUTO_TEST_CASE(leave_long_urls_out) {
  limits bounds;
  bounds.url_bytes_max = 20;
  const auto rest = std::string(100, 'x');
  const auto found = read("http://h.test/1\nhttp://h.test/" + rest + "\nhttp://h.test/2\n", bounds);
  BOOST_TEST(names(found.pages) == "1 2");
  const auto other = read("<urlset><url><loc>http://h.test/" + rest
                              + "</loc></url><url><loc>http://h.test/2</loc></url></urlset>",
                          bounds);
  BOOST_TEST(names(other.pages) == "2");
}

BOOST_AUTO_TEST_CASE(end_at_a_number_of_bytes_packed_or_not) {
  limits bounds;
  bounds.sitemap_bytes_max = 40;
  const std::string text = "http://h.test/1\nhttp://h.test/2\nhttp://h.test/3\n";
  for (const auto& body : {text, gzipped(text)}) {
    const auto found = read(body, bounds);
    BOOST_TEST(names(found.pages) == "1 2"); // half a line is no page
    BOOST_TEST(found.cut);
    BOOST_TEST(found.wrong == "");
  }
  bounds.sitemap_bytes_max = text.size();
  BOOST_TEST(!read(text, bounds).cut);
  BOOST_TEST(!read(gzipped(text), bounds).cut);
}

BOOST_AUTO_TEST_CASE(unpack_no_more_of_a_bomb_than_the_bound) {
  std::string bomb;
  {
    const std::string zeros(16u << 20, ' ');
    const auto member = gzipped(zeros);
    bomb = gzipped("<urlset><url><loc>http://h.test/1</loc></url>");
    for (int i = 0; i < 64; ++i) // one GiB
      bomb += member;
  }
  std::uint64_t taken = 0;
  const auto end = gunzip(bomb, 1u << 20, [&taken](std::string_view piece) {
    taken += piece.size();
    return true;
  });
  BOOST_TEST((end == gunzip_end::full));
  BOOST_TEST(taken == (1u << 20));
  const auto found = read(bomb);
  BOOST_TEST(names(found.pages) == "1");
  BOOST_TEST(found.cut);
}

// What a parser takes much time for, packed into little.
BOOST_AUTO_TEST_CASE(what_no_sitemap_has_ends_it_soon) {
  const auto times = [](int n, const auto& piece) {
    std::string out;
    for (int i = 0; i < n; ++i)
      out += piece(i);
    return out;
  };
  const auto number = [](int i) { return std::to_string(i); };
  for (const auto& [body, wrong] : std::vector<std::pair<std::string, std::string>>{
           {"<urlset><url " + times(100'000, [&](int i) { return " a" + number(i) + "=''"; })
                + "/>",
            "more than 64 KiB"},
           {"<urlset><!-- " + std::string(1u << 20, '-'), "more than 64 KiB"},
           {"<urlset><url " + times(300, [&](int i) { return " a" + number(i) + "=''"; }) + "/>",
            "more names, attributes"},
           {"<urlset>" + times(20'000, [&](int i) { return "<a" + number(i) + "/>"; }),
            "more names, attributes"},
           {"<urlset>" + times(100, [](int) { return "<url>"; }), "more names, attributes"},
           {"<urlset>"
                + times(40,
                        [&](int i) {
                          return "<a xmlns:a" + number(i) + "='x' xmlns:b" + number(i)
                                 + "='y' xmlns:c" + number(i) + "='y' xmlns:d" + number(i)
                                 + "='z'>";
                        }),
            "more names, attributes"},
           {"<!DOCTYPE urlset ["
                + times(100'000,
                        [&](int i) { return "<!ATTLIST url a" + number(i) + " CDATA 'x'>"; }),
            "declarations of its own"},
       }) {
    const auto found = read(body);
    BOOST_TEST(found.wrong.find(wrong) != found.wrong.npos, found.wrong);
    BOOST_TEST(!found.cut);
  }
}

BOOST_AUTO_TEST_CASE(as_large_as_the_protocol_lets_them_be) {
  std::string body = "<?xml version='1.0'?>\n<urlset>\n";
  for (int i = 0; i < 50'000; ++i)
    body += "<url><loc>http://h.test/" + std::to_string(i) + "</loc><lastmod>2024-01-01</lastmod>"
            + std::string(700, ' ') + "</url>\n";
  body += "</urlset>";
  BOOST_TEST(body.size() < limits{}.sitemap_bytes_max);
  for (const auto& form : {body, gzipped(body)}) {
    const auto found = read(form);
    BOOST_TEST(found.pages.size() == 50'000u);
    BOOST_TEST(!found.cut);
    BOOST_TEST(found.wrong == "");
  }
}

BOOST_AUTO_TEST_CASE(read_the_same_wherever_a_piece_ends) {
  // gzip hands on what it has: members that end at each byte make pieces of every length.
  for (const auto& r : rows) {
    if (looks_like_gzip(r.body) || r.body.size() > 600)
      continue;
    std::string pieces;
    for (const char c : r.body)
      pieces += gzipped({&c, 1});
    if (pieces.empty())
      continue;
    const auto found = read(pieces);
    BOOST_TEST_CONTEXT(r.what) {
      BOOST_TEST(names(found.pages) == r.pages);
      BOOST_TEST(names(found.sitemaps) == r.sitemaps);
      BOOST_TEST(found.wrong.empty() == r.wrong.empty(), found.wrong);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
