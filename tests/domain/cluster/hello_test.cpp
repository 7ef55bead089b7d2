// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/hello.hpp"

#include <functional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace troupe::cluster;

namespace {

hello sample() {
  hello h;
  h.carrier = "caf 0.17.6";
  h.types_hash = 0x0123456789abcdef;
  h.node = "alpha-1";
  h.instance = 0xfedcba9876543210;
  h.roles = crawl | bank;
  h.processors = 64;
  return h;
}

std::string changed(std::string bytes, std::size_t at, char to) {
  bytes.at(at) = to;
  return bytes;
}

// The bytes of a hello whose rest is this, the size in front made right.
std::string framed(const std::string& rest) {
  std::string out = "TROUPE\r\n";
  out.push_back(static_cast<char>(rest.size() >> 8));
  out.push_back(static_cast<char>(rest.size() & 0xff));
  return out + rest;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_hello_comes_back_as_it_was) {
  const auto bytes = encode(sample());
  const auto found = decode(bytes + "what comes behind");
  BOOST_TEST((found.state == hello_state::whole), found.why);
  BOOST_TEST(found.bytes == bytes.size());
  BOOST_TEST((found.what == sample()));
}

BOOST_AUTO_TEST_CASE(the_layout_is_the_drawn_one) {
  hello h;
  h.carrier = "c";
  h.types_hash = 2;
  h.node = "n";
  h.instance = 3;
  h.roles = primes;
  h.processors = 4;
  const std::string wanted("TROUPE\r\n\0\x2d\0\x01\x06troupe\x01"
                           "c\0\0\0\0\0\0\0\x02\x01"
                           "n\0\0\0\0\0\0\0\x03\0\0\0\x02\0\0\0\x04",
                           8 + 2 + 0x2d - 8);
  BOOST_TEST(encode(h).substr(10) == wanted.substr(10));
}

BOOST_AUTO_TEST_CASE(every_beginning_wants_more) {
  const auto bytes = encode(sample());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    BOOST_TEST((decode(bytes.substr(0, n)).state == hello_state::more), n);
}

BOOST_AUTO_TEST_CASE(what_is_no_hello_is_refused_at_its_first_wrong_byte) {
  for (const std::string bytes : {"G", "GET / HTTP/1.1\r\n", "TROUPE\n", "\x16\x03\x01", "TR0"})
    BOOST_TEST((decode(bytes).state == hello_state::refused), bytes);
}

BOOST_AUTO_TEST_CASE(what_is_out_of_bounds_is_refused) {
  const auto bytes = encode(sample());
  const auto rest = bytes.substr(10);
  auto roles = sample();
  roles.roles = 16;
  auto nameless = sample();
  nameless.node = "";
  auto control = sample();
  control.carrier = "caf\n0.17.6";
  struct row {
    const char* words;
    std::string bytes;
    std::string why;
  };
  const row rows[] = {
      {"a size of 64 KiB", "TROUPE\r\n\xff\xff", "a hello that is too long"},
      {"one byte above the limit", "TROUPE\r\n\x0f\xf7", "a hello that is too long"},
      {"a byte too many", framed(rest + "x"), "a hello with bytes behind its end"},
      {"a byte too few", framed(rest.substr(0, rest.size() - 1)), "a hello that ends too early"},
      {"nothing in it", framed(""), "a hello that ends too early"},
      {"only a version", framed(rest.substr(0, 2)), "a hello that ends too early"},
      {"a text of 255", changed(bytes, 12, '\xff'), "a hello with a text that is too long"},
      {"a text beyond the end", framed(rest.substr(0, 3) + "abc"), "a hello that ends too early"},
      {"a control character", encode(control), "a hello with a text that is no ASCII"},
      {"no name", encode(nameless), "a hello whose node name is none"},
      {"an unknown role", encode(roles), "a hello with an unknown role"},
  };
  for (const auto& r : rows) {
    const auto found = decode(r.bytes);
    BOOST_TEST((found.state == hello_state::refused), r.words);
    BOOST_TEST(found.why == r.why, r.words << ": " << found.why);
  }
}

BOOST_AUTO_TEST_CASE(the_longest_hello_fits) {
  auto h = sample();
  h.node = std::string(63, 'n');
  h.carrier = std::string(text_bytes_max, 'c');
  const auto found = decode(encode(h));
  BOOST_TEST((found.state == hello_state::whole), found.why);
  BOOST_TEST((found.what == h));
}

BOOST_AUTO_TEST_CASE(of_another_protocol_only_its_number_is_read) {
  const std::string rest("\0\x09\x06troupe and what nobody knows yet\x01", 9 + 28);
  const auto found = decode(framed(rest));
  BOOST_TEST((found.state == hello_state::whole), found.why);
  BOOST_TEST(found.what.protocol == 9u);
  BOOST_TEST(found.what.application == "troupe");
  BOOST_TEST(found.what.node == "");
}

BOOST_AUTO_TEST_CASE(each_misfit_says_which_side_to_update) {
  struct row {
    misfit what;
    std::function<void(hello& ours, hello& theirs)> change;
    std::string sentence;
  };
  const std::vector<row> rows{
      {misfit::application, [](hello&, hello& t) { t.application = "other"; },
       "10.0.0.2:7000 is 'other', this is 'troupe': not of one cluster"},
      {misfit::protocol,
       [](hello& o, hello& t) {
         o.protocol = 3;
         t.protocol = 2;
       },
       "this node speaks protocol 3, 10.0.0.2:7000 speaks 2: update that one"},
      {misfit::protocol, [](hello&, hello& t) { t.protocol = 12; },
       "this node speaks protocol 1, 10.0.0.2:7000 speaks 12: update this node"},
      {misfit::carrier, [](hello&, hello& t) { t.carrier = "caf 0.9.16"; },
       "this node runs on caf 0.17.6, 10.0.0.2:7000 on caf 0.9.16: update that one"},
      {misfit::carrier, [](hello&, hello& t) { t.carrier = "caf 1.1.0"; },
       "this node runs on caf 0.17.6, 10.0.0.2:7000 on caf 1.1.0: update this node"},
      {misfit::carrier, [](hello&, hello& t) { t.carrier = "caf nightly"; },
       "this node runs on caf 0.17.6, 10.0.0.2:7000 on caf nightly: build both on the same"},
      {misfit::carrier, [](hello&, hello& t) { t.carrier = ""; },
       "this node runs on caf 0.17.6, 10.0.0.2:7000 on nothing: build both on the same"},
      {misfit::types, [](hello&, hello& t) { ++t.types_hash; },
       "this node and 10.0.0.2:7000 have other lists of messages: build both from the same "
       "sources"},
      {misfit::itself, [](hello& o, hello& t) { t.instance = o.instance; },
       "10.0.0.2:7000 is this node itself"},
  };
  for (const auto& r : rows) {
    auto ours = sample(), theirs = sample();
    theirs.instance = 5;
    BOOST_TEST(!check(ours, theirs, "10.0.0.2:7000"));
    r.change(ours, theirs);
    const auto found = check(ours, theirs, "10.0.0.2:7000");
    BOOST_REQUIRE_MESSAGE(found, r.sentence);
    BOOST_TEST((found->what == r.what), r.sentence);
    BOOST_TEST(found->sentence == r.sentence);
  }
}

BOOST_AUTO_TEST_CASE(other_names_and_roles_go_together) {
  auto theirs = sample();
  theirs.instance = 5;
  theirs.node = "beta";
  theirs.roles = 0;
  theirs.processors = 1;
  BOOST_TEST(!check(sample(), theirs, "x"));
}

BOOST_AUTO_TEST_CASE(node_names) {
  for (const std::string good : {"a", "7", "alpha-1", "A.b_c", "node.example.org"})
    BOOST_TEST(is_node_name(good), good);
  BOOST_TEST(is_node_name(std::string(63, 'a')));
  for (const std::string bad : {"", "-a", ".", "_", "a b", "a/b", "a\n", "\xc3\xa9"})
    BOOST_TEST(!is_node_name(bad), bad);
  BOOST_TEST(!is_node_name(std::string(64, 'a')));
}

BOOST_AUTO_TEST_CASE(roles_in_words) {
  BOOST_TEST(role_words(0) == "none");
  BOOST_TEST(role_words(jobs) == "jobs");
  BOOST_TEST(role_words(all_roles) == "crawl, primes, bank, jobs");
}

BOOST_AUTO_TEST_CASE(foreign_sentences_are_made_fit_for_a_log) {
  BOOST_TEST(printable("fine") == "fine");
  BOOST_TEST(printable("a\n\x1b[31mb\x80") == "a??[31mb?");
  BOOST_TEST(printable(std::string(1000, 'x')).size() == 300u);
}
