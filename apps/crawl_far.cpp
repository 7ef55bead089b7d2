// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_far.hpp"

#include <cstdio>
#include <future>
#include <memory>
#include <stop_token>
#include <utility>

#include "actors/cluster/follower.hpp"
#include "actors/crawl/far_crawl.hpp"
#include "actors/crawl/far_http.hpp"
#include "actors/crawl/real_ports.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

namespace {

crawl::crawl_summary crawl_there(const crawl_far_options& options, const crawl::crawl_plan& plan,
                                 const io::crawl_setting& setting) {
  std::promise<crawl::crawl_summary> ended;
  auto summary = ended.get_future();
  cluster::process here{options.process};
  here.start();
  crawl::customer_ports ports;
  // Somebody else owns it, and outlives it.
  const std::shared_ptr<io::crawl_output> output{std::shared_ptr<void>{}, setting.output};
  ports.outside = crawl::real_ports(plan, output, nullptr);
  ports.outside.progress = setting.progress;
  ports.outside.explain = setting.explain;
  ports.say = [](const std::string& line) {
    std::fprintf(stderr, "troupe-crawl: %s\n", line.c_str());
  };
  ports.ended = [&ended](crawl::crawl_summary s) { ended.set_value(std::move(s)); };
  // The follower may call until the process has ended: so what it calls is its own too.
  const auto job = std::make_shared<crawl::far_crawl>(
      here.system(), plan, crawl::far_http_of(setting.http), std::move(ports));
  cluster::follower_ports follow;
  follow.found = [job](const cluster::heads& whom) { job->use(whom.crawls); };
  follow.lost = [job](const std::string& why) { job->lost(why); };
  auto follower = runtime::spawn<cluster::follower>(here.system(), options.coordinators, follow,
                                                    here.seeking(), cluster::cluster_limits{});
  {
    const std::stop_callback on_stop{setting.stop, [&job] { job->stop(); }};
    summary.wait();
  }
  runtime::stop(follower);
  follower = nullptr;
  return summary.get();
}

} // namespace

crawl::crawl_summary crawl_far(const crawl_far_options& options, const crawl::crawl_plan& plan,
                               const io::crawl_setting& setting) {
  auto result = crawl_there(options, plan, setting);
  if (setting.progress) // no actor calls it any more
    setting.progress(result.counts);
  return result;
}

} // namespace troupe::apps
