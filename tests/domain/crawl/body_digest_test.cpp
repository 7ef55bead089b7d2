// SPDX-License-Identifier: BSD-3-Clause
// Digests of bodies, and what a Link header says of a page.

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/body_digest.hpp"
#include "domain/crawl/link_header.hpp"

using namespace troupe::crawl;

namespace {

std::string hex(const body_digest& d) {
  std::string out;
  for (const auto word : {d.first, d.second})
    for (int i = 0; i < 8; ++i) {
      const auto octet = static_cast<unsigned>(word >> (8 * i)) & 0xff;
      out += "0123456789ABCDEF"[octet >> 4];
      out += "0123456789ABCDEF"[octet & 15];
    }
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(body_digests)

// The vectors of SipHash's authors: the key is 00 01 .. 0f, the text the first octets of 00 01 ..
BOOST_AUTO_TEST_CASE(are_the_references) {
  const auto of = [](std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i)
      text += static_cast<char>(i);
    return hex(siphash_128(text, 0x0706050403020100, 0x0f0e0d0c0b0a0908));
  };
  BOOST_TEST(of(0) == "A3817F04BA25A8E66DF67214C7550293");
  BOOST_TEST(of(1) == "DA87C1D86B99AF44347659119B22FC45");
  BOOST_TEST(of(2) == "8177228DA4A45DC7FCA38BDEF60AFFE4");
}

BOOST_AUTO_TEST_CASE(differ_where_bodies_do) {
  std::string body(6'000, 'x');
  const auto one = digest_of(body);
  BOOST_TEST(one.set());
  BOOST_TEST((digest_of(std::string(body)) == one));
  for (const std::size_t at : {std::size_t{0}, std::size_t{2'999}, body.size() - 1}) {
    auto other = body;
    other[at] ^= 1;
    BOOST_TEST((digest_of(other) != one), at);
  }
  BOOST_TEST((digest_of(body + '\0') != one));
}

BOOST_AUTO_TEST_CASE(a_link_header_may_name_the_canonical_page) {
  struct row {
    const char* header;
    const char* found; // nullptr: none
  };
  for (const row& r : std::vector<row>{
           {"", nullptr},
           {"<http://h/c>; rel=\"canonical\"", "http://h/c"},
           {"<http://h/c>;rel=canonical", "http://h/c"},
           {" <c> ; REL = \"start Canonical\"", "c"},
           {"</a,b>; rel=next, </c>; title=\"x, <y>; rel=canonical\"; rel=\"canonical\"", "/c"},
           {"<a>; rel=canonical, <b>; rel=canonical", "a"},
           {"<a>; rel=next; rel=canonical", nullptr}, // the first one counts
           {"<a>; anchor=\"/other\"; rel=canonical, <b>; rel=canonical", "b"},
           {"<a>; rel=\"canonical\\\"", nullptr},
           {"<a", nullptr},
           {"<a>; rel", nullptr},
           {"<a>; x=\"un\\\"closed; rel=canonical", nullptr},
           {"nonsense; rel=canonical", nullptr},
       }) {
    const auto found = canonical_link(r.header);
    BOOST_TEST(found.has_value() == (r.found != nullptr), r.header);
    if (found && r.found)
      BOOST_TEST(*found == r.found, r.header);
  }
}

BOOST_AUTO_TEST_SUITE_END()
