// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/real_ports.hpp"

#include <chrono>
#include <utility>

#include "io/jobs/output_spool.hpp"

namespace troupe::jobs {

double wall_clock_s() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

job_ports real_ports(const run_setting& setting) {
  job_ports ports;
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
  ports.wall_clock_s = wall_clock_s;
  ports.temporary_folder = io::temporary_folder();
  return ports;
}

void add_processes(job_ports& ports, io::process_runner& processes) {
  ports.start = [&processes](io::process_spec spec, std::function<void(io::process_text)> on_text,
                             std::function<void(io::process_end)> on_end) {
    return processes.start(std::move(spec), std::move(on_text), std::move(on_end));
  };
  ports.more = [&processes](std::uint64_t id, std::uint64_t bytes) { processes.more(id, bytes); };
  ports.cancel = [&processes](std::uint64_t id) { processes.cancel(id); };
}

} // namespace troupe::jobs
