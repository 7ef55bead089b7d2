// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/far_crawl.hpp"

#include <cstdio>
#include <random>
#include <string>
#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

std::string draw_crawl_key() {
  std::random_device source;
  std::string key;
  for (int i = 0; i < 4; ++i) {
    char part[9];
    std::snprintf(part, sizeof part, "%08x", static_cast<unsigned>(source()));
    key += part;
  }
  return key;
}

namespace {

customer_ports with_key(customer_ports ports) {
  if (!ports.draw_key)
    ports.draw_key = draw_crawl_key;
  return ports;
}

} // namespace

far_crawl::far_crawl(caf::actor_system& system, crawl_plan plan, far_http http,
                     customer_ports ports)
    : customer_(runtime::spawn<customer>(system, std::move(plan), http, with_key(std::move(ports)),
                                         crew_limits{})) {}

far_crawl::~far_crawl() { runtime::stop(customer_); }

void far_crawl::use(const crawl_head_actor& head) { runtime::post(customer_, use_head{head}); }
void far_crawl::lost(const std::string& why) { runtime::post(customer_, head_lost{why}); }
void far_crawl::stop(bool now) { runtime::post(customer_, stop_crawl{now}); }

} // namespace troupe::crawl
