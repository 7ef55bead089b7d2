// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/run.hpp"

#include <algorithm>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "actors/jobs/crew.hpp"
#include "actors/jobs/ports.hpp"
#include "actors/jobs/real_ports.hpp"
#include "io/process/runner.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::jobs {

namespace {

// Two threads more than the work wants: the reader may wait for its list and the printer for
// whoever reads.
runtime::system_options scheduling() {
  return {.threads = std::max(1u, std::thread::hardware_concurrency()) + 2};
}

} // namespace

job_summary run_jobs(const job_plan& plan, const run_setting& setting) {
  std::promise<job_summary> ended;
  auto summary = ended.get_future();
  runtime::actor_runtime<caf::id_block::troupe> actors{scheduling()};
  // After the actors' system and gone before it: its callbacks hold handles of actors.
  io::process_limits bounds;
  bounds.children_max = plan.slots;
  bounds.program_descriptors_max = setting.job_descriptors_max;
  std::optional<io::process_runner> processes{std::in_place, bounds};
  auto ports = real_ports(setting);
  add_processes(ports, *processes);
  {
    const auto head =
        runtime::spawn<crew>(actors.system(), plan, std::move(ports), job_crew_limits{},
                             std::function<void(job_summary)>{
                                 [&ended](job_summary s) { ended.set_value(std::move(s)); }});
    const std::stop_callback on_stop{setting.stop, [&] {
                                       setting.source->cancel();
                                       runtime::post(head, stop_run{});
                                     }};
    const std::stop_callback on_kill{setting.kill, [&] {
                                       setting.source->cancel();
                                       setting.out->cancel();
                                       runtime::post(head, stop_run{true});
                                     }};
    summary.wait();
  }
  setting.source->cancel(); // after a halt the reader may still wait for its list
  actors.system().await_all_actors_done();
  processes.reset();
  return summary.get();
}

} // namespace troupe::jobs
