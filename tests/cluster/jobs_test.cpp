// SPDX-License-Identifier: BSD-3-Clause
// Jobs over a simulated network: none runs twice unasked, each has one end, and nothing hangs,
// whatever happens to nodes, cables and the coordinator.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/jobs/crew.hpp"
#include "actors/jobs/hirer.hpp"
#include "actors/jobs/job_head.hpp"
#include "actors/jobs/team.hpp"
#include "domain/cluster/hello.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "tests/actors/jobs/fake_processes.hpp"
#include "tests/cluster/world.hpp"

using namespace troupe;
using namespace troupe::jobs;

namespace {

struct jobs_head final : test::head_work {
  ~jobs_head() override { runtime::stop(head); }
  cluster::heads start(caf::actor_system& here) override {
    head = runtime::spawn<job_head>(here, far_job_limits{});
    cluster::heads whom;
    whom.jobs = head;
    return whom;
  }
  job_head_actor head;
};

// What runs at one node's process.
struct machine {
  test::fake_processes world;
  std::size_t killed = 0;
  bool closed = false; // begins nothing any more
};

struct jobs_work final : test::node_work {
  explicit jobs_work(machine& of) : at(of) {}
  ~jobs_work() override { stop(); }
  void start(caf::actor_system& here, const cluster::heads& whom) override {
    job_team_ports ports;
    ports.outside = at.world.ports();
    ports.outside.start = [this, begin = ports.outside.start](auto spec, auto text, auto end) {
      return at.closed ? std::uint64_t{0} : begin(std::move(spec), std::move(text), std::move(end));
    };
    ports.outside.abandon = [this](std::uint64_t id) { at.killed += at.world.running.erase(id); };
    ports.node = "node";
    ports.slots = 2;
    ports.left = [this] {
      if (left)
        left();
    };
    team = runtime::spawn<jobs::team>(here, whom.jobs, ports, job_crew_limits{}, far_job_limits{});
  }
  void stop() override {
    runtime::stop(team);
    team = nullptr;
  }
  void drain(std::function<void()> done) override {
    left = std::move(done);
    runtime::post(team, hands_leave{});
  }
  machine& at;
  job_team_actor team;
  std::function<void()> left;
};

struct machines_holder {
  std::vector<std::unique_ptr<machine>> machines;
  test::fake_processes client;
};

struct job_world : machines_holder, test::cluster_world {
  job_world(std::uint64_t seed, const job_plan& plan, std::uint64_t jobs)
      : cluster_world(
          seed, [] { return std::make_unique<jobs_head>(); },
          [this] {
            machines.push_back(std::make_unique<machine>());
            return std::make_unique<jobs_work>(*machines.back());
          },
          cluster::jobs),
        draw(seed) {
    client.jobs = jobs;
    start_head();
    for (std::size_t i = 0; i < 2; ++i)
      start_node(i);
    cluster::follower_ports follow;
    follow.found = [this](const cluster::heads& whom) {
      runtime::post(one_who_hires, use_job_head{whom.jobs});
    };
    follow.lost = [this](const std::string& why) {
      runtime::post(one_who_hires, job_head_lost{why});
    };
    at = start_client(follow);
    one_who_hires =
        runtime::spawn<hirer>(net.system(at), plan, client.ports(), job_crew_limits{},
                              far_job_limits{}, std::function<void(const std::string&)>{});
    run = runtime::spawn<crew>(
        net.system(at), plan, client.ports(), job_crew_limits{},
        std::function<void(job_summary)>{[this](job_summary s) { ended = std::move(s); }},
        one_who_hires);
  }
  ~job_world() {
    for (auto& m : machines) {
      m->closed = true;
      m->world.running.clear(); // they hold handles of actors
    }
    stop_followers();
    runtime::stop(run);
    runtime::stop(one_who_hires);
    run = nullptr;
    one_who_hires = nullptr;
    net.let_all_end(); // what they still say comes here
    net.run();
  }
  bool end_one() {
    const auto first = draw() % machines.size();
    for (std::size_t i = 0; i < machines.size(); ++i)
      if (machines[(first + i) % machines.size()]->world.end_one(draw))
        return true;
    return false;
  }
  // Programs end, too.
  bool turn(caf::timespan until = caf::timespan::max()) {
    const bool stepped = net.step();
    const bool end = draw() % 20 == 0 || !stepped;
    return (end && end_one()) || stepped || net.next_timer(until);
  }
  void job_turns(std::size_t n) {
    for (const auto until = net.now() + quiet_max; n > 0 && !ended; --n)
      if (!turn(until))
        return;
  }
  bool finish() {
    for (int i = 0; i < 1'000'000 && !ended; ++i)
      if (!turn())
        return false;
    return ended.has_value();
  }
  std::size_t lost() const {
    std::size_t n = 0;
    for (const auto& row : client.log)
      n += row.what.end == job_end::worker_lost;
    return n;
  }
  std::size_t running() const {
    std::size_t n = 0;
    for (const auto& m : machines)
      n += m->world.running.size();
    return n;
  }
  // Each job has one last row and none behind it, and was started no more often than it has rows.
  void check_rows() const {
    std::map<std::uint64_t, int> rows;
    std::set<std::uint64_t> over;
    for (const auto& row : client.log) {
      BOOST_TEST(over.count(row.seq) == 0u, "job " << row.seq << " has a row after its last");
      ++rows[row.seq];
      if (row.final)
        over.insert(row.seq);
    }
    BOOST_TEST(over.size() == client.jobs);
    for (std::uint64_t seq = 1; seq <= client.jobs; ++seq) {
      int starts = 0;
      for (const auto& m : machines)
        if (const auto i = m->world.starts.find(std::to_string(seq)); i != m->world.starts.end())
          starts += i->second;
      BOOST_TEST(starts <= rows[seq], "job " << seq << " was run once more than it has rows");
    }
    BOOST_TEST(ended->error == "");
    BOOST_TEST(ended->counts.done + ended->counts.failed == client.jobs);
  }
  std::string all_lines() const {
    std::string all;
    for (std::uint64_t i = 1; i <= client.jobs; ++i)
      all += std::to_string(i) + "\n";
    return all;
  }

