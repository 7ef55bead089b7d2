// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/retry.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

using namespace troupe::crawl;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t now_unix_s = 1'700'000'000; // Tue, 14 Nov 2023 22:13:20 GMT

bool is_retried(fault error, int status, std::uint32_t attempt = 0) {
  return retry_delay(error, status, attempt, std::nullopt, limits{}, 0).has_value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(retry)

BOOST_AUTO_TEST_CASE(only_faults_that_pass_by_themselves_are_tried_again) {
  struct {
    fault error;
    bool first, second;
  } const rows[] = {
      {fault::dns_failed, true, false},        {fault::connect_refused, true, true},
      {fault::connect_timeout, true, true},    {fault::tls_failed, false, false},
      {fault::header_timeout, true, true},     {fault::body_timeout, true, true},
      {fault::connection_lost, true, true},    {fault::bad_response, false, false},
      {fault::header_too_large, false, false}, {fault::body_too_large, false, false},
      {fault::bad_encoding, false, false},     {fault::proxy_failed, false, false},
      {fault::redirect_bad, false, false},     {fault::redirect_limit, false, false},
      {fault::worker_lost, false, false},      {fault::canceled, false, false},
  };
  for (const auto& row : rows) {
    BOOST_TEST(is_retried(row.error, 0, 0) == row.first, "fault " << int(row.error));
    BOOST_TEST(is_retried(row.error, 0, 1) == row.second, "fault " << int(row.error));
    BOOST_TEST(!is_retried(row.error, 0, 2), "fault " << int(row.error));
  }
}

BOOST_AUTO_TEST_CASE(only_statuses_that_pass_by_themselves_are_tried_again) {
  constexpr int retried[] = {408, 429, 500, 502, 503, 504, 522, 524};
  for (int status = 100; status < 600; ++status) {
    const bool expected =
        std::find(std::begin(retried), std::end(retried), status) != std::end(retried);
    BOOST_TEST(is_retried(fault::none, status) == expected, "status " << status);
  }
}

BOOST_AUTO_TEST_CASE(a_fault_speaks_louder_than_a_status) {
  BOOST_TEST(is_retried(fault::connection_lost, 200));
  BOOST_TEST(!is_retried(fault::body_too_large, 503));
}

BOOST_AUTO_TEST_CASE(backing_off_doubles_and_is_half_drawn) {
  limits bounds;
  bounds.retries_max = 100;
  bounds.retry_base_ms = 500;
  bounds.retry_ms_max = 60'000;
  for (std::uint32_t attempt = 0; attempt < 100; ++attempt) {
    const std::int64_t whole = attempt < 7 ? 500ll << attempt : 60'000;
    std::int64_t least = 1'000'000, most = -1;
    for (std::uint64_t draw = 0; draw < 70'000; draw += 7) {
      const auto delay = retry_delay(fault::connection_lost, 0, attempt, {}, bounds, draw);
      BOOST_REQUIRE(delay.has_value());
      least = std::min<std::int64_t>(least, delay->count());
      most = std::max<std::int64_t>(most, delay->count());
    }
    BOOST_TEST(least == whole / 2);
    BOOST_TEST(most <= whole);
    BOOST_TEST(most >= whole - 7);
  }
}

BOOST_AUTO_TEST_CASE(retries_end_and_can_be_switched_off) {
  limits bounds;
  bounds.retries_max = 0;
  BOOST_TEST(!retry_delay(fault::connection_lost, 0, 0, {}, bounds, 0).has_value());
  bounds.retries_max = 1;
  BOOST_TEST(retry_delay(fault::connection_lost, 0, 0, {}, bounds, 0).has_value());
  BOOST_TEST(!retry_delay(fault::connection_lost, 0, 1, {}, bounds, 0).has_value());
  bounds.retry_base_ms = 0;
  BOOST_TEST(retry_delay(fault::connection_lost, 0, 0, {}, bounds, 9)->count() == 0);
}

BOOST_AUTO_TEST_CASE(retry_after_lengthens_the_wait_up_to_the_cap) {
  limits bounds;
  bounds.retry_base_ms = 1'000;
  bounds.retry_ms_max = 20'000;
  const auto delay = [&](milliseconds after) {
    return retry_delay(fault::none, 503, 0, after, bounds, 500)->count();
  };
  BOOST_TEST(delay(milliseconds{0}) == 1'000);
  BOOST_TEST(delay(milliseconds{-5}) == 1'000);
  BOOST_TEST(delay(milliseconds{7'000}) == 7'000);
  BOOST_TEST(delay(milliseconds{3'600'000}) == 20'000);
  BOOST_TEST(!retry_delay(fault::none, 404, 0, milliseconds{1}, bounds, 0).has_value());
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_or_a_date) {
  constexpr long long none = -1;
  constexpr long long ten_years_s = 10ll * 366 * 86'400;
  struct {
    const char* text;
    long long s;
  } const rows[] = {
      {"0", 0},
      {"120", 120},
      {"  7 ", 7},
      {"007", 7},
      {"99999999999999999999999", ten_years_s},
      {"Tue, 14 Nov 2023 22:13:50 GMT", 30},
      {"Tue, 14 Nov 2023 22:13:20 GMT", 0},
      {"Tue, 14 Nov 2023 22:13:19 GMT", 0},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
      {"Tuesday, 14-Nov-23 22:14:20 GMT", 60},
      {"Wednesday, 15-Nov-23 22:13:20 GMT", 86'400},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 0}, // 2094 would be too far ahead: 1994
      {"Tue Nov 14 23:13:20 2023", 3'600},
      {"Sat Dec  9 22:13:20 2023", 25 * 86'400},
      {"Thu, 29 Feb 2024 22:13:20 GMT", 107 * 86'400},
      {"Sat, 31 Dec 2016 23:59:60 GMT", 0},
      {"Fri, 31 Dec 9999 23:59:59 GMT", ten_years_s},
      {"", none},
      {" ", none},
      {"-1", none},
      {"1.5", none},
      {"12 seconds", none},
      {"soon", none},
      {"Tue, 14 Nov 2023 22:13:50", none},
      {"Tue, 14 Nov 2023 22:13:50 CET", none},
      {"Tue, 14 nov 2023 22:13:50 GMT", none},
      {"Tue, 31 Nov 2023 22:13:50 GMT", none},
      {"Wed, 29 Feb 2023 22:13:50 GMT", none},
      {"Tue, 00 Nov 2023 22:13:50 GMT", none},
      {"Tue, 14 Nov 2023 24:00:00 GMT", none},
      {"Tue, 14 Nov 2023 22:60:00 GMT", none},
      {"Tue, 14 Nov 2023 22:13:61 GMT", none},
      {"Tue, 4 Nov 2023 22:13:50 GMT", none},
      {"Tue, 14 Nov 23 22:13:50 GMT", none},
      {"Tue, 14 Nov 2023 22:13:50 GMT+1", none},
      {", 14 Nov 2023 22:13:50 GMT", none},
  };
  for (const auto& row : rows) {
    const auto wait = parse_retry_after(row.text, now_unix_s);
    BOOST_TEST((wait ? wait->count() : none) == (row.s < 0 ? none : row.s * 1000),
               "Retry-After: " << row.text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
