// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/run.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "actors/jobs/crew.hpp"
#include "actors/jobs/ports.hpp"
#include "io/jobs/output_spool.hpp"
#include "io/process/runner.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::jobs {

namespace {

// Real I/O behind the actors' ports. `processes` calls back on its own thread.
job_ports real_ports(const run_setting& setting, io::process_runner& processes) {
  job_ports ports;
  ports.start = [&processes](io::process_spec spec, std::function<void(io::process_text)> on_text,
                             std::function<void(io::process_end)> on_end) {
    return processes.start(std::move(spec), std::move(on_text), std::move(on_end));
  };
  ports.more = [&processes](std::uint64_t id, std::uint64_t bytes) { processes.more(id, bytes); };
  ports.cancel = [&processes](std::uint64_t id) { processes.cancel(id); };
  ports.read_jobs = [source = setting.source](std::size_t count) { return source->next(count); };
  if (setting.log)
    ports.log = [log = setting.log](std::string_view row) { return log->append(row); };
  ports.print = [out = setting.out, before = setting.before_print](bool err,
                                                                   std::string_view bytes) {
    if (before)
      before();
    return out->write(err, bytes);
  };
  ports.show = setting.show;
  ports.wall_clock_s = [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  };
  ports.temporary_folder = io::temporary_folder();
  return ports;
}

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
  {
    const auto head = runtime::spawn<crew>(
        actors.system(), plan, real_ports(setting, *processes), job_crew_limits{},
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