  std::mt19937_64 draw;
  std::size_t at = 0; // the client
  std::optional<job_summary> ended;
  hirer_actor one_who_hires;
  crew_actor run;
};

job_plan plan_with(std::uint32_t retries) {
  job_plan plan;
  plan.slots = 64;
  plan.rules.ahead_max = 6;
  plan.rules.retries_max = retries;
  plan.keep_order = true;
  return plan;
}

} // namespace

BOOST_AUTO_TEST_SUITE(jobs_over_a_network)

BOOST_AUTO_TEST_CASE(the_output_is_that_of_one_process) {
  for (std::uint64_t seed = 1; seed <= test::seeds(25); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      job_world w{seed, plan_with(0), 40};
      BOOST_REQUIRE(w.finish());
      w.check_rows();
      BOOST_TEST(w.ended->counts.done == 40u);
      BOOST_TEST(w.client.out == w.all_lines());
    }
  }
}

BOOST_AUTO_TEST_CASE(
    what_is_lost_with_nodes_and_coordinators_is_lost_once_and_tried_again_if_asked) {
  std::size_t blows = 0, lost = 0;
  for (const std::uint32_t retries : {0u, 99u})
    for (std::uint64_t seed = 1; seed <= test::seeds(60); ++seed) {
      BOOST_TEST_CONTEXT("seed " << seed << ", retries " << retries) {
        job_world w{seed, plan_with(retries), 60};
        for (int i = 0; i < 8 && !w.ended; ++i) {
          w.job_turns(w.net.draw(600));
          w.blow(seed % 2 == 0);
        }
        w.heal();
        BOOST_REQUIRE(w.finish());
        w.check_rows();
        BOOST_TEST(w.ended->counts.failed == (retries ? 0u : w.lost()));
        if (retries)
          BOOST_TEST(w.client.out == w.all_lines());
        blows += w.blows();
        lost += w.lost();
      }
    }
  BOOST_TEST(blows > 500u);
  BOOST_TEST(lost > 200u);
}

BOOST_AUTO_TEST_CASE(a_node_that_drains_ends_what_it_has_begun) {
  for (std::uint64_t seed = 1; seed <= test::seeds(25); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      job_world w{seed, plan_with(0), 60};
      w.job_turns(w.net.draw(1'500));
      w.drain_node(0);
      BOOST_REQUIRE(w.finish());
      w.check_rows();
      BOOST_TEST(w.ended->counts.done == 60u);
      BOOST_TEST(w.machines[0]->killed == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_is_killed_leaves_no_program) {
  std::size_t killed = 0;
  for (std::uint64_t seed = 1; seed <= test::seeds(25); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      job_world w{seed, plan_with(0), 1'000};
      for (int i = 0; i < 20'000 && w.running() < 4; ++i)
        w.net.step();
      BOOST_REQUIRE(w.running() == 4u);
      w.net.kill(w.at);
      w.turns(5'000);
      BOOST_TEST(w.running() == 0u);
      for (const auto& m : w.machines)
        killed += m->killed;
    }
  }
  BOOST_TEST(killed == 4u * test::seeds(25));
}

BOOST_AUTO_TEST_SUITE_END()
