// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/request_extras.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::crawl;

namespace {

std::string wrong_with(std::string_view text) {
  header_field h;
  return read_header(text, h);
}

std::vector<url> urls(std::initializer_list<const char*> texts) {
  std::vector<url> out;
  for (const auto* t : texts)
    out.push_back(parse_url(t).value());
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(reads_a_header_as_it_is_typed) {
  const struct {
    const char *typed, *name, *value;
  } rows[] = {
      {"X-Key: abc", "X-Key", "abc"},
      {"X-Key:abc", "X-Key", "abc"},
      {"X-Key:  \t a b\tc \t", "X-Key", "a b\tc"},
      {"Referer: https://example.org/?a:b", "Referer", "https://example.org/?a:b"},
      {"X-Empty:", "X-Empty", ""},
      {"X-Latin: caf\xe9", "X-Latin", "caf\xe9"},
      {"!#$%&'*+-.^_`|~09azAZ: x", "!#$%&'*+-.^_`|~09azAZ", "x"},
  };
  for (const auto& row : rows) {
    header_field h;
    BOOST_TEST(read_header(row.typed, h) == "", row.typed);
    BOOST_TEST(h.name == row.name);
    BOOST_TEST(h.value == row.value);
  }
}

BOOST_AUTO_TEST_CASE(says_which_header_is_wrong_and_what) {
  const struct {
    std::string_view typed, says;
  } rows[] = {
      {"secret", "there is no colon"},
      {"", "there is no colon"},
      {": secret", "there is no name"},
      {"X Key: secret", "'X Key' is no header's name"},
      {"X-Key : secret", "'X-Key ' is no header's name"},
      {"X\nKey: secret", "'X?Key' is no header's name"},
      {"X-K\xc3\xa9y: secret", "is no header's name"},
      {"X-Key: sec\r\nret: x", "X-Key: its value has a line break"},
      {std::string_view("X-Key: sec\0ret", 14), "X-Key: its value has"},
      {"X-Key: secret\x7f", "X-Key: its value has"},
      {"hOST: secret", "hOST is the client's own"},
      {"User-Agent: secret", "--user-agent"},
      {"Accept-Encoding: secret", "--no-compression"},
      {"If-None-Match: \"secret\"", "--recrawl"},
      {"If-Modified-Since: secret", "--recrawl"},
  };
  for (const auto& row : rows) {
    const auto wrong = wrong_with(row.typed);
    BOOST_TEST(wrong.find(row.says) != wrong.npos, row.typed << " -> " << wrong);
    BOOST_TEST(wrong.find("secret") == wrong.npos, wrong);
    BOOST_TEST(wrong.find('\n') == wrong.npos);
  }
  for (const char* name :
       {"Connection", "Content-Length", "Transfer-Encoding", "TE", "Upgrade", "Trailer", "Expect",
        "Range", "If-Range", "Proxy-Authorization", "Keep-Alive", "HTTP2-Settings", "Set-Cookie"})
    BOOST_TEST(wrong_with(std::string(name) + ": x") != "", name);
  for (const char* name :
       {"Authorization", "Cookie", "Accept", "Accept-Language", "Referer", "From"})
    BOOST_TEST(wrong_with(std::string(name) + ": x") == "", name);
}

BOOST_AUTO_TEST_CASE(bounds_headers_together) {
  request_limits bounds;
  bounds.headers_max = 2;
  bounds.headers_bytes_max = 10;
  BOOST_TEST(check_headers({{"a", "1"}, {"b", "12345678"}}, bounds).find("longer than 10")
             != std::string::npos);
  BOOST_TEST(check_headers({{"a", "1"}, {"b", "1234567"}}, bounds) == "");
  BOOST_TEST(check_headers({{"a", ""}, {"b", ""}, {"c", ""}}, bounds).find("more than 2")
             != std::string::npos);
  BOOST_TEST(check_headers({{"Aa", ""}, {"aA", ""}}, bounds).find("aA is given twice")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(home_is_the_seeds_origins_and_nothing_else) {
  request_extras e;
  e.add_home(urls({"http://example.org/a", "https://secure.example/", "http://127.0.0.1:8080/"}));
  for (const char* yes :
       {"http://example.org/other", "https://example.org/", "https://secure.example/x?y",
        "http://user:x@example.org/", "http://EXAMPLE.org:80/", "http://127.0.0.1:8080/z"})
    BOOST_TEST(e.at_home(parse_url(yes).value()), yes);
  for (const char* no : {"http://secure.example/", // in clear what was meant for https
                         "http://www.example.org/", "http://example.org:8080/",
                         "https://example.org:8443/", "http://example.org.evil/",
                         "https://127.0.0.1/", "http://127.0.0.1/", "http://localhost:8080/"})
    BOOST_TEST(!e.at_home(parse_url(no).value()), no);
  BOOST_TEST(!request_extras{}.at_home(parse_url("http://example.org/").value()));
}

BOOST_AUTO_TEST_CASE(checks_credentials_without_showing_them) {
  request_limits bounds;
  BOOST_TEST(check_credentials("user:pass:word", bounds) == "");
  BOOST_TEST(check_credentials(":", bounds) == "");
  for (const std::string& bad : {std::string("secret"), std::string("secret:a\nb"),
                                 "secret:" + std::string(2'000, 'x'), std::string("secret:\x7f")}) {
    const auto wrong = check_credentials(bad, bounds);
    BOOST_TEST(wrong != "");
    BOOST_TEST(wrong.find("secret") == wrong.npos);
  }
}
