// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/far_run.hpp"

#include <utility>

#include "actors/jobs/crew.hpp"
#include "actors/jobs/hirer.hpp"
#include "actors/jobs/real_ports.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::jobs {

far_run::far_run(caf::actor_system& system, const job_plan& plan, const run_setting& setting,
                 far_run_ports ports)
    : hirer_(runtime::spawn<hirer>(system, plan, real_ports(setting), job_crew_limits{},
                                   ports.limits, std::move(ports.say))),
      crew_(runtime::spawn<crew>(system, plan, real_ports(setting), job_crew_limits{},
                                 std::move(ports.ended), hirer_)) {}

far_run::~far_run() {
  runtime::stop(crew_);
  runtime::stop(hirer_);
}

void far_run::use(const job_head_actor& head) { runtime::post(hirer_, use_job_head{head}); }
void far_run::lost(const std::string& why) { runtime::post(hirer_, job_head_lost{why}); }
void far_run::stop(bool now) { runtime::post(crew_, stop_run{now}); }

} // namespace troupe::jobs
