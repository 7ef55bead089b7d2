// SPDX-License-Identifier: BSD-3-Clause
// Which addresses a crawl that others started may connect to.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <memory>
#include <ostream>

#include "domain/crawl/address_rule.hpp"

using troupe::crawl::address_rule;
using troupe::crawl::ip_address;

namespace {

struct row {
  const char* address;
  const char* refusal; // "": it may be reached
};
std::ostream& operator<<(std::ostream& out, const row& r) { return out << r.address; }

// The first and the last address of each range, and their neighbours outside.
const row rows[] = {
    {"0.0.0.0", "unspecified"},
    {"0.0.0.1", "this-network"},
    {"0.255.255.255", "this-network"},
    {"1.0.0.0", ""},
    {"9.255.255.255", ""},
    {"10.0.0.0", "private"},
    {"10.255.255.255", "private"},
    {"11.0.0.0", ""},
    {"100.63.255.255", ""},
    {"100.64.0.0", "shared"},
    {"100.127.255.255", "shared"},
    {"100.128.0.0", ""},
    {"126.255.255.255", ""},
    {"127.0.0.0", "loopback"},
    {"127.255.255.255", "loopback"},
    {"128.0.0.0", ""},
    {"169.253.255.255", ""},
    {"169.254.169.254", "link-local"},
    {"169.255.0.0", ""},
    {"172.15.255.255", ""},
    {"172.16.0.0", "private"},
    {"172.31.255.255", "private"},
    {"172.32.0.0", ""},
    {"192.0.0.8", "protocol"},
    {"192.0.1.0", ""},
    {"192.0.2.1", "documentation"},
    {"192.88.99.1", "6to4-relay"},
    {"192.167.255.255", ""},
    {"192.168.0.0", "private"},
    {"192.168.255.255", "private"},
    {"192.169.0.0", ""},
    {"198.17.255.255", ""},
    {"198.18.0.0", "benchmark"},
    {"198.19.255.255", "benchmark"},
    {"198.20.0.0", ""},
    {"198.51.100.7", "documentation"},
    {"203.0.113.7", "documentation"},
    {"223.255.255.255", ""},
    {"224.0.0.0", "multicast"},
    {"239.255.255.255", "multicast"},
    {"240.0.0.0", "reserved"},
    {"255.255.255.254", "reserved"},
    {"255.255.255.255", "broadcast"},
    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "reserved"},
    {"::7f00:1", "reserved"},           // IPv4-compatible, long given up
    {"::ffff:0:127.0.0.1", "reserved"}, // IPv4-translated, another form altogether
    {"::ffff:127.0.0.1", "loopback"},   // mapped: a connection goes to 127.0.0.1
    {"::ffff:169.254.169.254", "link-local"},
    {"::ffff:10.1.2.3", "private"},
    {"::ffff:93.184.215.14", ""},
    {"64:ff9b::127.0.0.1", "loopback"}, // NAT64
    {"64:ff9b::192.168.1.1", "private"},
    {"64:ff9b::93.184.215.14", ""},
    {"64:ff9b:1::93.184.215.14", "nat64-local"},
    {"100::1", "discard"},
    {"2001::1", "protocol"}, // Teredo
    {"2001:2::1", "benchmark"},
    {"2001:20::1", "protocol"}, // ORCHID
    {"2001:1ff:ffff::1", "protocol"},
    {"2001:200::1", ""},
    {"2001:db8::1", "documentation"},
    {"2001:db7:ffff::1", ""},
    {"2002:7f00:1::1", "loopback"}, // 6to4 of 127.0.0.1
    {"2002:c0a8:101::1", "private"},
    {"2002:5db8:d70e::1", ""},
    {"2606:2800:21f:cb07:6820:80da:af6b:8b2c", ""},
    {"3ffe::1", ""},
    {"3fff::1", "documentation"},
    {"3fff:fff:ffff::1", "documentation"},
    {"3fff:1000::1", ""},
    {"4000::1", "reserved"},
    {"5f00::1", "reserved"}, // SRv6
    {"fbff::1", "reserved"},
    {"fc00::1", "unique-local"},
    {"fdff::1", "unique-local"},
    {"fe00::1", "reserved"},
    {"fe80::1", "link-local"},
    {"febf::1", "link-local"},
    {"fec0::1", "site-local"},
    {"ff02::1", "multicast"},
};

