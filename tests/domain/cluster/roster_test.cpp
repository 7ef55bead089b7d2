// SPDX-License-Identifier: BSD-3-Clause
// Who belongs to the cluster: coming, silence, loss, leaving, and the bounds.
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "domain/cluster/roster.hpp"

using namespace troupe::cluster;

namespace {

node_facts facts(const std::string& name, std::uint64_t instance) {
  return {name, instance, primes, 2, "127.0.0.1:" + name};
}

std::string state_of(const roster& r, const std::string& name) {
  const auto* n = r.find(name);
  return n ? std::string{to_string(n->state)} : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_roster)

BOOST_AUTO_TEST_CASE(roles_are_read_and_written) {
  BOOST_TEST(read_roles("jobs,primes").value() == (jobs | primes));
  BOOST_TEST(read_roles("crawl").value() == crawl);
  BOOST_TEST(read_roles("crawl,primes,bank,jobs").value() == all_roles);
  for (const auto* bad : {"", ",", "primes,", ",primes", "primes,primes", "prime", "primes jobs"})
    BOOST_TEST(!read_roles(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_node_comes_is_suspected_and_heard_again) {
  roster r;
  BOOST_TEST(r.came(facts("b", 2), 10) == "");
  BOOST_TEST(r.came(facts("a", 1), 11) == "");
  BOOST_TEST(r.all().at(0).facts.name == "a");
  r.silent(1, "no word for 1000 ms", 20);
  BOOST_TEST(state_of(r, "a") == "suspect");
  BOOST_TEST(r.find("a")->why == "no word for 1000 ms");
  BOOST_TEST(r.find("a")->since_unix_ms == 20);
  r.silent(1, "still none", 25); // noted once
  BOOST_TEST(r.find("a")->since_unix_ms == 20);
  r.heard(1, 30);
  BOOST_TEST(state_of(r, "a") == "up");
  BOOST_TEST(r.find("a")->why == "");
  BOOST_TEST(state_of(r, "b") == "up");
  BOOST_TEST(r.present() == 2u);
}

BOOST_AUTO_TEST_CASE(a_lost_node_comes_again_under_its_name) {
  roster r;
  BOOST_TEST(r.came(facts("a", 1), 10) == "");
  const auto refused = r.came(facts("a", 2), 20);
  BOOST_TEST(refused.find("the name a is in use by the node at 127.0.0.1:a") == 0u, refused);
  r.silent(1, "silent", 30);
  BOOST_TEST(r.came(facts("a", 2), 35) != ""); // it may come back
  r.lost(1, "cut", 40);
  BOOST_TEST(state_of(r, "a") == "down");
  BOOST_TEST(r.present() == 0u);
  BOOST_TEST(r.came(facts("a", 2), 50) == "");
  BOOST_TEST(r.find("a")->joins == 2u);
  for (const auto& late : {1, 3}) { // of the process that was lost, and of one never seen
    const auto instance = static_cast<std::uint64_t>(late);
    r.silent(instance, "", 60);
    r.lost(instance, "", 60);
    r.drains(instance, 60);
    r.goes(instance, 60);
  }
  BOOST_TEST(state_of(r, "a") == "up");
}

BOOST_AUTO_TEST_CASE(one_that_drains_leaves_without_misfortune) {
  roster r;
  BOOST_TEST(r.came(facts("a", 1), 10) == "");
  r.drains(1, 20);
  BOOST_TEST(state_of(r, "a") == "draining");
  r.drains(1, 25);
  BOOST_TEST(r.find("a")->since_unix_ms == 20);
  r.silent(1, "", 30);
  r.heard(1, 31);
  BOOST_TEST(state_of(r, "a") == "draining");
  r.goes(1, 40);
  BOOST_TEST(state_of(r, "a") == "left");
  r.lost(1, "its connection ended", 50);
  BOOST_TEST(state_of(r, "a") == "left");
  BOOST_TEST(r.came(facts("b", 2), 60) == "");
  r.drains(2, 70);
  r.lost(2, "killed while it drained", 80);
  BOOST_TEST(state_of(r, "b") == "down");
}

BOOST_AUTO_TEST_CASE(there_is_room_for_so_many) {
  roster r({.nodes_max = 2, .gone_max = 2});
  BOOST_TEST(r.came(facts("a", 1), 1) == "");
  BOOST_TEST(r.came(facts("b", 2), 2) == "");
  BOOST_TEST(r.came(facts("c", 3), 3).find("there are 2 nodes") == 0u);
  for (std::uint64_t i = 10; i < 20; ++i) {
    r.lost(i - 1 == 9 ? 2 : i - 1, "", static_cast<std::int64_t>(i));
    BOOST_TEST(r.came(facts("n" + std::to_string(i), i), static_cast<std::int64_t>(i)) == "");
  }
  BOOST_TEST(r.all().size() == 4u); // two there, and the last two gone
  BOOST_TEST(state_of(r, "n17") == "down");
  BOOST_TEST(state_of(r, "n16") == "none");
  BOOST_TEST(state_of(r, "a") == "up");
}

BOOST_AUTO_TEST_SUITE_END()
