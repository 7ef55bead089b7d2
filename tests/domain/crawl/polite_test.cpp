// SPDX-License-Identifier: BSD-3-Clause
// Hosts that share an address, and delays that follow latency.

#include <map>
#include <random>
#include <set>

#include "crawl_fixture.hpp"
#include "domain/crawl/throttle.hpp"

namespace troupe::crawl {

namespace {

struct polite_fixture : crawl_fixture {
  using crawl_fixture::crawl_fixture;
  verdict answer_from(const page_job& job, const char* address, std::uint32_t ms = 0,
                      int status = 200) {
    page_result r;
    r.row.url = job.target.str();
    r.row.status = status;
    r.row.ms = ms;
    r.address = address;
    return pages.page_done(job.id, r, now);
  }
  wait_reason why(const std::string& host) const {
    for (const auto& h : pages.explain(now, 100).hosts)
      if (h.host == host)
        return h.why;
    return wait_reason::none;
  }
  std::uint32_t delay_of(const std::string& host) const {
    for (const auto& h : pages.explain(now, 100).hosts)
      if (h.host == host)
        return h.delay_ms;
    BOOST_ERROR("no host " + host);
    return 0;
  }
};

limits per_ip(std::uint32_t n, std::uint32_t delay_ms = 0) {
  auto b = without_robots();
  b.per_ip = n;
  b.ip_delay_ms = delay_ms;
  return b;
}

limits throttled(double target) {
  auto b = without_robots();
  b.autothrottle = true;
  b.autothrottle_target = target;
  b.per_host = 8;
  return b;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_polite)

BOOST_AUTO_TEST_CASE(a_host_whose_address_is_unknown_goes_alone) {
  polite_fixture crawl{per_ip(4)};
  crawl.seed({"http://a/1", "http://a/2", "http://a/3"});
  const auto first = crawl.expect("http://a/1");
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST((crawl.why("a") == wait_reason::address_unknown));
  crawl.answer_from(first, "192.0.2.1");
  crawl.expect("http://a/2");
  crawl.expect("http://a/3"); // per_host is two
}

BOOST_AUTO_TEST_CASE(hosts_on_one_address_share_its_budget) {
  polite_fixture crawl{per_ip(1)};
  crawl.seed({"http://a/1", "http://b/1", "http://c/1", "http://a/2", "http://b/2", "http://c/2"});
  const auto a = crawl.expect("http://a/1"), b = crawl.expect("http://b/1"),
             c = crawl.expect("http://c/1");
  crawl.answer_from(a, "192.0.2.1");
  crawl.answer_from(b, "192.0.2.1");
  crawl.answer_from(c, "192.0.2.2");
  const auto a2 = crawl.expect("http://a/2");
  crawl.expect("http://c/2"); // elsewhere
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST((crawl.why("b") == wait_reason::per_ip));
  const auto told = crawl.pages.explain(crawl.now, 10);
  BOOST_REQUIRE(find_reason(told, wait_reason::per_ip));
  BOOST_TEST(find_reason(told, wait_reason::per_ip)->count == 1u);
  crawl.answer_from(a2, "192.0.2.1");
  crawl.expect("http://b/2");
}

BOOST_AUTO_TEST_CASE(robots_txt_tells_the_address_before_there_is_a_page) {
  limits b;
  b.per_ip = 1;
  polite_fixture crawl{b};
  crawl.seed({"http://a/1", "http://b/1"});
  for (const char* origin : {"http://a", "http://b"}) {
    crawl.expect_robots(origin);
    crawl.pages.address_known(origin, "192.0.2.1");
    crawl.know(origin, "");
  }
  const auto a = crawl.expect("http://a/1");
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer_from(a, "192.0.2.1");
  crawl.expect("http://b/1");
  crawl.pages.address_known("http://nobody", "192.0.2.1"); // is ignored
}

BOOST_AUTO_TEST_CASE(starts_at_one_address_are_a_delay_apart) {
  polite_fixture crawl{per_ip(0, 1'000)};
  crawl.seed({"http://a/1", "http://b/1", "http://a/2", "http://b/2"});
  const auto a = crawl.expect("http://a/1"), b = crawl.expect("http://b/1");
  crawl.answer_from(a, "192.0.2.1");
  crawl.answer_from(b, "192.0.2.1");
  crawl.expect_wait(1'000ms);
  BOOST_TEST((crawl.why("a") == wait_reason::ip_delay));
  crawl.now += 1s;
  const auto third = crawl.expect("http://a/2");
  crawl.expect_wait(1'000ms);
  crawl.answer_from(third, "192.0.2.1");
  crawl.now += 999ms;
  crawl.expect_wait(1ms);
  crawl.now += 1ms;
  crawl.expect("http://b/2");
}

BOOST_AUTO_TEST_CASE(behind_a_proxy_a_host_counts_for_itself) {
  polite_fixture crawl{per_ip(1)};
  crawl.seed({"http://a/1", "http://b/1", "http://a/2", "http://a/3", "http://b/2"});
  const auto a = crawl.expect("http://a/1"), b = crawl.expect("http://b/1");
  crawl.answer_from(a, "");
  crawl.answer_from(b, "");
  crawl.expect("http://a/2");
  crawl.expect("http://b/2");
  crawl.expect("http://a/3");
}

BOOST_AUTO_TEST_CASE(a_fault_without_an_answer_tells_no_address) {
  auto b = per_ip(4);
  b.retries_max = 0;
  polite_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://a/3"});
  crawl.fail(crawl.expect("http://a/1"), 0, fault::connect_refused);
  crawl.expect("http://a/2");
  BOOST_TEST((crawl.next() == kind::busy));
  BOOST_TEST((crawl.why("a") == wait_reason::address_unknown));
}

BOOST_AUTO_TEST_CASE(a_host_that_moves_takes_its_requests_along) {
  polite_fixture crawl{per_ip(1)};
  crawl.seed({"http://a/1", "http://b/1", "http://a/2", "http://b/2", "http://a/3", "http://b/3"});
  const auto a = crawl.expect("http://a/1"), b = crawl.expect("http://b/1");
  crawl.answer_from(a, "192.0.2.1");
  crawl.answer_from(b, "192.0.2.1");
  const auto a2 = crawl.expect("http://a/2");
  BOOST_TEST((crawl.next() == kind::busy)); // b stands in line
  crawl.answer_from(a2, "192.0.2.2");
  const auto a3 = crawl.expect("http://a/3");
  const auto b2 = crawl.expect("http://b/2");
  crawl.answer_from(b2, "192.0.2.2"); // now both are there, and a's request is in flight
  BOOST_TEST((crawl.next() == kind::busy));
  crawl.answer_from(a3, "192.0.2.2");
  crawl.expect("http://b/3");
}

// Whatever the order: no address has more requests in flight than it may, nor two too close to each
// other, once it is known; and every page goes.
BOOST_AUTO_TEST_CASE(addresses_are_never_over_their_budget) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 dice{seed};
    const std::uint32_t most = static_cast<std::uint32_t>(1 + dice() % 3);
    auto b = per_ip(most, dice() % 2 ? 50 : 0);
    b.per_host = 1 + static_cast<std::uint32_t>(dice() % 3);
    b.delay_ms = dice() % 3 ? 0 : 30;
    polite_fixture crawl{b};
    const int hosts = 2 + static_cast<int>(dice() % 8);
    std::map<std::string, std::string> where;
    for (int h = 0; h < hosts; ++h) {
      const auto name = "h" + std::to_string(h);
      where[name] = "192.0.2." + std::to_string(dice() % 3);
      for (int p = 0; p < 6; ++p)
        crawl.pages.add_seed(at("http://" + name + "/" + std::to_string(p)));
    }
    std::vector<page_job> flying;
    std::set<std::string> known;
    std::map<std::string, instant> last;
    std::size_t done = 0;
    BOOST_TEST_CONTEXT("seed " << seed) {
      for (int step = 0; step < 5'000 && done < static_cast<std::size_t>(hosts) * 6; ++step) {
        const auto what = crawl.next();
        BOOST_TEST_REQUIRE((what != kind::finished));
        if (what == kind::page) {
          const auto host = std::string{crawl.last.job.target.host()};
          flying.push_back(crawl.last.job);
          if (!known.contains(host))
            continue;
          std::map<std::string, std::uint32_t> active;
          bool all_known = true;
          for (const auto& j : flying) {
            const auto name = std::string{j.target.host()};
            all_known = all_known && known.contains(name);
            ++active[where[name]];
          }
          if (all_known)
            BOOST_TEST_REQUIRE(active[where[host]] <= most);
          if (const auto at = last.find(where[host]); at != last.end())
            BOOST_TEST_REQUIRE((crawl.now - at->second >= milliseconds{b.ip_delay_ms}));
          last[where[host]] = crawl.now;
        } else if (!flying.empty() && (what == kind::busy || dice() % 2)) {
          const auto i = static_cast<std::ptrdiff_t>(dice() % flying.size());
          const auto job = flying[static_cast<std::size_t>(i)];
          flying.erase(flying.begin() + i);
          const auto name = std::string{job.target.host()};
          known.insert(name);
          crawl.now += milliseconds{dice() % 20};
          crawl.answer_from(job, where[name].c_str());
          ++done;
        } else {
          crawl.now = std::max(crawl.now, crawl.last.until);
        }
      }
      BOOST_TEST(done == static_cast<std::size_t>(hosts) * 6);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_delay_goes_half_the_way_to_what_the_latency_asks_for) {
  const auto b = throttled(2.0);
  BOOST_TEST(throttled_delay_ms(0, 400ms, false, b) == 100u);
  BOOST_TEST(throttled_delay_ms(100, 400ms, false, b) == 150u);
  BOOST_TEST(throttled_delay_ms(1'000, 0ms, false, b) == 500u);
  BOOST_TEST(throttled_delay_ms(1'000, 10ms, true, b) == 1'000u); // failed: no shorter
  BOOST_TEST(throttled_delay_ms(0, 400ms, true, b) == 100u);      // but longer
  BOOST_TEST(throttled_delay_ms(50'000, 10min, false, b) == b.autothrottle_delay_ms_max);
}

BOOST_AUTO_TEST_CASE(without_autothrottle_latency_changes_nothing) {
  polite_fixture crawl{without_robots()};
  crawl.seed({"http://a/1", "http://a/2"});
  crawl.answer_from(crawl.expect("http://a/1"), "", 5'000);
  crawl.expect("http://a/2");
}

BOOST_AUTO_TEST_CASE(the_delay_is_never_below_the_hosts_own) {
  auto b = throttled(1.0);
  b.delay_ms = 300;
  polite_fixture crawl{b};
  crawl.seed({"http://a/1", "http://a/2", "http://a/3"});
  crawl.answer_from(crawl.expect("http://a/1"), "", 10);
  BOOST_TEST(crawl.delay_of("a") == 300u);
  crawl.expect_wait(300ms);
  crawl.now += 300ms;
  crawl.answer_from(crawl.expect("http://a/2"), "", 2'000);
  BOOST_TEST(crawl.delay_of("a") == 1'002u);
  crawl.expect_wait(1'002ms);
  BOOST_TEST((crawl.why("a") == wait_reason::autothrottle));
}

// A server that answers after 40 ms for each request that it has at the time.
BOOST_AUTO_TEST_CASE(a_slow_server_ends_with_as_many_requests_as_the_target_says) {
  for (const double target : {1.0, 3.0}) {
    polite_fixture crawl{throttled(target)};
    for (int i = 0; i < 400; ++i)
      crawl.pages.add_seed(at("http://a/" + std::to_string(i)));
    std::multimap<instant, std::pair<page_job, std::uint32_t>> flying;
    double held = 0, since = 0; // requests times time, of the second half
    std::size_t done = 0;
    while (done < 400) {
      const auto what = crawl.next();
      if (what == kind::page) {
        const auto ms = 40 * static_cast<std::uint32_t>(flying.size() + 1);
        flying.emplace(crawl.now + milliseconds{ms}, std::pair{crawl.last.job, ms});
        continue;
      }
      auto then = flying.empty() ? crawl.last.until : flying.begin()->first;
      if (what == kind::wait)
        then = std::min(then, crawl.last.until);
      if (done >= 200) {
        const double step = std::chrono::duration<double>(then - crawl.now).count();
        held += step * static_cast<double>(flying.size());
        since += step;
      }
      crawl.now = then;
      while (!flying.empty() && flying.begin()->first <= crawl.now) {
        const auto [job, ms] = flying.begin()->second;
        flying.erase(flying.begin());
        crawl.answer_from(job, "", ms);
        ++done;
      }
    }
    BOOST_TEST_CONTEXT("target " << target) {
      BOOST_TEST(held / since > 0.7 * target);
      BOOST_TEST(held / since < 1.3 * target);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::crawl
