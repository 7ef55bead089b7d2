// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/cookie_jar.hpp"

#include <boost/test/unit_test.hpp>

#include "domain/crawl/cookie_text.hpp"

using namespace troupe::crawl;

namespace {

constexpr std::int64_t now = 1'700'000'000;

url at(std::string_view text) { return parse_url(text).value(); }

// What a jar says to `to` after `from` has set a cookie.
std::string said(const char* from, std::string_view header, const char* to) {
  cookie_jar jar;
  jar.take(at(from), header, now);
  return jar.line_for(at(to), now);
}

} // namespace

BOOST_AUTO_TEST_SUITE(cookie_jars)

// RFC 6265, 3.1: the session that it tells.
BOOST_AUTO_TEST_CASE(the_examples_of_rfc_6265) {
  cookie_jar jar;
  const auto home = at("https://www.example.com/");
  jar.take(home, "SID=31d4d96e407aad42; Path=/; Secure; HttpOnly", now);
  jar.take(home, "lang=en-US; Path=/; Domain=example.com", now);
  BOOST_TEST(jar.line_for(home, now) == "SID=31d4d96e407aad42; lang=en-US");
  BOOST_TEST(jar.line_for(at("https://other.example.com/"), now) == "lang=en-US");
  BOOST_TEST(jar.line_for(at("http://www.example.com/"), now) == "lang=en-US");
  jar.take(home, "lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Domain=example.com; Path=/", now);
  BOOST_TEST(jar.line_for(home, now) == "SID=31d4d96e407aad42");
}

BOOST_AUTO_TEST_CASE(who_may_set_what_and_who_hears_of_it) {
  const struct {
    const char *from, *header, *to, *line;
  } rows[] = {
      // -- domains
      {"http://a.example.com/", "k=v", "http://a.example.com/", "k=v"},
      {"http://a.example.com/", "k=v", "http://b.a.example.com/", ""},
      {"http://a.example.com/", "k=v", "http://example.com/", ""},
      {"http://a.example.com/", "k=v; domain=example.com", "http://b.example.com/", "k=v"},
      {"http://a.example.com/", "k=v; domain=.example.com", "http://example.com/", "k=v"},
      {"http://a.example.com/", "k=v; domain=b.example.com", "http://b.example.com/", ""},
      {"http://a.example.com/", "k=v; domain=ample.com", "http://ample.com/", ""},
      {"http://example.com/", "k=v; domain=a.example.com", "http://a.example.com/", ""},
      {"http://example.com/", "k=v; domain=example.com", "http://badexample.com/", ""},
      {"http://example.com/", "k=v; domain=", "http://example.com/", "k=v"},
      {"http://example.com/", "k=v; domain=", "http://a.example.com/", ""},
      {"http://example.com/", "k=v; domain=\xc3\xa9.example.com", "http://example.com/", ""},
      // -- public suffixes
      {"http://example.com/", "k=v; domain=com", "http://other.com/", ""},
      {"http://example.co.uk/", "k=v; domain=co.uk", "http://example.co.uk/", ""},
      {"http://a.github.io/", "k=v; domain=github.io", "http://b.github.io/", ""},
      {"http://github.io/", "k=v; domain=github.io", "http://github.io/", "k=v"},
      {"http://github.io/", "k=v; domain=github.io", "http://b.github.io/", ""},
      {"http://localhost/", "k=v; domain=localhost", "http://localhost/", "k=v"},
      // -- addresses
      {"http://127.0.0.1/", "k=v", "http://127.0.0.1:8080/", "k=v"},
      {"http://127.0.0.1/", "k=v; domain=127.0.0.1", "http://127.0.0.1/", "k=v"},
      {"http://127.0.0.1/", "k=v; domain=0.0.1", "http://127.0.0.1/", ""},
      {"http://[::1]/", "k=v", "http://[::1]/", "k=v"},
      {"http://127.0.0.1/", "k=v", "http://localhost/", ""},
      // -- paths
      {"http://e.com/a/b", "k=v", "http://e.com/a/c", "k=v"},
      {"http://e.com/a/b", "k=v", "http://e.com/a", "k=v"},
      {"http://e.com/a/b", "k=v", "http://e.com/", ""},
      {"http://e.com/a/b", "k=v; path=/", "http://e.com/", "k=v"},
      {"http://e.com/", "k=v; path=/foo", "http://e.com/foo/x?y", "k=v"},
      {"http://e.com/", "k=v; path=/foo", "http://e.com/foobar", ""},
      {"http://e.com/", "k=v; path=/foo/", "http://e.com/foo", ""},
      {"http://e.com/a/b", "k=v; path=nowhere", "http://e.com/a/", "k=v"},
      // -- Secure
      {"https://e.com/", "k=v; secure", "https://e.com/", "k=v"},
      {"https://e.com/", "k=v; secure", "http://e.com/", ""},
      {"http://e.com/", "k=v; secure", "https://e.com/", ""},
      // -- promises in names
      {"https://e.com/", "__Secure-k=v; secure", "https://e.com/", "__Secure-k=v"},
      {"https://e.com/", "__Secure-k=v", "https://e.com/", ""},
      {"https://e.com/", "__seCURE-k=v", "https://e.com/", ""},
      {"https://e.com/", "__Host-k=v; secure; path=/", "https://e.com/", "__Host-k=v"},
      {"https://e.com/", "__Host-k=v; secure", "https://e.com/", ""},
      {"https://e.com/", "__Host-k=v; path=/", "https://e.com/", ""},
      {"https://e.com/", "__Host-k=v; secure; path=/a", "https://e.com/a", ""},
      {"https://e.com/", "__Host-k=v; secure; path=/; domain=e.com", "https://e.com/", ""},
      {"https://e.com/", "=__Host-k=v; secure; path=/", "https://e.com/", ""},
      // -- without a name
      {"http://e.com/", "alone", "http://e.com/", "alone"},
      {"http://e.com/", "=alone", "http://e.com/", "alone"},
      // -- over before it began
      {"http://e.com/", "k=v; max-age=0", "http://e.com/", ""},
  };
  for (const auto& row : rows)
    BOOST_TEST(said(row.from, row.header, row.to) == row.line,
               row.from << " sets " << row.header << ", " << row.to << " hears '"
                        << said(row.from, row.header, row.to) << "'");
}

