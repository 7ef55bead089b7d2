// SPDX-License-Identifier: BSD-3-Clause
#include "apps/node_parts.hpp"

#include <atomic>
#include <utility>

#include "domain/cluster/hello.hpp"

namespace troupe::apps {

const std::vector<node_role>& node_roles() {
  static const std::vector<node_role> all{primes_role(), crawl_role(), bank_role(), jobs_role()};
  return all;
}

work_parts::work_parts(cluster::process& here, const node_options& options, say_line say)
    : say_(std::move(say)) {
  for (const auto& role : node_roles())
    if ((options.process.roles & role.bit) != 0)
      parts_.push_back({role.bit, role.work(here, options, say_)});
}

void work_parts::start(const cluster::heads& whom) {
  for (const auto& p : parts_)
    if (!p.does->start(whom))
      say_("that coordinator has no work for " + cluster::role_words(p.bit));
}

void work_parts::stop() {
  for (const auto& p : parts_)
    p.does->stop();
}

void work_parts::drain(std::function<void()> done) {
  const auto left = std::make_shared<std::atomic<std::size_t>>(parts_.size());
  const auto told = std::make_shared<std::function<void()>>(std::move(done));
  for (const auto& p : parts_)
    p.does->drain([left, told] {
      if (left->fetch_sub(1) == 1)
        (*told)();
    });
}

} // namespace troupe::apps
