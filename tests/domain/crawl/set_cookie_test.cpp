// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/set_cookie.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::crawl;

namespace {

constexpr std::int64_t now = 1'700'000'000; // 2023-11-14 22:13:20

std::optional<set_cookie> parse(std::string_view header) {
  return parse_set_cookie(header, now, cookie_limits{});
}

} // namespace

BOOST_AUTO_TEST_SUITE(set_cookie_headers)

BOOST_AUTO_TEST_CASE(finds_name_and_value_as_browsers_do) {
  const struct {
    const char *header, *name, *value;
  } rows[] = {
      {"SID=31d4d96e407aad42", "SID", "31d4d96e407aad42"}, // RFC 6265, 3.1
      {"lang=en-US; Path=/; Domain=example.com", "lang", "en-US"},
      {"a=b=c", "a", "b=c"},
      {"  a \t= b c \t; Secure", "a", "b c"},
      {"a=\"quoted, kept\"", "a", "\"quoted, kept\""},
      {"a=", "a", ""},
      {"alone", "", "alone"},
      {"=value", "", "value"},
      {"= =x", "", "=x"},
      {"a=b;", "a", "b"},
      {"a=b;;;=;==; ; path", "a", "b"},
      {"a=\xc3\xa9", "a", "\xc3\xa9"},
      {"a=b\tc", "a", "b\tc"},
  };
  for (const auto& row : rows) {
    const auto c = parse(row.header);
    BOOST_REQUIRE_MESSAGE(c, row.header);
    BOOST_TEST(c->name == row.name, row.header);
    BOOST_TEST(c->value == row.value, row.header);
  }
}

BOOST_AUTO_TEST_CASE(ignores_what_is_none) {
  for (const char* header : {"", "=", ";", " ; a=b", "a=b\nc", "a=\x01", "a=b; path=\x7f"})
    BOOST_TEST(!parse(header), header);
  BOOST_TEST(!parse(std::string_view("a=b\0c", 5)));
  BOOST_TEST(parse("n=" + std::string(4'095, 'v')).has_value());
  BOOST_TEST(!parse("n=" + std::string(4'096, 'v')));
}

BOOST_AUTO_TEST_CASE(the_last_attribute_of_a_name_counts_and_what_is_no_attribute_does_not) {
  auto c =
      parse("a=b; Domain=.EXAMPLE.com; path=/x; PATH=/y; SECURE=whatever; HttpOnly; SameSite=Lax");
  BOOST_REQUIRE(c);
  BOOST_TEST(c->domain == "example.com");
  BOOST_TEST((c->path == "/y"));
  BOOST_TEST(c->secure);
  BOOST_TEST(c->http_only);
  BOOST_TEST(!c->expires_unix_s.has_value());
  c = parse("a=b; Domain=example.com; Domain=");
  BOOST_TEST(c->domain == "");
  c = parse("a=b; path=/" + std::string(1'024, 'x')); // longer than an attribute may be
  BOOST_TEST(!c->path.has_value());
  c = parse("a=b; path=/" + std::string(1'023, 'x'));
  BOOST_TEST(c->path.has_value());
  c = parse("a=b; securex; notpath=/z");
  BOOST_TEST(!c->secure);
  BOOST_TEST(!c->path.has_value());
}

BOOST_AUTO_TEST_CASE(max_age_goes_before_expires) {
  const struct {
    const char* attributes;
    std::int64_t expires; // 0: a session's
  } rows[] = {
      {"", 0},
      {"Max-Age=60", now + 60},
      {"Max-Age=60; Expires=Wed, 21 Oct 2015 07:28:00 GMT", now + 60},
      {"Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=60", now + 60},
      {"Max-Age=0", long_gone},
      {"Max-Age=-1", long_gone},
      {"Max-Age=-", long_gone},
      {"Max-Age=+1", 0},
      {"Max-Age=1.5", 0},
      {"Max-Age=", 0},
      {"Max-Age=60; Max-Age=x", now + 60},
      {"Max-Age=99999999999999999999999", now + cookie_seconds_max},
      {"Expires=Wed, 21 Oct 2015 07:28:00 GMT", 1'445'412'480},
      {"Expires=Sat, 31 Dec 9999 23:59:59 GMT", now + cookie_seconds_max},
      {"Expires=Mon, 01 Jan 1601 00:00:00 GMT", long_gone},
      {"Expires=yesterday", 0},
  };
  for (const auto& row : rows) {
    const auto c = parse(std::string("a=b; ") + row.attributes);
    BOOST_REQUIRE(c);
    BOOST_TEST(c->expires_unix_s.value_or(0) == row.expires, row.attributes);
  }
}

BOOST_AUTO_TEST_CASE(reads_dates_of_any_kind) {
  const struct {
    const char* text;
    std::int64_t at; // -1: none
  } rows[] = {
      {"Wed, 09 Jun 2021 10:18:14 GMT", 1'623'233'894}, // RFC 6265, 3.1
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777},   // RFC 9110, 5.6.7: all three
      {"Sunday, 06-Nov-94 08:49:37 GMT", 784'111'777},
      {"Sun Nov  6 08:49:37 1994", 784'111'777},
      {"06 november 1994 8:49:37", 784'111'777},
      {"1994 6 NoV 08:49:37", 784'111'777},
      {"6 Nov 94 08:49:37zzz", 784'111'777},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Thu, 01 Jan 70 00:00:00 GMT", 0},
      {"Fri, 01 Jan 69 00:00:00 GMT", 3'124'224'000},
      {"Tue, 29 Feb 2022 00:00:00 GMT", -1},
      {"Sat, 29 Feb 2020 00:00:00 GMT", 1'582'934'400},
      {"Wed, 32 Jun 2021 10:18:14 GMT", -1},
      {"Wed, 00 Jun 2021 10:18:14 GMT", -1},
      {"Wed, 09 Jun 2021 24:18:14 GMT", -1},
      {"Wed, 09 Jun 2021 10:60:14 GMT", -1},
      {"Wed, 09 Jun 2021 10:18:60 GMT", -1},
      {"Wed, 09 Jun 1600 10:18:14 GMT", -1},
      {"Wed, 09 Jun 20211 10:18:14 GMT", -1},
      {"Wed, 09 Jun 10:18:14 GMT", -1},
      {"Wed, 09 Xyz 2021 10:18:14 GMT", -1},
      {"Wed, 09 Jun 2021 10:18 GMT", -1},
      {"Wed, 09 Jun 2021 100:18:14 GMT", -1},
      {"", -1},
  };
  for (const auto& row : rows)
    BOOST_TEST(parse_cookie_date(row.text).value_or(-1) == row.at, row.text);
}

BOOST_AUTO_TEST_SUITE_END()
