// SPDX-License-Identifier: BSD-3-Clause
//
// The parts that keep URLs: hashes, the set of hashes, texts in memory and spilled, waiting pages.

#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/fingerprint_set.hpp"
#include "domain/crawl/host_names.hpp"
#include "domain/crawl/pending_pages.hpp"
#include "domain/crawl/text_hash.hpp"
#include "domain/crawl/url_store.hpp"
#include "tests/domain/crawl/memory_spill.hpp"

using namespace troupe::crawl;

namespace {

constexpr std::uint64_t no_bound = ~std::uint64_t{0};

std::string text_of(std::uint64_t number, std::size_t bytes) {
  std::string text =
      "http://host" + std::to_string(number % 97) + "/" + std::to_string(number) + "/";
  text.append(bytes, static_cast<char>('a' + number % 26));
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(url_keeping)

// CPython 3.11 and later hash bytes by SipHash-1-3, and by a key of zeroes if PYTHONHASHSEED=0.
BOOST_AUTO_TEST_CASE(hashes_are_siphash_1_3) {
  const std::pair<std::string, std::uint64_t> rows[] = {
      {"a", 0x407448d2b89b1813ull},
      {"1234567", 0xa33d651594fdae81ull},
      {"12345678", 0x3489982430560a87ull},
      {"http://www.example.org/a/b?c=d", 0x50806942faa3914bull},
      {std::string(255, 'x'), 0x4bd34c40ef7d284bull},
  };
  for (const auto& [text, hash] : rows)
    BOOST_TEST(fingerprint(text, {0, 0}) == hash);
  BOOST_TEST(fingerprint("1234567", {0, 0}) != fingerprint("1234567", {1, 0}));
  BOOST_TEST(fingerprint("1234567", {0, 0}) != fingerprint("1234567", {0, 1}));
  BOOST_TEST(table_hash("1234567", {0, 0}) != table_hash("1234567", {1, 0}));
  BOOST_TEST(table_hash("1234567", {0, 0}) != table_hash("1234567", {0, 1}));
}

BOOST_AUTO_TEST_CASE(a_set_of_hashes_has_what_was_put_in_and_nothing_else) {
  std::mt19937_64 dice{3};
  fingerprint_set set;
  std::set<std::uint64_t> model;
  for (std::size_t i = 0; i < 100'000; ++i) {
    // Few upper and few lower bits now and then, so that parts and buckets are full unevenly; 0.
    const std::uint64_t h = i % 5 == 0 ? dice() >> 40 : i % 5 == 1 ? dice() << 40 : dice();
    if (set.contains(h) != model.contains(h))
      BOOST_FAIL("it is wrong about " << h << " after " << i);
    if (model.insert(h).second)
      set.insert(h);
  }
  for (const auto h : model)
    if (!set.contains(h))
      BOOST_FAIL("it has lost " << h);
  BOOST_TEST(set.size() == model.size());
  fingerprint_set zero;
  BOOST_TEST(!zero.contains(0));
  zero.insert(0);
  BOOST_TEST(zero.contains(0));
}

BOOST_AUTO_TEST_CASE(a_set_of_hashes_stays_dense_while_it_grows) {
  std::mt19937_64 dice{4};
  fingerprint_set set;
  double most = 0;
  for (std::size_t i = 0; i < 500'000; ++i) {
    set.insert(dice());
    if (i > 100'000 && i % 1'000 == 0)
      most =
          std::max(most, static_cast<double>(set.memory_bytes()) / static_cast<double>(set.size()));
  }
  BOOST_TEST(most < 12.0);
  BOOST_TEST(most > 8.0);
}

BOOST_AUTO_TEST_CASE(texts_are_the_same_in_memory_and_spilled) {
  auto* spill = new memory_spill; // the store's
  url_store spilled{{}, 2u << 20, no_bound, std::unique_ptr<text_spill>{spill}};
  url_store whole{{1, 2}};
  std::vector<std::pair<url_store::id, std::string>> kept;
  std::mt19937_64 dice{5};
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const auto text = text_of(i, dice() % 100 == 0 ? dice() % 100'000 : dice() % 1'500);
    spilled.settle();
    const auto id = spilled.insert(text);
    BOOST_REQUIRE(id.has_value());
    BOOST_REQUIRE((id == whole.insert(text)));
    kept.emplace_back(*id, text);
  }
  BOOST_TEST(spill->bytes.size() > 5u << 20);
  for (std::size_t i = 0; i < 15'000; ++i) {
    const auto& [id, text] = kept[i < kept.size() ? i : dice() % kept.size()];
    BOOST_REQUIRE(spilled.text(id) == text);
    BOOST_REQUIRE(spilled.contains(text));
    BOOST_REQUIRE(spilled.holds(id, text));
    BOOST_REQUIRE(!spilled.insert(text));
    BOOST_REQUIRE(!spilled.contains(text + "x"));
  }
  // The newest texts are read from nowhere.
  const auto reads = spill->reads;
  BOOST_TEST(reads > 0u);
  BOOST_TEST(spilled.text(kept.back().first) == kept.back().second);
  BOOST_TEST(spill->reads == reads);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_no_id_holds_nothing) {
  for (const bool spills : {false, true}) {
    url_store urls{{}, 0, no_bound, spills ? std::make_unique<memory_spill>() : nullptr};
    std::map<url_store::id, std::string> kept;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
      const auto text = text_of(i, 10 + i % 1'000);
      urls.settle();
      kept.emplace(*urls.insert(text), text);
    }
    const auto last = kept.rbegin()->first;
    const std::string& text = kept.begin()->second;
    for (url_store::id n = 0; n < last + 2'000;
         n = n < 5'000 || n + 5'000 > last ? n + 1 : n + 97) {
      const auto at = kept.find(n);
      BOOST_REQUIRE(urls.holds(n, text) == (at != kept.end() && at->second == text));
    }
    BOOST_TEST(!urls.holds(0xffff'ffff, text));
    BOOST_TEST(!urls.holds(0, ""));
    BOOST_TEST(urls.failure() == "");
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_spilled_stays_in_memory_and_is_told) {
  auto* spill = new memory_spill;
  url_store urls{{}, 0, no_bound, std::unique_ptr<text_spill>{spill}};
  std::vector<std::pair<url_store::id, std::string>> kept;
  spill->bytes_max = 2u << 20;
  for (std::uint64_t i = 0; !urls.full(); ++i) {
    const auto text = text_of(i, 1'000);
    kept.emplace_back(*urls.insert(text), text);
    urls.settle();
  }
  BOOST_TEST(urls.failure() == "the spill is full");
  for (const auto& [id, text] : kept)
    BOOST_REQUIRE(urls.text(id) == text);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_again_is_told) {
  auto* spill = new memory_spill;
  url_store urls{{}, 0, no_bound, std::unique_ptr<text_spill>{spill}};
  const auto first = urls.insert(text_of(0, 10));
  for (std::uint64_t i = 1; i < 2'000; ++i) {
    urls.settle();
    urls.insert(text_of(i, 1'000));
  }
  BOOST_REQUIRE(first.has_value());
  spill->unreadable = true;
  BOOST_TEST(urls.text(*first) == "");
  BOOST_TEST(urls.failure() == "the spill cannot be read");
}

BOOST_AUTO_TEST_CASE(no_more_text_is_taken_than_the_file_may_have) {
  url_store urls{{}, 0, 3u << 20, std::make_unique<memory_spill>()};
  std::uint64_t taken = 0;
  for (; !urls.full(); ++taken) {
    urls.settle();
    urls.insert(text_of(taken, 1'000));
  }
  BOOST_TEST(taken > 2'000u);
  BOOST_TEST(taken < 3'100u);
  BOOST_TEST(urls.failure() == ""); // a limit, and no fault
}

BOOST_AUTO_TEST_CASE(names_are_numbered_as_they_come) {
  host_names names{{3, 4}};
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const auto name = "host" + std::to_string(i) + ".example:80";
    BOOST_REQUIRE(!names.find(name));
    BOOST_REQUIRE((names.number_of(name) == std::pair{i, true}));
    BOOST_REQUIRE((names.number_of("host" + std::to_string(i / 2) + ".example:80")
                   == std::pair{i / 2, false}));
  }
  for (std::uint32_t i = 0; i < names.size(); ++i)
    BOOST_REQUIRE((names.find(names.name(i)) == i));
}

BOOST_AUTO_TEST_CASE(waiting_pages_come_back_as_they_were) {
  std::mt19937_64 dice{6};
  pending_pages pages;
  std::map<pending_pages::index, pending_page> model;
  for (int i = 0; i < 50'000; ++i) {
    if (!model.empty() && dice() % 3 == 0) {
      const auto at = model.lower_bound(static_cast<pending_pages::index>(dice() % 20'000));
      if (at == model.end())
        continue;
      BOOST_REQUIRE(pages.begun(at->first) == at->second.begun);
      BOOST_REQUIRE(pages.take(at->first) == at->second);
      model.erase(at);
      continue;
    }
    pending_page p;
    p.where = static_cast<url_store::id>(dice());
    p.depth = static_cast<std::uint32_t>(dice() >> (32 + dice() % 32));
    p.redirects = static_cast<std::uint16_t>(dice() % 4 == 0 ? dice() % 40 : 0);
    p.seed = dice() % 8 == 0;
    if (dice() % 8 == 0) {
      p.begun = true;
      p.attempt = static_cast<std::uint16_t>(dice());
      p.lost = static_cast<std::uint8_t>(dice());
      p.adrift = static_cast<std::uint8_t>(dice());
    }
    const auto n = pages.make(p);
    BOOST_REQUIRE(pages.next(n) == pending_pages::none);
    BOOST_REQUIRE(model.emplace(n, p).second);
  }
  for (const auto& [n, p] : model)
    BOOST_REQUIRE(pages.page(n) == p);
}

BOOST_AUTO_TEST_SUITE_END()