BOOST_AUTO_TEST_CASE(longer_paths_first_and_then_the_oldest) {
  cookie_jar jar;
  const auto home = at("http://e.com/a/b/");
  jar.take(home, "first=1; path=/", now);
  jar.take(home, "long=1; path=/a/b", now);
  jar.take(home, "second=1; path=/", now);
  jar.take(home, "first=2; path=/", now); // keeps its place
  BOOST_TEST(jar.line_for(home, now) == "long=1; first=2; second=1");
  jar.take(home, "first=3; path=/a", now); // another path, another cookie
  BOOST_TEST(jar.line_for(home, now) == "long=1; first=3; first=2; second=1");
}

BOOST_AUTO_TEST_CASE(time_passes) {
  cookie_jar jar;
  const auto home = at("http://e.com/");
  jar.take(home, "a=1; max-age=60", now);
  jar.take(home, "b=1", now);
  BOOST_TEST(jar.line_for(home, now + 59) == "a=1; b=1");
  BOOST_TEST(jar.line_for(home, now + 60) == "b=1");
  BOOST_TEST(jar.all(now + 60).size() == 1u);
}

BOOST_AUTO_TEST_CASE(http_does_not_stand_in_for_https) {
  cookie_jar jar;
  jar.take(at("https://a.e.com/"), "k=secret; secure; domain=e.com; path=/a", now);
  BOOST_TEST(!jar.take(at("http://a.e.com/a/b"), "k=forged; path=/a/b", now));
  BOOST_TEST(!jar.take(at("http://b.e.com/"), "k=forged; domain=e.com; path=/a", now));
  BOOST_TEST(jar.take(at("http://a.e.com/"), "k=other; path=/", now)); // does not cover /a
  BOOST_TEST(jar.take(at("http://a.e.com/"), "x=other; path=/a", now));
  BOOST_TEST(jar.take(at("https://a.e.com/"), "k=new; domain=e.com; path=/a", now));
}

BOOST_AUTO_TEST_CASE(the_least_recently_used_go) {
  cookie_limits bounds;
  bounds.cookies_per_domain_max = 3;
  cookie_jar jar{bounds};
  const auto home = at("https://e.com/");
  jar.take(home, "a=1; path=/a; secure", now);
  jar.take(home, "b=1; path=/b", now);
  jar.take(home, "c=1; path=/c", now);
  jar.line_for(at("https://e.com/b"), now); // b was used after c came
  jar.take(home, "d=1; path=/d", now);
  BOOST_TEST(jar.size() == 3u);
  BOOST_TEST(jar.line_for(at("https://e.com/c"), now) == "");
  jar.take(home, "e=1; path=/e", now); // not a, the oldest, which is for https alone
  BOOST_TEST(jar.line_for(at("https://e.com/a"), now) == "a=1");
  BOOST_TEST(jar.line_for(at("https://e.com/b"), now) == "");
}

