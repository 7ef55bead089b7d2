// SPDX-License-Identifier: BSD-3-Clause
// Every engine of the gateway answers the same to the same.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/gateway/number_query.hpp"
#include "tests/agree/gateway_engines.hpp"

using namespace troupe;
using namespace troupe::gateway;
using std::chrono::milliseconds;

namespace {

/// Answers, as they come from other threads.
template <class Answer>
class inbox {
public:
  callback<Answer> slot() {
    return [this](Answer a) {
      const std::lock_guard hold{lock_};
      got_.push_back(std::move(a));
      some_.notify_all();
    };
  }
  std::vector<Answer> wait(std::size_t n, milliseconds longest = milliseconds{60'000}) {
    std::unique_lock hold{lock_};
    some_.wait_for(hold, longest, [&] { return got_.size() >= n; });
    return got_;
  }

private:
  std::mutex lock_;
  std::condition_variable some_;
  std::vector<Answer> got_;
};

std::string ask(prime_service& service, const std::string& list) {
  const auto query = read_number_list(list);
  BOOST_REQUIRE_MESSAGE(query.error.empty(), query.error);
  inbox<prime_answer> in;
  service.check(query.list, in.slot());
  const auto got = in.wait(1);
  BOOST_REQUIRE(got.size() == 1u);
  BOOST_REQUIRE(got[0].error == fault::none);
  BOOST_REQUIRE(got[0].verdicts.size() == query.list.numbers.size());
  return query.answer(got[0].verdicts);
}

source_options quick() {
  source_options o;
  o.delay_ms = {0, 0, 0};
  return o;
}

std::string words(const trio_answer& a) {
  std::string all;
  for (const auto& p : a.parts)
    all += (p.error.empty() ? p.text : p.late ? "late" : "failed") + (p.cut ? " (cut);" : ";");
  return all;
}

std::string ask(source_service& service) {
  inbox<trio_answer> in;
  service.read_all(in.slot());
  const auto got = in.wait(1);
  BOOST_REQUIRE(got.size() == 1u);
  BOOST_REQUIRE(got[0].error == fault::none);
  return words(got[0]);
}

// The smallest prime of a thousand digits: some 20 ms of a processor, with no way around it.
std::string slow_number() { return "1" + std::string(998, '0') + "7"; }

std::string large_list() { // a Mersenne prime, one above it, a Carmichael number of 3 factors
  return "170141183460469231731687303715884105727,170141183460469231731687303715884105729,561,"
         "18446744073709551557,18446744073709551615,2,0,1,-7";
}

} // namespace

BOOST_AUTO_TEST_CASE(verdicts_are_the_same) {
  std::mt19937_64 random{1};
  std::vector<std::string> lists{"17", "4", "2,3,5,7,9", large_list()};
  std::string many;
  for (int i = 0; i < 900; ++i)
    many += (i > 0 ? "," : "") + std::to_string(random() >> (random() % 60));
  lists.push_back(many);
  for (const auto& list : lists) {
    std::optional<std::string> first;
    for (const auto& e : test::gateway_engines()) {
      const auto service = e.primes(100);
      const auto answer = ask(*service, list);
      if (!first)
        first = answer;
      BOOST_TEST(answer == *first, e.name);
    }
  }
  for (const auto& e : test::gateway_engines()) {
    const auto service = e.primes(100);
    BOOST_TEST(ask(*service, large_list())
                   == "{\"170141183460469231731687303715884105727\":true,"
                      "\"170141183460469231731687303715884105729\":false,\"561\":false,"
                      "\"18446744073709551557\":true,\"18446744073709551615\":false,"
                      "\"2\":true,\"0\":false,\"1\":false,\"-7\":false}",
               e.name);
    BOOST_TEST(service->not_ready() == "", e.name);
  }
}

/// Each asked once, each answered once, whoever asks from wherever.
BOOST_AUTO_TEST_CASE(many_questions_at_once_are_each_answered_once) {
  for (const auto& e : test::gateway_engines()) {
    inbox<std::pair<std::uint64_t, prime_answer>> in;
    const auto service = e.primes(10'000);
    const auto put = in.slot();
    for (std::uint64_t n = 0; n < 5'000; ++n) {
      primes::number_list list;
      list.numbers = {n};
      if (n % 100 == 7) { // the long way
        list.numbers.push_back(0);
        list.large.push_back({1, "170141183460469231731687303715884105727"});
      }
      service->check(std::move(list), [put, n](prime_answer a) { put({n, std::move(a)}); });
    }
    auto got = in.wait(5'000);
    BOOST_REQUIRE(got.size() == 5'000u);
    std::sort(got.begin(), got.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::uint64_t found = 0;
    for (std::uint64_t n = 0; n < got.size(); ++n) {
      BOOST_TEST(got[n].first == n);
      BOOST_TEST((got[n].second.error == fault::none));
      BOOST_REQUIRE(!got[n].second.verdicts.empty());
      found += got[n].second.verdicts[0] == primes::verdict::prime ? 1 : 0;
    }
    BOOST_TEST(found == 669u, e.name); // primes below 5,000
  }
}

/// More than may wait is refused at once, and what waits at the end is told of it.
BOOST_AUTO_TEST_CASE(too_many_are_refused_and_an_end_leaves_nobody_waiting) {
  for (const auto& e : test::gateway_engines()) {
    if (!e.side_by_side)
      continue; // it has nobody waiting
    inbox<prime_answer> in;
    {
      const auto service = e.primes(20);
      for (int i = 0; i < 60; ++i) {
        primes::number_list list; // some 0.2 s each
        for (std::uint32_t at = 0; at < 10; ++at) {
          list.numbers.push_back(0);
          list.large.push_back({at, slow_number()});
        }
        service->check(std::move(list), in.slot());
      }
    }
    const auto got = in.wait(60);
    BOOST_TEST(got.size() == 60u, e.name);
    std::size_t refused = 0, stopped = 0;
    for (const auto& a : got) {
      refused += a.error == fault::overloaded ? 1 : 0;
      stopped += a.error == fault::unavailable ? 1 : 0;
    }
    BOOST_TEST(refused >= 30u, e.name);
    BOOST_TEST(stopped >= 10u, e.name);
  }
}

BOOST_AUTO_TEST_CASE(a_canceled_question_may_stay_unanswered_and_harms_no_other) {
  for (const auto& e : test::gateway_engines()) {
    inbox<prime_answer> dropped;
    const auto service = e.primes(1'000);
    std::vector<canceler> cancels;
    for (int i = 0; i < 50; ++i) {
      primes::number_list list;
      list.numbers = {0};
      list.large.push_back({0, slow_number()});
      cancels.push_back(service->check(std::move(list), dropped.slot()));
      if (!e.side_by_side && i == 2)
        break;
    }
    for (const auto& cancel : cancels)
      if (cancel)
        cancel();
    BOOST_TEST(ask(*service, "17") == R"({"17":true})", e.name);
    BOOST_TEST(ask(*service, large_list()).size() > 100u, e.name);
    for (const auto& cancel : cancels) // after all is over, and twice
      if (cancel)
        cancel();
  }
}

BOOST_AUTO_TEST_CASE(the_trio_is_the_same) {
  const auto from = std::make_shared<source_set>(quick());
  for (const auto& e : test::gateway_engines()) {
    const auto service = e.trio(from);
    BOOST_TEST(ask(*service) == "file result;db result;api result;", e.name);
    BOOST_TEST(service->not_ready() == "", e.name);
  }
}

BOOST_AUTO_TEST_CASE(a_text_that_was_cut_says_so) {
  auto o = quick();
  o.text_bytes_max = 9; // "db result" just fits
  const auto from = std::make_shared<source_set>(o);
  for (const auto& e : test::gateway_engines()) {
    const auto service = e.trio(from);
    BOOST_TEST(ask(*service) == "file resu (cut);db result;api resul (cut);", e.name);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_named_and_the_rest_is_there) {
  const auto folder = std::filesystem::temp_directory_path() / "troupe-agree-sources";
  std::filesystem::create_directories(folder);
  auto o = quick();
  o.file = folder / "file.txt";
  std::ofstream{o.file} << "my own file";
  const auto from = std::make_shared<source_set>(o);
  std::filesystem::remove_all(folder);
  for (const auto& e : test::gateway_engines()) {
    const auto service = e.trio(from);
    BOOST_TEST(ask(*service) == "failed;db result;api result;", e.name);
  }
}

BOOST_AUTO_TEST_CASE(what_is_too_slow_is_late) {
  auto o = quick();
  o.delay_ms = {0, 60'000, 0};
  o.source_ms_max = 3'000; // what is quick has to be in time on a busy machine too
  const auto from = std::make_shared<source_set>(o);
  for (const auto& e : test::gateway_engines()) {
    const auto service = e.trio(from);
    BOOST_TEST(ask(*service) == "file result;late;api result;", e.name);
  }
}

BOOST_AUTO_TEST_CASE(the_sum_or_the_slowest) {
  auto o = quick();
  o.delay_ms = {500, 1'000, 1'500};
  o.source_ms_max = 60'000;
  const auto from = std::make_shared<source_set>(o);
  for (const auto& e : test::gateway_engines()) {
    inbox<trio_answer> in;
    const auto service = e.trio(from);
    const auto begin = std::chrono::steady_clock::now();
    service->read_all(in.slot());
    const auto got = in.wait(1);
    const auto took = std::chrono::steady_clock::now() - begin;
    BOOST_REQUIRE(got.size() == 1u);
    std::uint64_t sum = 0; // of what each says of itself: a busy machine makes all of it longer
    for (const auto& p : got[0].parts)
      sum += p.took_ms;
    BOOST_TEST((took >= milliseconds{e.side_by_side ? 1'500 : 3'000}), e.name);
    if (e.side_by_side)
      BOOST_TEST((took < milliseconds{sum}), e.name);
  }
}

BOOST_AUTO_TEST_CASE(two_hundred_trios_at_once) {
  auto o = quick();
  o.delay_ms = {100, 200, 300};
  o.source_ms_max = 60'000;
  const auto from = std::make_shared<source_set>(o);
  for (const auto& e : test::gateway_engines()) {
    if (!e.side_by_side)
      continue;
    inbox<trio_answer> in;
    const auto service = e.trio(from);
    for (int i = 0; i < 200; ++i)
      service->read_all(in.slot());
    const auto got = in.wait(200);
    BOOST_TEST(got.size() == 200u, e.name);
    for (const auto& a : got)
      BOOST_TEST(words(a) == "file result;db result;api result;", e.name);
  }
}

BOOST_AUTO_TEST_CASE(a_service_that_ends_tells_those_who_wait) {
  auto o = quick();
  o.delay_ms = {0, 0, 5'000};
  o.source_ms_max = 20'000;
  const auto from = std::make_shared<source_set>(o);
  for (const auto& e : test::gateway_engines()) {
    if (!e.side_by_side)
      continue;
    inbox<trio_answer> in;
    const auto begin = std::chrono::steady_clock::now();
    {
      const auto service = e.trio(from);
      service->read_all(in.slot());
    }
    const auto got = in.wait(1, milliseconds{0});
    BOOST_REQUIRE(got.size() == 1u);
    BOOST_TEST((got[0].error == fault::unavailable), e.name);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < milliseconds{4'000}), e.name);
  }
}

BOOST_AUTO_TEST_CASE(sources_that_cannot_be_are_refused_in_one_line) {
  const auto refused = [](const source_options& o, const std::string& word) {
    try {
      source_set made{o};
      BOOST_ERROR("made: " << word);
    } catch (const std::runtime_error& e) {
      BOOST_TEST(std::string{e.what()}.find(word) != std::string::npos, e.what());
    }
  };
  auto o = quick();
  o.file = "/nowhere/at/all";
  refused(o, "/nowhere/at/all: cannot be opened");
  o = quick();
  o.database = "/nowhere/answers.db";
  refused(o, "/nowhere/answers.db");
  o = quick();
  o.query = "SELECT nothing FROM nowhere";
  refused(o, "SELECT nothing FROM nowhere");
  o = quick();
  o.api_url = "ftp://127.0.0.1/";
  refused(o, "ftp://127.0.0.1/");
}
