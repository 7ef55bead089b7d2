// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/host.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/url.hpp"
#include "tests/domain/crawl/url_rows.hpp"

using namespace troupe::crawl;
using troupe::test::url_row;
using namespace std::string_view_literals;

namespace {

// The host that "http://" + text + "/" has, or '!' and why it has none.
constexpr url_row domain_rows[] = {
    {"example.org", "example.org"},
    {"EXAMPLE.Org", "example.org"},
    {"a_b-c.d", "a_b-c.d"},
    {"-a.b-", "-a.b-"},
    {"ab--c.com", "ab--c.com"},
    {"example.org.", "example.org."},
    {"a..b", "a..b"},
    {".a", ".a"},
    {".", "."},
    {"..", ".."},
    {"~!$&'()*+,;=", "~!$&'()*+,;="},
    {"\"`{}", "\"`{}"},
    {"%65x%41mple", "example"},
    {"%e2%98%83.net", "xn--n3h.net"},
    {"a%2eb", "a.b"},
    {"a%2", "!bad_host"},
    {"a%", "!bad_host"},
    {"%zz", "!bad_host"},
    {"a%25b", "!bad_host"},
    {"a%2fb", "!bad_host"},
    {"a%3ab", "!bad_host"},
    {"a%40b", "!bad_host"},
    {"a%20b", "!bad_host"},
    {"a%00b", "!bad_host"},
    {"a%7fb", "!bad_host"},
    {"a b", "!bad_host"},
    {"a<b", "!bad_host"},
    {"a>b", "!bad_host"},
    {"a^b", "!bad_host"},
    {"a|b", "!bad_host"},
    {"a[b", "!bad_host"},
    {"a]b", "!bad_host"},
    {"a\0b"sv, "!bad_host"},
    {"a\x01", "!bad_host"},
    {"\xff", "!bad_host"},
    {"%ff", "!bad_host"},
    {"%c3", "!bad_host"},
    {"%ed%a0%80", "!bad_host"},
};

constexpr url_row idn_rows[] = {
    {"bücher.example", "xn--bcher-kva.example"},
    {"BÜCHER.example", "xn--bcher-kva.example"},
    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
    {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
    {"faß.de", "xn--fa-hia.de"},
    {"βόλος.com", "xn--nxasmm1c.com"},
    {"☃.net", "xn--n3h.net"},
    {"💩.la", "xn--ls8h.la"},
    {"日本語。jp", "xn--wgv71a119e.jp"},
    {"www．example．org", "www.example.org"},
    {"ｅｘａｍｐｌｅ.org", "example.org"},
    {"a\u00adb.org", "ab.org"},
    {"ﬁn.org", "fin.org"},
    {"K.org", "k.org"},
    {"ab--ü.com", "xn--ab---3ra.com"},
    {"ü..com", "xn--tda..com"},
    {"ü.com.", "xn--tda.com."},
    {"אב.com", "xn--4dbc.com"},
    {"\u0645\u06cc\u200c\u062e.com", "xn--tgb9bvy774f.com"},
    {"\u00ad", "!bad_host"},
    {"xn--", "!bad_host"},
    {"xn--a", "!bad_host"},
    {"xn--ü", "!bad_host"},
    {"xn--zn7c.com", "!bad_host"},
    {"a.xn--99999999999.com", "!bad_host"},
    {"\u0301a.com", "!bad_host"},
    {"a\u200cb.com", "!bad_host"},
    {"a\u200d.com", "!bad_host"},
    {"אa.com", "!bad_host"},
    {"1א.com", "!bad_host"},
    {"a\ufffd.com", "!bad_host"},
    {"a\u2100b.com", "!bad_host"},
    {"％４１.com", "!bad_host"},
    {"a\u3000b.com", "!bad_host"},
    {"a\u2028b.com", "!bad_host"},
};

constexpr url_row ipv4_rows[] = {
    {"1.2.3.4", "1.2.3.4"},
    {"1.2.3.4.", "1.2.3.4"},
    {"1.2.3", "1.2.0.3"},
    {"1.2", "1.0.0.2"},
    {"1", "0.0.0.1"},
    {"0", "0.0.0.0"},
    {"00", "0.0.0.0"},
    {"256", "0.0.1.0"},
    {"4294967295", "255.255.255.255"},
    {"1.16777215", "1.255.255.255"},
    {"1.2.65535", "1.2.255.255"},
    {"0x7f.1", "127.0.0.1"},
    {"0X7F000001", "127.0.0.1"},
    {"0xffffffff", "255.255.255.255"},
    {"0x.0x.0", "0.0.0.0"},
    {"0x", "0.0.0.0"},
    {"0300.0250.1", "192.168.0.1"},
    {"00000000000300.1", "192.0.0.1"},
    {"%31.2.3.4", "1.2.3.4"},
    {"１.２.３.４", "1.2.3.4"},
    {"1。2。3。4", "1.2.3.4"},
    {"1.2.3.4.5", "!bad_ipv4"},
    {"256.1.1.1", "!bad_ipv4"},
    {"1.256.1.1", "!bad_ipv4"},
    {"1.1.1.256", "!bad_ipv4"},
    {"1.1.65536", "!bad_ipv4"},
    {"1.16777216", "!bad_ipv4"},
    {"4294967296", "!bad_ipv4"},
    {"0x100000000", "!bad_ipv4"},
    {"99999999999999999999999999", "!bad_ipv4"},
    {"1.2.3.08", "!bad_ipv4"},
    {"08", "!bad_ipv4"},
    {"09.1", "!bad_ipv4"},
    {"1..2", "!bad_ipv4"},
    {".1", "!bad_ipv4"},
    {"a.1", "!bad_ipv4"},
    {"a.0x1", "!bad_ipv4"},
    {"a.0x", "!bad_ipv4"},
    {"1.2.3.4..", "1.2.3.4.."},
    {"1.2.3.0xg", "1.2.3.0xg"},
    {"1.2.3.4a", "1.2.3.4a"},
    {"1.2.3.-4", "1.2.3.-4"},
    {"1.com", "1.com"},
    {"1e3", "1e3"},
};

constexpr url_row ipv6_rows[] = {
    {"[::]", "[::]"},
    {"[::1]", "[::1]"},
    {"[1::]", "[1::]"},
    {"[2001:DB8::00a0]", "[2001:db8::a0]"},
    {"[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]"},
    {"[0:0:0:0:0:0:0:0]", "[::]"},
    {"[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]"},
    {"[1:0:0:2:3:0:0:4]", "[1::2:3:0:0:4]"},
    {"[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]"},
    {"[1:2:3:4:5:6:7::]", "[1:2:3:4:5:6:7:0]"},
    {"[::2:3:4:5:6:7:8]", "[0:2:3:4:5:6:7:8]"},
    {"[::ffff:1.2.3.4]", "[::ffff:102:304]"},
    {"[::1.2.3.4]", "[::102:304]"},
    {"[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6:102:304]"},
    {"[::0.0.0.0]", "[::]"},
    {"[]", "!bad_ipv6"},
    {"[", "!bad_ipv6"},
    {"[:]", "!bad_ipv6"},
    {"[:::]", "!bad_ipv6"},
    {"[::1", "!bad_ipv6"},
    {"[::1]a", "!bad_ipv6"},
    {"[1:2:3:4:5:6:7]", "!bad_ipv6"},
    {"[1:2:3:4:5:6:7:8:9]", "!bad_ipv6"},
    {"[1:2:3:4:5:6:7:8::]", "!bad_ipv6"},
    {"[1:2:3:4::5:6:7:8]", "!bad_ipv6"},
    {"[1::2::3]", "!bad_ipv6"},
    {"[:1:2]", "!bad_ipv6"},
    {"[1:]", "!bad_ipv6"},
    {"[::1:]", "!bad_ipv6"},
    {"[12345::]", "!bad_ipv6"},
    {"[g::]", "!bad_ipv6"},
    {"[::%31]", "!bad_ipv6"},
    {"[fe80::1%25eth0]", "!bad_ipv6"},
    {"[::1.2.3]", "!bad_ipv6"},
    {"[::1.2.3.4.5]", "!bad_ipv6"},
    {"[::1.2.3.256]", "!bad_ipv6"},
    {"[::1.2.3.99999999999]", "!bad_ipv6"},
    {"[::01.2.3.4]", "!bad_ipv6"},
    {"[::1.2.3.]", "!bad_ipv6"},
    {"[::.1.2.3]", "!bad_ipv6"},
    {"[::1.2.3.4:1]", "!bad_ipv6"},
    {"[1:2:3:4:5:6:7:1.2.3.4]", "!bad_ipv6"},
    {"[ ::1]", "!bad_ipv6"},
    {"[1.2.3.4]", "!bad_ipv6"},
};

std::string_view fault_name(url_fault f) {
  switch (f) {
  case url_fault::bad_host:
    return "!bad_host";
  case url_fault::bad_ipv4:
    return "!bad_ipv4";
  case url_fault::bad_ipv6:
    return "!bad_ipv6";
  default:
    return to_string(f);
  }
}

void check_rows(const auto& rows) {
  for (const auto& [text, result] : rows) {
    std::string host;
    const auto fault = append_host(host, text);
    BOOST_TEST((fault ? fault_name(*fault) : host) == result, "host " << text << ": " << host);
    if (fault)
      continue;
    std::string again;
    BOOST_TEST(!append_host(again, host), "a second time: " << host);
    BOOST_TEST(again == host);
    const auto whole = parse_url("http://" + std::string{text} + "/");
    BOOST_REQUIRE_MESSAGE(whole, text);
    BOOST_TEST(whole->host() == result);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(host)

BOOST_AUTO_TEST_CASE(domains_become_lower_case_ascii) { check_rows(domain_rows); }

BOOST_AUTO_TEST_CASE(names_that_are_not_ascii_are_mapped_and_checked) { check_rows(idn_rows); }

BOOST_AUTO_TEST_CASE(numbers_are_ipv4_addresses_in_all_their_forms) { check_rows(ipv4_rows); }

BOOST_AUTO_TEST_CASE(brackets_hold_ipv6_addresses_only) { check_rows(ipv6_rows); }

BOOST_AUTO_TEST_CASE(appends_to_what_is_there) {
  std::string out = "https://";
  BOOST_TEST(!append_host(out, "[::1]"));
  BOOST_TEST(!append_host(out, "1.2"));
  BOOST_TEST(!append_host(out, "Ü"));
  BOOST_TEST(out == "https://[::1]1.0.0.2xn--tda");
}

BOOST_AUTO_TEST_CASE(an_empty_host_is_none) {
  std::string out;
  BOOST_TEST((append_host(out, "") == url_fault::bad_host));
}

BOOST_AUTO_TEST_CASE(long_ascii_hosts_pass_and_long_international_ones_are_refused) {
  std::string out;
  BOOST_TEST(!append_host(out, std::string(5'000, 'a')));
  BOOST_TEST(out.size() == 5'000u);
  std::string umlauts;
  while (umlauts.size() < idn_bytes_max)
    umlauts += umlauts.size() % 64 == 62 ? "a." : "ü";
  out.clear();
  BOOST_TEST(!append_host(out, umlauts));
  out.clear();
  BOOST_TEST((append_host(out, umlauts + "ü") == url_fault::bad_host));
}

BOOST_AUTO_TEST_CASE(a_character_that_maps_to_many_does_not_overrun) {
  std::string out;
  std::string ligatures; // one code point, eighteen after mapping
  for (int i = 0; i < 100; ++i)
    ligatures += "\ufdfa";
  // It holds spaces once mapped, and so is forbidden; what counts is that the buffer was enough.
  BOOST_TEST((append_host(out, ligatures) == url_fault::bad_host));
  ligatures.clear();
  for (int i = 0; i < 200; ++i)
    ligatures += "\u3300"; // four katakana and a half
  BOOST_TEST(!append_host(out, ligatures));
  BOOST_TEST(out.starts_with("xn--"));
}

BOOST_AUTO_TEST_SUITE_END()