ip_address address(const char* text) { return ip_address::parse(text).value(); }

} // namespace

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_DATA_TEST_CASE(is_refused_by_its_kind, boost::unit_test::data::make(rows), r) {
  BOOST_TEST(address_rule{}.refusal(address(r.address)) == r.refusal);
}

BOOST_AUTO_TEST_CASE(is_let_through_by_an_allowed_range_alone) {
  address_rule rule;
  BOOST_TEST(rule.allow("127.0.0.0/8") == "");
  BOOST_TEST(rule.allow("fd00::/8") == "");
  BOOST_TEST(rule.allow("192.168.1.7") == "");
  BOOST_TEST(rule.allow("10.0.0.64/26") == "");
  for (const auto* inside : {"127.0.0.1", "127.255.255.255", "::ffff:127.0.0.1", "fd12::1",
                             "192.168.1.7", "10.0.0.64", "10.0.0.127"})
    BOOST_TEST(rule.refusal(address(inside)) == "", inside);
  // A tunnel or a translator to an allowed address is another way to it, and not allowed.
  for (const auto* outside : {"::1", "fc00::1", "192.168.1.8", "10.0.0.63", "10.0.0.128",
                              "2002:7f00:1::1", "64:ff9b::127.0.0.1"})
    BOOST_TEST(rule.refusal(address(outside)) != "", outside);
  BOOST_TEST(rule.refusal(address("10.0.0.63")) == "private");
  BOOST_TEST(rule.refusal(address("10.0.0.128")) == "private");
  BOOST_TEST(rule.refusal(address("192.168.1.8")) == "private");
}

BOOST_AUTO_TEST_CASE(ranges_of_all_lengths_are_taken) {
  address_rule all;
  BOOST_TEST(all.allow("0.0.0.0/0") == "");
  BOOST_TEST(all.refusal(address("127.0.0.1")) == "");
  BOOST_TEST(all.refusal(address("::1")) == "loopback");
  BOOST_TEST(all.allow("::/0") == "");
  BOOST_TEST(all.refusal(address("::1")) == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_range_is_said) {
  for (const auto* wrong : {"", "/8", "127.0.0.0/", "127.0.0.0/33", "127.0.0.0/-1", "127.0.0.0/8x",
                            "127.0.0.1/8", "127.1/8", "0x7f.0.0.1", "localhost", "::1/129", "[::1]",
                            "fe80::1%eth0", "::ffff:127.0.0.1", "127.0.0.0/8/8"}) {
    address_rule rule;
    BOOST_TEST(rule.allow(wrong) != "", wrong);
    BOOST_TEST(rule.refusal(address("127.0.0.1")) == "loopback");
  }
}

BOOST_AUTO_TEST_CASE(two_rules_hold_together) {
  const auto node = std::make_shared<address_rule>();
  BOOST_TEST(node->allow("127.0.0.0/8") == "");
  address_rule order;
  BOOST_TEST(order.allow("127.0.0.1") == "");
  BOOST_TEST(order.allow("10.0.0.0/8") == "");
  order.narrow(node);
  BOOST_TEST(order.refusal(address("127.0.0.1")) == "");
  BOOST_TEST(order.refusal(address("127.0.0.2")) == "loopback"); // the order's
  BOOST_TEST(order.refusal(address("10.0.0.1")) == "private");   // the node's
  BOOST_TEST(order.refusal(address("8.8.8.8")) == "");
}

BOOST_AUTO_TEST_CASE(what_was_allowed_makes_the_same_rule_elsewhere) {
  address_rule here, there;
  for (const auto* range : {"127.0.0.0/8", "fd00::/8", "192.168.1.7"})
    BOOST_TEST(here.allow(range) == "");
  BOOST_TEST(here.allow("nonsense") != "");
  BOOST_TEST(here.allowed().size() == 3u);
  for (const auto& range : here.allowed())
    BOOST_TEST(there.allow(range) == "");
  for (const auto* inside : {"127.0.0.1", "fd12::1", "192.168.1.7"})
    BOOST_TEST(there.refusal(address(inside)) == "", inside);
  BOOST_TEST(there.refusal(address("192.168.1.8")) == "private");
}

BOOST_AUTO_TEST_CASE(there_may_be_a_thousand_ranges) {
  address_rule rule;
  for (std::size_t i = 0; i < address_rule::ranges_max; ++i)
    BOOST_TEST(rule.allow("127.0.0.0/8") == "");
  BOOST_TEST(rule.allow("127.0.0.0/8")
             == "'127.0.0.0/8' is one more than the 1000 ranges that may be");
}

BOOST_AUTO_TEST_SUITE_END()
