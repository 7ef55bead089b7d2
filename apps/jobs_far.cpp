// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_far.hpp"

#include <cstdio>
#include <future>
#include <memory>
#include <stop_token>
#include <utility>

#include "actors/cluster/follower.hpp"
#include "actors/jobs/far_run.hpp"
#include "apps/jobs_table.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

jobs::job_summary run_jobs_far(const jobs_far_options& options, const jobs::job_plan& plan,
                               const jobs::run_setting& setting) {
  std::promise<jobs::job_summary> ended;
  auto summary = ended.get_future();
  cluster::process here{options.process};
  here.start();
  jobs::far_run_ports ports;
  ports.say = [](const std::string& line) {
    std::fprintf(stderr, "troupe-jobs: %s\n", for_terminal(line, 600).c_str());
  };
  ports.ended = [&ended](jobs::job_summary s) { ended.set_value(std::move(s)); };
  ports.limits.away_max = options.wait_max;
  // The follower may call until the process has ended: so what it calls is its own too.
  auto run = std::make_shared<jobs::far_run>(here.system(), plan, setting, std::move(ports));
  cluster::follower_ports follow;
  follow.found = [run](const cluster::heads& whom) { run->use(whom.jobs); };
  follow.lost = [run](const std::string& why) { run->lost(why); };
  auto follower = runtime::spawn<cluster::follower>(here.system(), options.coordinators, follow,
                                                    here.seeking(), cluster::cluster_limits{});
  {
    const std::stop_callback on_stop{setting.stop, [&] {
                                       setting.source->cancel();
                                       run->stop(false);
                                     }};
    const std::stop_callback on_kill{setting.kill, [&] {
                                       setting.source->cancel();
                                       setting.out->cancel();
                                       run->stop(true);
                                     }};
    summary.wait();
  }
  setting.source->cancel(); // after a halt the reader may still wait for its list
  runtime::stop(follower);
  follower = nullptr;
  run = nullptr;
  return summary.get();
}

} // namespace troupe::apps
