// SPDX-License-Identifier: BSD-3-Clause
// What the processes of a run of jobs send each other, as bytes, and bytes that are no messages.

#include <boost/test/unit_test.hpp>

#include "messages/type_ids.hpp"
#include "tests/support/wire.hpp"

using namespace troupe;
using namespace troupe::jobs;

BOOST_FIXTURE_TEST_SUITE(job_messages, test::wire)

BOOST_AUTO_TEST_CASE(a_job_travels_with_what_it_is_held_to) {
  const std::string odd("a\0\xff b", 5);
  const auto part = there_and_back(job_part{{1, 2, 3, true}, 4, 5, {"sh", "-c", odd, ""}, true});
  BOOST_TEST(part.rules.timeout_ms == 1);
  BOOST_TEST(part.rules.grace_ms == 2);
  BOOST_TEST(part.rules.output_bytes_max == 3u);
  BOOST_TEST(part.rules.whole_lines);
  BOOST_TEST(part.seq == 4u);
  BOOST_TEST(part.number == 5u);
  BOOST_TEST((part.argv == std::vector<std::string>{"sh", "-c", odd, ""}));
  BOOST_TEST(part.more);
}

BOOST_AUTO_TEST_CASE(what_came_of_it_travels) {
  for (const auto end :
       {job_end::exited, job_end::signaled, job_end::timed_out, job_end::not_started,
        job_end::output_limit, job_end::output_lost, job_end::stopped, job_end::worker_lost}) {
    attempt a{3, 2, end, 7, 9, "why", 1764115200.25, 0.5, 0.25, 12, "anna"};
    BOOST_TEST((there_and_back(job_over{a}).what == a));
  }
  const auto part = there_and_back(output_part{true, std::string("a\0b\n", 4), true});
  BOOST_TEST((part.err && part.more && part.text == std::string("a\0b\n", 4)));
  const auto taken = there_and_back(output_taken{9, "disk full"});
  BOOST_TEST(taken.bytes == 9u);
  BOOST_TEST(taken.error == "disk full");
}

BOOST_AUTO_TEST_CASE(the_small_ones_travel) {
  const auto run = there_and_back(run_taken{"no", 4});
  BOOST_TEST((run.refused == "no" && run.id == 4u));
  const auto want = there_and_back(want_hands{3, 4});
  BOOST_TEST((want.run == 3u && want.count == 4u));
  BOOST_TEST(there_and_back(hands_there{true}).any);
  BOOST_TEST(there_and_back(hand_free{{}, "anna"}).node == "anna");
  BOOST_TEST(there_and_back(hand_granted{{}, "anna"}).node == "anna");
  there_and_back(run_opened{});
  there_and_back(hand_leaves{});
  there_and_back(lease_opened{});
  there_and_back(hand_taken{});
  there_and_back(hand_returned{});
  there_and_back(hand_released{});
  there_and_back(give_back{});
  there_and_back(stop_job{});
  there_and_back(hands_leave{});
}

BOOST_AUTO_TEST_SUITE_END()