BOOST_AUTO_TEST_CASE(the_jar_has_bounds_in_all) {
  cookie_limits bounds;
  bounds.cookies_max = 10;
  cookie_jar jar{bounds};
  for (int i = 0; i < 100; ++i)
    jar.take(at("http://h" + std::to_string(i) + ".example.com/"), "k=" + std::to_string(i), now);
  BOOST_TEST(jar.size() == 10u);
  BOOST_TEST(jar.line_for(at("http://h99.example.com/"), now) == "k=99");
  BOOST_TEST(jar.line_for(at("http://h89.example.com/"), now) == "");

  bounds = {};
  bounds.jar_bytes_max = 10'000;
  cookie_jar small{bounds};
  for (int i = 0; i < 100; ++i)
    small.take(at("http://e.com/"), "k" + std::to_string(i) + "=" + std::string(1'000, 'x'), now);
  BOOST_TEST(small.bytes() <= 10'000u);
  BOOST_TEST(small.size() == 9u);

  bounds = {};
  bounds.cookie_line_bytes_max = 100;
  cookie_jar narrow{bounds};
  narrow.take(at("http://e.com/"), "big=" + std::string(200, 'x'), now);
  narrow.take(at("http://e.com/"), "small=1", now);
  BOOST_TEST(narrow.line_for(at("http://e.com/"), now) == "small=1");
}

BOOST_AUTO_TEST_CASE(expired_ones_make_room_first) {
  cookie_limits bounds;
  bounds.cookies_per_domain_max = 2;
  cookie_jar jar{bounds};
  const auto home = at("http://e.com/");
  jar.take(home, "a=1", now);
  jar.take(home, "b=1; max-age=10", now);
  jar.take(home, "c=1", now + 20);
  BOOST_TEST(jar.line_for(home, now + 20) == "a=1; c=1");
}

BOOST_AUTO_TEST_CASE(a_jar_is_read_back_from_its_text) {
  cookie_jar jar;
  jar.take(at("https://a.example.com/"), "s=1; domain=example.com; secure; path=/x", now);
  jar.take(at("http://127.0.0.1/"), "session=abc=d; httponly", now);
  jar.take(at("http://e.com/"), "old=1; max-age=10", now);
  jar.take(at("http://e.com/"), "alone", now);
  jar.take(at("http://e.com/"), "empty=", now);
  const auto text = cookies_text(jar, now + 60);
  BOOST_TEST(text
             == "# Netscape HTTP Cookie File\n"
                "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tabc=d\n"
                "e.com\tFALSE\t/\tFALSE\t0\t\talone\n"
                "e.com\tFALSE\t/\tFALSE\t0\tempty\t\n"
                ".example.com\tTRUE\t/x\tTRUE\t0\ts\t1\n");
  cookie_jar again;
  BOOST_TEST(read_cookies(text, again, now + 60) == "");
  BOOST_TEST(cookies_text(again, now + 60) == text);
}

// Or a server could see to it that a crawl that was killed cannot go on.
BOOST_AUTO_TEST_CASE(whatever_a_server_sets_its_text_is_read) {
  cookie_jar jar;
  for (const char* header : {"a\tb=1", "c=d\te", "f=1; path=/g\th", "#x=1", "=alone", "i=\"j k\""})
    BOOST_TEST(jar.take(at("http://e.com/"), header, now), header);
  const auto text = cookies_text(jar, now);
  cookie_jar again;
  BOOST_TEST(read_cookies(text, again, now) == "");
  BOOST_TEST(again.line_for(at("http://e.com/"), now) == "#x=1; alone; i=\"j k\"");
}

BOOST_AUTO_TEST_CASE(a_file_of_others_is_read_and_what_is_wrong_has_its_line) {
  cookie_jar jar;
  BOOST_TEST(read_cookies("# Netscape HTTP Cookie File\r\n\r\n"
                          ".Example.com\tTRUE\t/\tFALSE\t4102444800\tk\tv\r\n"
                          "e.com\tFALSE\t/\tFALSE\t5\tgone\tv\n"
                          "e.com\tFALSE\t/\tFALSE\t0\tempty",
                          jar, now)
             == "");
  BOOST_TEST(jar.line_for(at("http://www.example.com/"), now) == "k=v");
  BOOST_TEST(jar.line_for(at("http://e.com/"), now) == "empty=");
  const struct {
    const char *line, *says;
  } rows[] = {
      {"example.com", "fewer than seven fields"},
      {"example.com TRUE / FALSE 0 secret v", "fewer than seven fields"},
      {"example.com\tyes\t/\tFALSE\t0\tsecret\tv", "TRUE or FALSE"},
      {"example.com\tTRUE\t/\tFALSE\tnever\tsecret\tv", "no time"},
      {"example.com\tTRUE\t/\tFALSE\t-1\tsecret\tv", "no time"},
      {"\tTRUE\t/\tFALSE\t0\tsecret\tv", "is no cookie"},
      {"example.com\tTRUE\tx\tFALSE\t0\tsecret\tv", "is no cookie"},
      {"example.com\tTRUE\t/\tFALSE\t0\tsec;ret\tv", "is no cookie"},
      {"example.com\tTRUE\t/\tFALSE\t0\tk\tsecret\x01", "control character"},
      {"com\tTRUE\t/\tFALSE\t0\tsecret\tv", "public suffix"},
  };
  for (const auto& row : rows) {
    cookie_jar none;
    const auto wrong = read_cookies(std::string("#\n") + row.line + "\n", none, now);
    BOOST_TEST(wrong.starts_with("line 2 "), wrong);
    BOOST_TEST(wrong.find(row.says) != wrong.npos, row.line << " -> " << wrong);
    BOOST_TEST(wrong.find("secret") == wrong.npos);
    BOOST_TEST(none.size() == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
